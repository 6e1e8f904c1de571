package activity

// SignedOutByStaff is what the provider's staff do for somebody who asks for it.
const SignedOutByStaff Action = "session.ended_by_staff"

func assistActions() []Meaning {
	return []Meaning{{
		SignedOutByStaff, CategorySignIn, true, Warning, Standard, "Signed out by staff",
		"{who} signed {target} out everywhere", "{who} tried to sign {target} out everywhere",
	}}
}
