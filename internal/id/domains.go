package id

// What accounts hold of names.
type (
	// DomainKind marks the id of a registered name.
	DomainKind struct{}
	// DomainChangeKind marks the id of a change that a registrar is asked for.
	DomainChangeKind struct{}

	// Domain identifies a registered name.
	Domain = ID[DomainKind]
	// DomainChange identifies a change that a registrar is asked for.
	DomainChange = ID[DomainChangeKind]
)

func (DomainKind) idKind()       {}
func (DomainChangeKind) idKind() {}
