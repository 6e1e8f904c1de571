package id

// What the status page tells of.
type (
	// ComponentKind marks the id of a part of what the provider runs.
	ComponentKind struct{}
	// IncidentKind marks the id of an incident or of planned work.
	IncidentKind struct{}
	// IncidentUpdateKind marks the id of one thing said about an incident.
	IncidentUpdateKind struct{}
	// SubscriberKind marks the id of somebody who gets mails of the status page.
	SubscriberKind struct{}

	// Component identifies a part of what the provider runs.
	Component = ID[ComponentKind]
	// Incident identifies an incident or planned work.
	Incident = ID[IncidentKind]
	// IncidentUpdate identifies one thing said about an incident.
	IncidentUpdate = ID[IncidentUpdateKind]
	// Subscriber identifies somebody who gets mails of the status page.
	Subscriber = ID[SubscriberKind]
)

func (ComponentKind) idKind()      {}
func (IncidentKind) idKind()       {}
func (IncidentUpdateKind) idKind() {}
func (SubscriberKind) idKind()     {}
