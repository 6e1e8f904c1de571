package staff

import (
	"time"

	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// subscriberSamples are the mails to those who asked for them on the status page.
func subscriberSamples(brand mail.Brand, now time.Time, r ui.Reader) []sample {
	stop := brand.SiteURL + "/status/mails/stop/example"
	news := mail.StatusMail{
		Title: "New network cards in curlew", Text: "Websites on curlew are away for some minutes.", Planned: true,
		Who: "Customers with websites on curlew.", Todo: "Nothing.", Parts: []string{"curlew"}, Reader: r, StopURL: stop,
		Starts: now.AddDate(0, 0, 2), Ends: now.AddDate(0, 0, 2).Add(2 * time.Hour),
		URL: brand.SiteURL + "/status/incidents/example",
	}
	return []sample{
		{
			"status-confirm", "Status mails: confirm", "Somebody enters an address on the status page.",
			mail.Subscribe(brand, mail.SubscribeMail{
				URL: brand.SiteURL + "/status/mails/confirm/example", Expires: now.AddDate(0, 0, 1), Reader: r,
			}),
		},
		{
			"status-known", "Status mails: known already", "The same, where the address gets them already.",
			mail.Subscribe(brand, mail.SubscribeMail{StopURL: stop, Reader: r}),
		},
		{"status-news", "Status mails: news", "To everybody who asked for them and confirmed.", mail.Status(brand, news)},
	}
}
