package activity

// The actions of servers and of what they are asked to do.
const (
	ServerTested    Action = "server.tested"
	ServerEdited    Action = "server.edited"
	ServerRetired   Action = "server.retired"
	ServiceFollowed Action = "service.followed"
	ServiceStuck    Action = "service.stuck"
	ServiceRetried  Action = "service.retried"
	PanelClosed     Action = "panel.closed"
)

func serverActions() []Meaning {
	const h = CategoryHosting
	return []Meaning{
		{
			ServerTested, h, true, Info, Standard, "Server tested",
			"{who} tested the connection to {target}", "The connection to {target} did not work for {who}",
		},
		{
			ServerEdited, h, true, Notice, Standard, "Server changed",
			"{who} changed the server {target}", "{who} tried to change the server {target}",
		},
		{
			ServerRetired, h, true, Notice, Standard, "Server retired",
			"{who} retired the server {target}", "{who} tried to retire the server {target}",
		},
		{
			ServiceFollowed, h, true, Info, Standard, "Server in step",
			"{who} brought the server in step with the service {target}",
			"{who} tried to bring the server in step with {target}",
		},
		{
			ServiceStuck, h, true, Warning, Standard, "Server not in step",
			"{who} brought the server in step with {target}", "The server does not follow for {target}",
		},
		{
			ServiceRetried, h, true, Info, Standard, "Tried again",
			"{who} had the server asked again for {target}", "{who} tried to have the server asked again for {target}",
		},
		{
			PanelClosed, h, true, Notice, Standard, "Panel closed",
			"{who} ended what was open in the panel of {target}", "What is open in the panel of {target} could not be ended",
		},
	}
}
