package staff

import (
	"time"

	"gatehouse/internal/domains"
	"gatehouse/templates/mail"
	"gatehouse/templates/ui"
)

// domainSamples are the mails about domains.
func domainSamples(brand mail.Brand, to, account string, now time.Time, r ui.Reader) []sample {
	const name, always = "example.com", " At once, to everybody who runs domains. Nobody can switch it off."
	url := brand.SiteURL + "/accounts/example/domains/example"
	var list []sample
	for _, e := range []struct {
		event      domains.Event
		name, when string
	}{
		{domains.Wanted, "Domain: change asked for", "Somebody asks for other name servers, renewal or lock." + always},
		{domains.Stuck, "Domain: change failed", "The registrar did not make a change." + always},
		{domains.Outside, "Domain: changed elsewhere", "The registrar shows what nobody asked for here." + always},
		{domains.Lapsed, "Domain: run out", "A domain has run out."},
		{domains.Returned, "Domain: registered again", "A domain that had run out is registered again."},
	} {
		list = append(list, sample{"domain-" + string(e.event), e.name, e.when, mail.Domain(brand, mail.DomainMail{
			To: to, Account: account, Name: name, Event: string(e.event), Kind: string(domains.Nameservers),
			Was: "ns1.example.net, ns2.example.net", Wants: "ns1.example.org, ns2.example.org", By: to,
			Failure: "The registrar refused it.", URL: url, At: now, Reader: r,
		})})
	}
	for _, renews := range []bool{false, true} {
		s := sample{
			key: "domain-reminder", name: "Domain runs out", when: "60, 30, 7 days and a day before a domain runs out.",
		}
		if renews {
			s.key, s.name, s.when = "domain-renewal", "Domain is renewed", "The same, where the registrar renews it by itself."
		}
		s.mail = mail.DomainReminder(brand, mail.DomainReminderMail{
			To: to, Account: account, Name: name, URL: url, Expires: now.AddDate(0, 0, 30), Renews: renews, Reader: r,
		})
		list = append(list, s)
	}
	return list
}
