package staff

import (
	"time"

	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// logSamples are the mails about the activity log.
func logSamples(brand mail.Brand, to, account string, now time.Time, r ui.Reader) []sample {
	const entries = 1204
	at := brand.SiteURL + "/accounts/example"
	return []sample{
		{"log-alert", "Alert of an account", "Something happens that a rule of the account names.", mail.AccountAlert(
			brand, mail.AccountAlertMail{
				To: to, Account: account, What: "Somebody becomes an owner", At: now, Reader: r,
				URL: at + "/activity/1204", ChoicesURL: at + "/alerts",
			},
		)},
		{"log-day", "Alerts of a day", "Once a day, to those who chose that.", mail.DailyAlerts(brand, mail.DailyAlertsMail{
			To: to, AlertsURL: brand.SiteURL + "/me/alerts", Reader: r, Lines: []mail.DailyLine{
				{Account: account, What: "An export is taken", URL: at + "/activity/1203", At: now.Add(-time.Hour)},
				{Account: account, What: "Staff look at the account", URL: at + "/activity/1198", At: now},
			},
		})},
		{"log-export", "Export ready", "A long export is made.", mail.ExportReady(brand, mail.ExportMail{
			To: to, URL: at + "/activity/exports", Entries: entries, Until: now.AddDate(0, 0, 7), Reader: r,
		})},
		{"log-head", "Signed end of the log", "Once a month, to owners.", mail.LogHead(brand, mail.LogHeadMail{
			To: to, Account: account, Month: r.Date(now), Entries: entries, URL: brand.SiteURL + "/activity-key",
			Statement: "portal.example/activity\n1204\nthe digest of entry 1204\n\n— the signature",
		})},
	}
}
