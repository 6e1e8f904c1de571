package activity

// The actions about the provider's own people: who is given a seat, by whom, and who lost theirs by not coming in.
const (
	StaffAsked      Action = "staff.asked"
	StaffApproved   Action = "staff.approved"
	StaffDeclined   Action = "staff.declined"
	StaffUnasked    Action = "staff.request_withdrawn"
	StaffAlone      Action = "staff.granted_alone"
	StaffInvited    Action = "staff.invited"
	StaffReinvited  Action = "staff.invitation_resent"
	StaffUninvited  Action = "staff.invitation_withdrawn"
	StaffJoined     Action = "staff.joined"
	StaffTaken      Action = "staff.taken"
	StaffIdleWarned Action = "staff.idle_warned"
	StaffIdleOut    Action = "staff.idle_disabled"
	PersonEnabled   Action = "person.enabled"

	StaffReviewStarted  Action = "staff_review.started"
	StaffReviewAnswered Action = "staff_review.answered"
	StaffReviewReminded Action = "staff_review.reminded"
	StaffReviewFinished Action = "staff_review.finished"
)

func staffingActions() []Meaning {
	const a = CategoryAccess
	return []Meaning{
		{
			StaffAsked, a, true, Warning, Standard, "Staff rights asked for",
			"{who} asked for staff rights for {target}", "{who} tried to ask for staff rights for {target}",
		},
		{
			StaffApproved, a, true, Warning, Standard, "Staff rights approved",
			"{who} approved staff rights for {target}", "{who} tried to approve staff rights for {target}",
		},
		{
			StaffDeclined, a, true, Notice, Standard, "Staff rights declined",
			"{who} declined staff rights for {target}", "{who} tried to decline staff rights for {target}",
		},
		{
			StaffUnasked, a, true, Notice, Standard, "Request for staff rights withdrawn",
			"{who} withdrew the request for staff rights for {target}",
			"{who} tried to withdraw the request for staff rights for {target}",
		},
		{
			StaffAlone, a, true, Warning, Standard, "Staff rights given without a second administrator",
			"{who}, the only administrator who could decide, gave staff rights to {target}",
			"{who} tried to give staff rights to {target} alone",
		},
		{
			StaffInvited, a, true, Warning, Standard, "Colleague invited",
			"{who} invited {target} to the staff", "{who} tried to invite {target} to the staff",
		},
		{
			StaffReinvited, a, true, Notice, Standard, "Colleague invited again",
			"{who} sent {target} the invitation to the staff again",
			"{who} tried to send {target} the invitation to the staff again",
		},
		{
			StaffUninvited, a, true, Notice, Standard, "Colleague’s invitation withdrawn",
			"{who} withdrew the invitation of {target} to the staff",
			"{who} tried to withdraw the invitation of {target} to the staff",
		},
		{
			StaffJoined, a, true, Warning, Standard, "Colleague joined",
			"{who} accepted the invitation to the staff", "{who} tried to accept an invitation to the staff",
		},
		{
			StaffTaken, a, true, Warning, Standard, "Staff rights taken away",
			"{who} took staff rights away from {target}", "{who} tried to take staff rights away from {target}",
		},
	}
}

// idleActions are about staff who do not come in, and who are let in again.
func idleActions() []Meaning {
	const a = CategoryAccess
	return []Meaning{
		{
			StaffIdleWarned, a, true, Notice, Standard, "Colleague warned of an unused sign-in",
			"{who} warned {target} that their unused sign-in is about to be disabled",
			"{who} tried to warn {target} of their unused sign-in",
		},
		{
			StaffIdleOut, a, true, Warning, Standard, "Unused staff sign-in disabled",
			"{who} disabled the sign-in of {target}, which nobody had used for 90 days",
			"{who} tried to disable the unused sign-in of {target}",
		},
		{
			PersonEnabled, CategoryFactor, true, Warning, Standard, "Sign-in enabled again",
			"{who} enabled the sign-in of {target} again", "{who} tried to enable the sign-in of {target} again",
		},
	}
}

// staffReviewActions are about reviews of who has which seat.
func staffReviewActions() []Meaning {
	const a = CategoryAccess
	return []Meaning{
		{
			StaffReviewStarted, a, true, Notice, Standard, "Staff review started",
			"{who} started the {target}", "{who} tried to start a review of the staff",
		},
		{
			StaffReviewAnswered, a, true, Notice, Standard, "Seat reviewed",
			"{who} decided about the seat of {target} in a review",
			"{who} tried to decide about the seat of {target} in a review",
		},
		{
			StaffReviewReminded, a, true, Info, Standard, "Staff review reminded of",
			"{who} reminded the administrators of the {target}", "{who} tried to remind of the {target}",
		},
		{
			StaffReviewFinished, a, true, Warning, Standard, "Staff review finished",
			"{who} finished the {target}", "{who} tried to finish the {target}",
		},
	}
}
