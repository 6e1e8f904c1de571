package activity

// SignedOutByStaff is what the provider's staff do for somebody who asks for it.
const SignedOutByStaff Action = "session.ended_by_staff"

// The actions of staff who act on behalf of a client's contact, and of the client who lets them or does not.
const (
	AssistStarted  Action = "assist.started"
	AssistEnded    Action = "assist.ended"
	AssistOver     Action = "assist.over"
	AssistCut      Action = "assist.cut"
	AssistRuleSet  Action = "assist.rule_set"
	AssistAsked    Action = "assist.asked"
	AssistAllowed  Action = "assist.allowed"
	AssistDeclined Action = "assist.declined"
	LookBegun      Action = "look.begun"
)

// The codes of the reasons that staff give. They are kept, so the words never change.
const (
	GivenAsked = "asked"
	GivenCase  = "case"
	GivenFault = "fault"
	GivenOther = "other"
	// GivenImport is given by an import for whoever started it; nobody chooses it.
	GivenImport = "import"
)

// GivenEmergency stands beside what staff see of another department's in an emergency.
const GivenEmergency = "emergency"

// GivenReasons are the codes, in the order in which they are shown.
func GivenReasons() []string { return []string{GivenAsked, GivenCase, GivenFault, GivenOther} }

// GivenInWords says in words which reason staff gave. What is no code is said as it is.
func GivenInWords(code string) string {
	switch code {
	case GivenAsked:
		return "The client asked for it"
	case GivenCase:
		return "Working on a case of theirs"
	case GivenFault:
		return "Looking for the cause of a fault"
	case GivenOther:
		return "Something else"
	case GivenImport:
		return "Bringing the account over from another system"
	case GivenEmergency:
		return "In an emergency"
	}
	return code
}

func assistActions() []Meaning {
	const a = CategoryAccess
	return []Meaning{
		{
			SignedOutByStaff, CategorySignIn, true, Warning, Standard, "Signed out by staff",
			"{who} signed {target} out everywhere", "{who} tried to sign {target} out everywhere",
		},
		{
			AssistStarted, a, true, Warning, Standard, "Staff began to act for somebody",
			"{who} began to act on behalf of {target}", "{who} tried to act on behalf of {target}",
		},
		{
			AssistEnded, a, true, Notice, Standard, "Staff stopped acting for somebody",
			"{who} stopped acting on behalf of {target}", "{who} tried to stop acting on behalf of {target}",
		},
		{
			AssistOver, a, true, Notice, Standard, "Time of staff to act was over",
			"{who} acted on behalf of {target} until the time was over",
			"{who} tried to act on behalf of {target} until the time was over",
		},
		{
			AssistCut, a, true, Warning, Standard, "Staff stopped from acting",
			"{who} stopped staff from acting on behalf of {target}",
			"{who} tried to stop staff from acting on behalf of {target}",
		},
		{
			AssistRuleSet, a, true, Warning, Standard, "Help by staff allowed or forbidden",
			"{who} set whether staff may act on behalf of people here",
			"{who} tried to set whether staff may act on behalf of people here",
		},
		{
			AssistAsked, a, true, Notice, Standard, "Staff asked to act for somebody",
			"{who} asked to act on behalf of {target} once", "{who} tried to ask to act on behalf of {target}",
		},
		{
			AssistAllowed, a, true, Warning, Standard, "Staff let act once",
			"{who} let staff act on behalf of {target} once", "{who} tried to let staff act on behalf of {target}",
		},
		{
			AssistDeclined, a, true, Notice, Standard, "Staff not let act",
			"{who} declined that staff act on behalf of {target}",
			"{who} tried to decline that staff act on behalf of {target}",
		},
		{
			LookBegun, CategoryRead, true, Notice, Standard, "Reason given by staff",
			"{who} gave a reason to look at this account", "{who} tried to give a reason to look at this account",
		},
	}
}
