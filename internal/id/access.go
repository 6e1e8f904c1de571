package id

// What accounts hand over and share.
type (
	// OfferKind marks the id of an offer of ownership.
	OfferKind struct{}
	// ChangeKind marks the id of a change of an account that its owner asks the provider for.
	ChangeKind struct{}
	// TeamKind marks the id of a team that works in the accounts of others.
	TeamKind struct{}
	// TeamAccessKind marks the id of what an account gives a team.
	TeamAccessKind struct{}

	// Offer identifies an offer of ownership.
	Offer = ID[OfferKind]
	// Change identifies a change of an account that its owner asks the provider for.
	Change = ID[ChangeKind]
	// Team identifies a team that works in the accounts of others.
	Team = ID[TeamKind]
	// TeamAccess identifies what an account gives a team.
	TeamAccess = ID[TeamAccessKind]
)

func (OfferKind) idKind()      {}
func (ChangeKind) idKind()     {}
func (TeamKind) idKind()       {}
func (TeamAccessKind) idKind() {}
