package id

// What staff acknowledge and are trained in.
type (
	// DocumentKind marks the id of a version of a policy.
	DocumentKind struct{}
	// TrainingKind marks the id of a training that somebody of the staff had.
	TrainingKind struct{}

	// Document identifies a version of a policy.
	Document = ID[DocumentKind]
	// Training identifies a training that somebody of the staff had.
	Training = ID[TrainingKind]
)

func (DocumentKind) idKind() {}
func (TrainingKind) idKind() {}
