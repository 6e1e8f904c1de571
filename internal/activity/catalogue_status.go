package activity

// The actions of the status page.
const (
	ComponentAdded     Action = "component.added"
	ComponentRetired   Action = "component.retired"
	ComponentDown      Action = "component.down"
	ComponentUp        Action = "component.up"
	IncidentOpened     Action = "incident.opened"
	IncidentUpdated    Action = "incident.updated"
	IncidentOver       Action = "incident.over"
	MaintenancePlanned Action = "maintenance.planned"
	MaintenanceDropped Action = "maintenance.dropped"
	StatusMailsBegun   Action = "status.mails-begun"
	StatusMailsEnded   Action = "status.mails-ended"
)

func statusActions() []Meaning {
	const h = CategoryHosting
	return []Meaning{
		{
			ComponentAdded, h, true, Notice, Standard, "Part of the status page added",
			"{who} put {target} on the status page", "{who} tried to put {target} on the status page",
		},
		{
			StatusMailsBegun, h, true, Info, Standard, "Status mails begun",
			"{target} gets mails of the status page from now on", "{who} tried to begin mails of the status page",
		},
		{
			StatusMailsEnded, h, true, Info, Standard, "Status mails ended",
			"{target} gets no more mails of the status page", "{who} tried to end mails of the status page",
		},
		{
			ComponentRetired, h, true, Notice, Standard, "Part of the status page removed",
			"{who} took {target} off the status page", "{who} tried to take {target} off the status page",
		},
		{
			ComponentDown, h, true, Warning, Standard, "Down",
			"{who} found {target} down", "{who} tried to look at {target}",
		},
		{
			ComponentUp, h, true, Notice, Standard, "Up again",
			"{who} found {target} running again", "{who} tried to look at {target}",
		},
		{
			IncidentOpened, h, true, Warning, Standard, "Incident published",
			"{who} published the incident {target}", "{who} tried to publish the incident {target}",
		},
		{
			IncidentUpdated, h, true, Notice, Standard, "Incident updated",
			"{who} told the news of {target}", "{who} tried to tell the news of {target}",
		},
		{
			IncidentOver, h, true, Notice, Standard, "Incident over",
			"{who} said that {target} is over", "{who} tried to say that {target} is over",
		},
		{
			MaintenancePlanned, h, true, Notice, Standard, "Work planned",
			"{who} planned the work {target}", "{who} tried to plan the work {target}",
		},
		{
			MaintenanceDropped, h, true, Notice, Standard, "Planned work dropped",
			"{who} dropped the planned work {target}", "{who} tried to drop the planned work {target}",
		},
	}
}
