package activity

// The actions of turning the second step on.
const (
	FactorProved Action = "factor.proved" // a first factor was used; it counts once the recovery codes are kept
)

func enrolmentActions() []Meaning {
	const f = CategoryFactor
	return []Meaning{{
		FactorProved, f, true, Info, Standard, "Second factor tried",
		"{who} used {target} for the first time, which counts once the recovery codes are kept",
		"{who} tried to use {target} for the first time",
	}}
}
