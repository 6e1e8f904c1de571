package config

func vatSettings() []setting {
	return []setting{
		{
			key: "vat_check.vies", fallback: "no", form: "yes or no", required: true,
			meaning: "Whether VAT numbers of the European Union and Northern Ireland are looked for in VIES",
			set:     into(func(c *Config) *bool { return &c.VATCheck.VIES }, yesOrNo),
		},
		{
			key: "vat_check.hmrc_id", form: "the client id of an application at HMRC, together with vat_check.hmrc_secret",
			meaning: "With which British VAT numbers are looked for at HMRC; empty: they are not",
			set:     into(func(c *Config) *string { return &c.VATCheck.HMRCID }, line(60)),
		},
		{
			key: "vat_check.hmrc_secret", form: "that application’s client secret", secret: true,
			meaning: "With which it signs in at HMRC",
			set:     into(func(c *Config) *Secret { return &c.VATCheck.HMRCSecret }, parseSecret),
		},
	}
}
