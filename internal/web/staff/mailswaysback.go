package staff

import (
	"time"

	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// waysBackSamples are the mails about forgotten passwords and new addresses.
func waysBackSamples(brand mail.Brand, now time.Time, r ui.Reader) []sample {
	m := mail.LinkMail{
		To: "Alex Example", URL: brand.SiteURL + "/reset-password/example", Expires: now.Add(15 * time.Minute), Reader: r,
		Device: ui.Device{Name: "Safari on Mac", Address: "192.0.2.24"},
	}
	confirm := m
	confirm.URL, confirm.Expires = brand.SiteURL+"/me/email/confirm/example", now.AddDate(0, 0, 1)
	confirm.Device = ui.Device{}
	proof, ready := m, m
	proof.URL, proof.Expires = brand.SiteURL+"/recovery/example", now.Add(time.Hour)
	ready.URL, ready.Expires = brand.SiteURL+"/recovery-link/example", now.AddDate(0, 0, 1)
	list := []sample{
		{"password-reset", "New password", "Somebody has forgotten their password.", mail.PasswordReset(brand, m)},
		{
			"new-email", "New address", "Somebody wants another e-mail address, to that address.",
			mail.NewEmail(brand, confirm),
		},
		{
			"email-taken", "Address in use", "The same, where the address belongs to a sign-in.",
			mail.EmailTaken(brand, confirm),
		},
		{
			"recovery-prove", "Second step lost", "Somebody says that no second factor is left.",
			mail.RecoveryProve(brand, proof),
		},
		{"recovery-ready", "New second step", "The wait is over and somebody approved.", mail.RecoveryReady(brand, ready)},
	}
	return append(list, recoverySamples(brand, now, r)...)
}

// recoverySamples are the mails about how somebody gets back in without their second factors.
func recoverySamples(brand mail.Brand, now time.Time, r ui.Reader) []sample {
	const account, about = "Example Bakery Ltd", "Alex Example"
	owner := func(state string, held bool) mail.Message {
		return mail.RecoveryOwner(brand, mail.RecoveryOwnerMail{
			To: "Olivia Example", About: about, Account: account, State: state, Held: held, Reader: r,
			URL: brand.SiteURL + "/accounts/example/recoveries/example", WaitsUntil: now.AddDate(0, 0, 1),
		})
	}
	ended := func(state string) mail.Message {
		return mail.RecoveryEnded(brand, mail.RecoveryEndedMail{
			To: about, SignInURL: brand.SiteURL + "/sign-in", State: state, Open: []string{account},
		})
	}
	const toOwners = "To every owner of every account of the person. Nobody can switch it off."
	return []sample{
		{"recovery-waiting", "Owners: second step lost", toOwners, owner("waiting", false)},
		{"recovery-held", "Owners: access waits", toOwners, owner("done", true)},
		{"recovery-done", "Owners: new second step", toOwners, owner("done", false)},
		{"recovery-off", "Owners: withdrawn", toOwners, owner("cancelled", false)},
		{"recovery-ended", "Second step set up", "To the person, when it is through.", ended("done")},
		{"recovery-declined", "Request declined", "To the person, when staff decline.", ended("declined")},
		{"recovery-withdrawn", "Request withdrawn", "To the person, when they sign in after all.", ended("cancelled")},
	}
}
