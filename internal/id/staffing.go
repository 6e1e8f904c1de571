package id

// What there is about the provider's own people.
type (
	// StaffRequestKind marks the id of a seat among the staff that somebody asks for.
	StaffRequestKind struct{}

	// StaffRequest identifies a seat among the staff that somebody asks for, and the invitation that comes of it.
	StaffRequest = ID[StaffRequestKind]

	// StaffReviewKind marks the id of a review of the staff's seats.
	StaffReviewKind struct{}

	// StaffReview identifies a review of the staff's seats.
	StaffReview = ID[StaffReviewKind]
)

func (StaffRequestKind) idKind() {}
func (StaffReviewKind) idKind()  {}
