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
	confirm.URL, confirm.Expires, confirm.Device = brand.SiteURL+"/me/email/confirm/example", now.AddDate(0, 0, 1), ui.Device{}
	return []sample{
		{"password-reset", "New password", "Somebody has forgotten their password.", mail.PasswordReset(brand, m)},
		{"new-email", "New address", "Somebody wants another e-mail address, to that address.", mail.NewEmail(brand, confirm)},
		{"email-taken", "Address in use", "The same, where the address belongs to a sign-in.", mail.EmailTaken(brand, confirm)},
	}
}
