package config

// gatewaySettings are those of the payment gateway.
func gatewaySettings() []setting {
	return []setting{
		{
			key: "gateway.kind", fallback: None, form: "none; stripe; sandbox for the demo and localhost alone", required: true,
			meaning: "Payment gateway; none: invoices are shown, not paid, online",
			set:     into(func(c *Config) *string { return &c.Gateway.Kind }, oneOf(None, Sandbox, Stripe)),
		},
		{
			key: "gateway.webhook_secret", form: "at least 32 characters, with a gateway", secret: true,
			meaning: "Key that the gateway signs its messages with",
			set:     into(func(c *Config) *Secret { return &c.Gateway.WebhookSecret }, parseLongSecret),
		},
		{
			key: "gateway.secret_key", form: "a secret or restricted key of Stripe: sk_live_… or rk_live_…", secret: true,
			meaning: "Key of the provider’s account at Stripe",
			set:     into(func(c *Config) *Secret { return &c.Gateway.SecretKey }, parseSecret),
		},
		{
			key: "gateway.account", form: "the id of an account at Stripe: acct_…",
			meaning: "Which account that is: what is paid to another one is not taken",
			set:     into(func(c *Config) *string { return &c.Gateway.Account }, parseStripeAccount),
		},
		{
			key: "gateway.live", fallback: "yes", form: "yes or no", required: true,
			meaning: "no: Stripe’s test mode, with test keys, for a rehearsal; nothing that is paid in it is money",
			set:     into(func(c *Config) *bool { return &c.Gateway.Live }, yesOrNo),
		},
		{
			key: "gateway.direct_debit", fallback: "no", form: "yes or no", required: true,
			meaning: "Whether clients can set up Bacs Direct Debit; the account at Stripe must be allowed to collect by it",
			set:     into(func(c *Config) *bool { return &c.Gateway.Debits }, yesOrNo),
		},
		{
			key: "gateway.direct_debit_notice", fallback: "3", form: "a number from 3 to 20", required: true,
			meaning: "How many working days ahead a Direct Debit is announced by mail; not fewer than its mandate states",
			set:     into(func(c *Config) *int { return &c.Gateway.DebitNotice }, number(3, 20)),
		},
	}
}
