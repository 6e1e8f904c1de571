package activity

// The actions of domains.
const (
	DomainAdded        Action = "domain.added"
	DomainDropped      Action = "domain.dropped"
	DomainServersAsked Action = "domain.name_servers_asked"
	DomainRenewalAsked Action = "domain.renewal_asked"
	DomainLockAsked    Action = "domain.lock_asked"
	DomainRetried      Action = "domain.retried"
	DomainTaken        Action = "domain.taken"
	DomainChanged      Action = "domain.changed"
	DomainStuck        Action = "domain.stuck"
	DomainFound        Action = "domain.found_changed"
	DomainLooked       Action = "domain.looked_at"
	DomainReminded     Action = "domain.reminded"
)

func domainActions() []Meaning {
	const h = CategoryHosting
	return []Meaning{
		{
			DomainAdded, h, true, Notice, Standard, "Domain added",
			"{who} added the domain {target}", "{who} tried to add the domain {target}",
		},
		{
			DomainDropped, h, true, Warning, Standard, "Domain taken out",
			"{who} took the domain {target} out of the account", "{who} tried to take the domain {target} out of the account",
		},
		{
			DomainServersAsked, h, true, Warning, Standard, "Name servers asked for",
			"{who} asked for other name servers of {target}", "{who} tried to change the name servers of {target}",
		},
		{
			DomainRenewalAsked, h, true, Warning, Standard, "Renewal asked for",
			"{who} asked to change the automatic renewal of {target}",
			"{who} tried to change the automatic renewal of {target}",
		},
		{
			DomainLockAsked, h, true, Warning, Standard, "Lock asked for",
			"{who} asked to change the lock of {target}", "{who} tried to change the lock of {target}",
		},
		{
			DomainRetried, h, true, Notice, Standard, "Change tried again",
			"{who} had the change of {target} tried again", "{who} tried to have the change of {target} tried again",
		},
		{
			DomainTaken, h, true, Info, Standard, "Change taken",
			"{who} passed the change of {target} on to the registrar",
			"{who} tried to pass the change of {target} on to the registrar",
		},
		{
			DomainChanged, h, true, Notice, Standard, "Domain changed",
			"{who} finished the change of {target}", "{who} tried to finish the change of {target}",
		},
		{
			DomainStuck, h, true, Warning, Standard, "Change failed",
			"{who} gave up the change of {target}", "The change of {target} failed",
		},
		{
			DomainFound, h, true, Warning, Standard, "Changed at the registrar",
			"{who} found {target} changed at the registrar", "{who} looked for {target} at the registrar",
		},
		{
			DomainLooked, h, true, Info, Standard, "Registrar asked",
			"{who} had the registrar asked about {target}", "{who} tried to have the registrar asked about {target}",
		},
		{
			DomainReminded, h, true, Info, Standard, "Reminded of a domain",
			"{who} reminded of the end of {target}", "{who} tried to remind of the end of {target}",
		},
	}
}
