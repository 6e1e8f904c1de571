package config

import "net/netip"

func streamSettings() []setting {
	return []setting{
		{
			key: "streams.address", form: "https://…, syslog+tls://host:6514 or, in your own networks, syslog+tcp://host:601",
			meaning: "Where all entries of all logs are sent; empty: nowhere",
			set:     into(func(c *Config) *string { return &c.Streams.Address }, nonEmpty),
		},
		{
			key: "streams.secret", form: "at least 32 characters, for a webhook", secret: true,
			meaning: "Key that signs what is sent to streams.address over https",
			set:     into(func(c *Config) *Secret { return &c.Streams.Secret }, parseLongSecret),
		},
		{
			key: "streams.networks", form: "networks such as 10.0.0.0/8, separated by commas",
			meaning: "Private networks that streams of the log may go to all the same; empty: none",
			set:     into(func(c *Config) *[]netip.Prefix { return &c.Streams.Networks }, parseNetworks),
		},
		{
			key: "streams.ca_file", form: fileForm,
			meaning: "Certificates (PEM) that vouch for receivers of streams; default: those of the machine",
			set:     into(func(c *Config) *string { return &c.Streams.CAFile }, nonEmpty),
		},
	}
}
