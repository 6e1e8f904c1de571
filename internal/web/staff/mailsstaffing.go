package staff

import (
	"time"

	"gatehouse/internal/activity"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// staffingSamples are the mails to the provider's own people.
func staffingSamples(brand mail.Brand, now time.Time, r ui.Reader) []sample {
	const to, about = "Alex Example", "Nia Example"
	url, review := brand.SiteURL+"/staff/people/requests/example", brand.SiteURL+"/staff/people/reviews/example"
	return []sample{
		{
			"staff-invitation", "Invitation to the staff", "An administrator invites, and a second one approved.",
			mail.StaffInvitation(brand, mail.StaffInvitationMail{
				Department: "Support", Inviter: to, URL: brand.SiteURL + "/staff-invitations/example",
				Expires: now.AddDate(0, 0, 7), Reader: r,
			}),
		},
		{
			"staff-request", "Staff rights asked for", "To every administrator who can decide.",
			mail.Notice(brand, mail.StaffWaits(to, "Robin Example", about, "A seat in Support", "She starts on Monday.", url)),
		},
		{
			"staff-approved", "Staff rights approved", "To whoever asked.",
			mail.Notice(brand, mail.StaffDecided(to, "Robin Example", about, "A seat in Support", "", true, url)),
		},
		{
			"staff-declined", "Staff rights declined", "To whoever asked.",
			mail.Notice(brand, mail.StaffDecided(to, "Robin Example", about, "A seat in Support", "She left.", false, url)),
		},
		{
			"staff-idle", "Unused staff sign-in", "14 and 3 days before it is disabled.",
			mail.Notice(brand, mail.StaffIdle(to, now.AddDate(0, 0, 14), false, brand.SiteURL+"/sign-in", r)),
		},
		{
			"staff-disabled", "Unused staff sign-in disabled", "When nobody used it for 90 days.",
			mail.Notice(brand, mail.StaffIdle(to, now, true, brand.SiteURL+"/sign-in", r)),
		},
		{
			"staff-review", "Review of the staff", "When one starts, to the other administrators.",
			mail.Notice(brand, mail.StaffReview(to, "Robin Example", now.AddDate(0, 0, 14), false, review, r)),
		},
		{
			"staff-review-due", "Review of the staff is due", "Once, when nobody finished it in time.",
			mail.Notice(brand, mail.StaffReview(to, "", now, true, review, r)),
		},
		{
			"staff-emergency", "Emergency access", "At once, to those who judge it.",
			mail.Notice(brand, mail.Emergency(mail.EmergencyMail{
				To: to, Staff: about, Client: "Northwind Bakery Ltd", Opened: "Billing staff",
				Which: activity.EmergencyInWords(activity.EmergencyHarm), Why: "A refund goes to the wrong account tonight.",
				At: now, URL: brand.SiteURL + "/staff/emergencies/example", Reader: r,
			})),
		},
		{
			"training-ends", "Training that ends", "30 days before, to whoever had it.",
			mail.Notice(brand, mail.TrainingEnds(to, "Phishing", now.AddDate(0, 0, 30), brand.SiteURL+"/me/policies", r)),
		},
	}
}
