package activity

// The actions about services that somebody broke into.
const (
	ServiceDisabled Action = "service.disabled"
	ServiceReopened Action = "service.reopened"
)

func breachActions() []Meaning {
	const h = CategoryHosting
	return []Meaning{
		{
			ServiceDisabled, h, true, Warning, Standard, "Service disabled",
			"{who} disabled the service {target}, which was broken into", "{who} tried to disable the service {target}",
		},
		{
			ServiceReopened, h, true, Notice, Standard, "Service opened again",
			"{who} opened the service {target} again", "{who} tried to open the service {target} again",
		},
	}
}
