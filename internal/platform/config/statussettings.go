package config

import "net/netip"

func statusSettings() []setting {
	return []setting{
		{
			key: "status.networks", form: "networks such as 10.0.0.0/8, separated by commas",
			meaning: "Private networks that the checks of the status page may look at; empty: none",
			set:     into(func(c *Config) *[]netip.Prefix { return &c.Status.Networks }, parseNetworks),
		},
		{
			key: "status.ca_file", form: fileForm,
			meaning: "Certificates (PEM) that vouch for servers of the status page; default: those of the machine",
			set:     into(func(c *Config) *string { return &c.Status.CAFile }, nonEmpty),
		},
	}
}

func panelSettings() []setting {
	return []setting{
		{
			key: "panel.networks", form: "networks such as 10.0.0.0/8, separated by commas",
			meaning: "Private networks that servers with hosting panels may be in; empty: none",
			set:     into(func(c *Config) *[]netip.Prefix { return &c.Panel.Networks }, parseNetworks),
		},
		{
			key: "panel.ca_file", form: fileForm,
			meaning: "Certificates (PEM) that vouch for hosting panels; default: those of the machine",
			set:     into(func(c *Config) *string { return &c.Panel.CAFile }, nonEmpty),
		},
	}
}
