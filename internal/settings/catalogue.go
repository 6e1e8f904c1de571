package settings

// The names of the settings.
const (
	Name         = "brand.name"
	Accent       = "brand.accent"
	AccentDark   = "brand.accent_dark"
	Logo         = "brand.logo"
	SupportMail  = "brand.support_mail"
	LegalName    = "company.legal_name"
	Address      = "company.address"
	Registration = "company.registration"
	TermsURL     = "links.terms"
	PrivacyURL   = "links.privacy"
	ImprintURL   = "links.imprint"

	SenderName    = "mail.sender_name"
	SenderAddress = "mail.sender_address"
	Greeting      = "mail.greeting"
	SignOff       = "mail.sign_off"
	InvoiceWords  = "mail.invoice"
	ReceiptWords  = "mail.receipt"

	ClientsFactor   = "sign_in.clients_factor"
	ClientsIdle     = "sign_in.clients_idle"
	ClientsAbsolute = "sign_in.clients_absolute"
	StaffIdle       = "sign_in.staff_idle"
	StaffAbsolute   = "sign_in.staff_absolute"

	KeepMonths     = "retention.most_months"
	KeepMoneyYears = "retention.money_years"

	VATNumber     = "tax.vat_number"
	Country       = "tax.country"
	InvoicePrefix = "tax.invoice_prefix"
)

// What a second step may be asked for of all clients.
const (
	FactorNone = "none"
	FactorAny  = "second"
	FactorKey  = "key"
)

// Group is a part of the settings with a page of its own.
type Group struct{ Key, Name, Lead string }

// Groups are the parts, in the order in which they are shown.
func Groups() []Group {
	return []Group{
		{"brand", "Brand", "What people see of you on pages, in mails and on papers. " +
			"Papers that were issued stay as they were."},
		{"links", "Company and links", "Who you are by law, and the documents that you link to below every page."},
		{"mail", "Mails", "Who mails are from, and the words around what they say."},
		{"minimums", "Minimums", "What holds for everybody, whatever an account decides. It can be stricter than what " +
			"Gatehouse asks for anyway, never laxer."},
		{"retention", "Retention", "How long entries of the activity log stay. The law’s least cannot be undercut."},
		{"tax", "Tax and series", "Whose law invoices follow, and how they are numbered. Numbers that were given stay."},
	}
}

// Choice is one of several values that a setting may have.
type Choice struct{ Value, Label string }

// Setting is one thing that the provider decides.
type Setting struct {
	Name, Group, Label, Help string
	Default                  string
	Optional                 bool     // may be empty
	Lines                    int      // of the box; more than 0: a paragraph
	Longest                  int      // characters
	Choices                  []Choice // nil: it is typed
	Words                    []string // the placeholders that it may have
	check                    func(text string) (clean, problem string)
}

// Catalogue are all settings, in the order in which they are shown.
func Catalogue() []Setting {
	var list []Setting
	for _, part := range [][]Setting{
		brandSettings(), linkSettings(), mailSettings(), minimumSettings(), retentionSettings(), taxSettings(),
	} {
		list = append(list, part...)
	}
	return list
}

// Find is the setting of a name.
func Find(name string) (Setting, bool) {
	for _, s := range Catalogue() {
		if s.Name == name {
			return s, true
		}
	}
	return Setting{}, false
}

func brandSettings() []Setting {
	const g = "brand"
	return []Setting{
		{Name: Name, Group: g, Label: "Name", Longest: 60, check: line, Help: "What people call you."},
		{
			Name: Accent, Group: g, Label: "Colour", Optional: true, Longest: 7, check: colour(light),
			Help: "Of buttons and links, such as #0b6273. Empty: that of Gatehouse.",
		},
		{
			Name: AccentDark, Group: g, Label: "Colour by night", Optional: true, Longest: 7, check: colour(dark),
			Help: "The same in mails, for people whose screen is dark, such as #7cc7d8. Pages find theirs by themselves.",
		},
		{
			Name: SupportMail, Group: g, Label: "Address for questions", Optional: true, Longest: 200, check: address,
			Help: "Where people ask for help. It stands below every page.",
		},
		{Name: Logo, Group: g, Label: "Logo", Optional: true, check: hash},
	}
}

