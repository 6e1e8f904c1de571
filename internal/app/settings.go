package app

import (
	"cmp"
	"context"
	"net/mail"
	"net/url"
	"strconv"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/identity/sessions"
	"gatehouse/internal/platform/config"
	"gatehouse/internal/settings"
)

// openSettings reads what the provider decided in the console, over what the operator configured.
func (a *App) openSettings(ctx context.Context) error {
	a.Settings = settings.New(a.Gate, a.Reader, a.Outbox, a.Logger,
		settings.Base{Values: a.configured(), Locked: a.locked()})
	return a.Settings.Load(ctx) // it says what it did
}

// twins are the settings that an operator can decide as well, by their names in the configuration.
func twins() map[string]string {
	return map[string]string{
		settings.Name: "provider.name", settings.Accent: "provider.accent", settings.Logo: "provider.logo_file",
		settings.SupportMail: "provider.support_mail", settings.LegalName: "provider.legal_name",
		settings.Address: "provider.address", settings.Registration: "provider.registration",
		settings.TermsURL: "provider.terms_url", settings.PrivacyURL: "provider.privacy_url",
		settings.ImprintURL: "provider.imprint_url", settings.SenderName: "mail.from", settings.SenderAddress: "mail.from",
		settings.ClientsIdle: "session.customer_idle", settings.ClientsAbsolute: "session.customer_absolute",
		settings.StaffIdle: "session.staff_idle", settings.StaffAbsolute: "session.staff_absolute",
		settings.KeepMonths: "log.keep_months", settings.KeepMoneyYears: "log.keep_money_years",
		settings.VATNumber: "provider.vat_number",
	}
}

// locked says which settings the operator decided, and where.
func (a *App) locked() map[string]string {
	out := map[string]string{}
	for name, key := range twins() {
		if source := a.Config.Fixed[key]; source != "" {
			out[name] = key + " in the " + source
		}
	}
	return out
}

// configured are the values of the configuration.
func (a *App) configured() map[string]string {
	p, s := a.Config.Provider, a.Config.Sessions
	minutes := func(d time.Duration) string { return strconv.Itoa(int((d + time.Minute - 1) / time.Minute)) }
	return map[string]string{
		settings.Name: p.Name, settings.Accent: p.Accent, settings.SupportMail: p.SupportMail,
		settings.LegalName: p.LegalName, settings.Address: p.Address, settings.Registration: p.Registration,
		settings.TermsURL: text(p.TermsURL), settings.PrivacyURL: text(p.PrivacyURL), settings.ImprintURL: text(p.ImprintURL),
		settings.SenderName: a.Config.Mail.From.Name, settings.SenderAddress: a.Config.Mail.From.Address,
		settings.ClientsIdle: minutes(s.CustomerIdle), settings.ClientsAbsolute: minutes(s.CustomerAbsolute),
		settings.StaffIdle: minutes(s.StaffIdle), settings.StaffAbsolute: minutes(s.StaffAbsolute),
		settings.KeepMonths: strconv.Itoa(a.Config.Log.KeepMonths), settings.VATNumber: p.VATNumber,
		settings.KeepMoneyYears: strconv.Itoa(a.Config.Log.KeepMoneyYears),
	}
}

func text(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.String()
}

// provider is the brand under which the portal appears by now.
func (a *App) provider() config.Provider {
	get, p := a.Settings.Get, a.Config.Provider
	p.Name, p.Accent, p.SupportMail = get(settings.Name), get(settings.Accent), get(settings.SupportMail)
	p.LegalName = cmp.Or(get(settings.LegalName), p.Name)
	p.Address, p.Registration, p.VATNumber = get(settings.Address), get(settings.Registration), get(settings.VATNumber)
	p.TermsURL, p.PrivacyURL = address(get(settings.TermsURL)), address(get(settings.PrivacyURL))
	p.ImprintURL = address(get(settings.ImprintURL))
	return p
}

// address reads one that was looked at before.
func address(text string) *url.URL {
	u, err := url.Parse(text)
	if err != nil || text == "" {
		return nil
	}
	return u
}

func (a *App) sellerLine() string { return a.letterhead().Line() }

// from is whom mails are from by now.
func (a *App) from() mail.Address {
	return mail.Address{
		Name:    cmp.Or(a.Settings.Get(settings.SenderName), a.Settings.Get(settings.Name)),
		Address: cmp.Or(a.Settings.Get(settings.SenderAddress), a.Config.Mail.From.Address),
	}
}

// law is whose law invoices follow by now, and what their numbers begin with.
func (a *App) law() (country, prefix string) {
	country = a.Settings.Get(settings.Country)
	if number := a.Settings.Get(settings.VATNumber); country == "" && len(number) >= len("GB") {
		country = number[:len("GB")]
	}
	return country, a.Settings.Get(settings.InvoicePrefix)
}

// number reads one that was looked at before.
func (a *App) number(name string) int {
	n, err := strconv.Atoi(a.Settings.Get(name))
	if err != nil {
		return 0
	}
	return n
}

func (a *App) keeping() activity.Keeping {
	return activity.Keeping{Months: a.number(settings.KeepMonths), MoneyYears: a.number(settings.KeepMoneyYears)}
}

// shorter are the times after which people sign in again by now.
func (a *App) shorter(staff bool) sessions.Timeouts {
	idle, absolute := settings.ClientsIdle, settings.ClientsAbsolute
	if staff {
		idle, absolute = settings.StaffIdle, settings.StaffAbsolute
	}
	return sessions.Timeouts{
		Idle: time.Duration(a.number(idle)) * time.Minute, Absolute: time.Duration(a.number(absolute)) * time.Minute,
	}
}

// leastFactor is what everybody in accounts needs by now, whatever the accounts ask for.
func (a *App) leastFactor() actor.Level {
	switch a.Settings.Get(settings.ClientsFactor) {
	case settings.FactorAny:
		return actor.SecondFactor
	case settings.FactorKey:
		return actor.PhishingProof
	}
	return 0
}