func linkSettings() []Setting {
	const g = "links"
	web := func(name, label string) Setting {
		return Setting{
			Name: name, Group: g, Label: label, Optional: true, Longest: 300, check: webAddress,
			Help: "An address that begins with https://. Empty: no link.",
		}
	}
	return []Setting{
		{
			Name: LegalName, Group: g, Label: "Legal name", Optional: true, Longest: 60, check: line,
			Help: "On invoices. Empty: the name.",
		},
		{
			Name: Address, Group: g, Label: "Postal address", Optional: true, Longest: 200, check: line,
			Help: "In one line, its parts separated by commas. On invoices and below mails.",
		},
		{
			Name: Registration, Group: g, Label: "Registration", Optional: true, Longest: 120, check: line,
			Help: "What the law wants named beside it, such as: Registered in England, no. 01234567",
		},
		web(TermsURL, "Terms of service"), web(PrivacyURL, "Privacy notice"), web(ImprintURL, "Imprint"),
	}
}

func mailSettings() []Setting {
	const g = "mail"
	words := func(name, label, standard string, lines int, known ...string) Setting {
		return Setting{
			Name: name, Group: g, Label: label, Default: standard, Lines: lines, Longest: 500, Words: known,
			check: text(known),
		}
	}
	return []Setting{
		{
			Name: SenderName, Group: g, Label: "Sender’s name", Optional: true, Longest: 60, check: line,
			Help: "Empty: the name.",
		},
		{
			Name: SenderAddress, Group: g, Label: "Sender’s address", Longest: 200, check: address,
			Help: "Your mail server must be allowed to send for it.",
		},
		words(Greeting, "Greeting", "Hello "+ForName+",", 0, ForName, ForProvider),
		words(InvoiceWords, "First words about a new invoice", "There is a new invoice for "+ForAccount+".", 3,
			ForAccount, ForProvider, ForNumber, ForAmount, ForDue, ForHelp),
		words(ReceiptWords, "First words of a receipt", "Thank you. We received your payment for "+ForAccount+".", 3,
			ForAccount, ForProvider, ForNumber, ForAmount, ForHelp),
		words(SignOff, "Last words", ForProvider, 2, ForProvider, ForHelp),
	}
}

func minimumSettings() []Setting {
	const g = "minimums"
	return []Setting{
		{
			Name: ClientsFactor, Group: g, Label: "Second step of clients", Default: FactorNone,
			Choices: []Choice{
				{FactorNone, "Each account decides for itself"},
				{FactorAny, "Everybody needs one"},
				{FactorKey, "Everybody needs a security key or a passkey"},
			},
			check: oneOf(FactorNone, FactorAny, FactorKey),
			Help:  "Staff always need a security key or a passkey.",
		},
		minutes(ClientsIdle, "Clients sign in again after doing nothing for", "30", 30),
		minutes(ClientsAbsolute, "Clients sign in again after", "720", 720),
		minutes(StaffIdle, "Staff sign in again after doing nothing for", "15", 15),
		minutes(StaffAbsolute, "Staff sign in again after", "720", 720),
	}
}

func minutes(name, label, standard string, most int) Setting {
	const least = 5
	return Setting{
		Name: name, Group: "minimums", Label: label, Default: standard, Longest: 4, check: number(least, most),
		Help: "In minutes, from 5 to " + standard + ".",
	}
}

func taxSettings() []Setting {
	const g = "tax"
	return []Setting{
		{
			Name: VATNumber, Group: g, Label: "VAT number", Optional: true, Longest: 20, check: vatNumber,
			Help: "With its country, such as GB 987 6543 21. Empty: none is named.",
		},
		{
			Name: Country, Group: g, Label: "Country of tax", Optional: true, Longest: 2, check: country,
			Help: "Two letters, such as GB. Empty: that of the VAT number.",
		},
		{
			Name: InvoicePrefix, Group: g, Label: "Prefix of new numbers", Optional: true, Longest: 8, check: prefix,
			Help: "Letters, up to eight: with HH the next invoice is HH-2026-0001, in a series of its own. " +
				"Invoices that have a number keep it.",
		},
	}
}
