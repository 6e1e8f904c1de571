package settings

import (
	"strconv"

	"gatehouse/internal/activity"
)

// The longest that anything is kept for by a number.
const (
	mostMonths = 120
	mostYears  = 30
)

func retentionSettings() []Setting {
	const g = "retention"
	return []Setting{
		{
			Name: KeepMonths, Group: g, Label: "Most entries, in months", Default: "12", Longest: 3,
			check: number(activity.LeastMonths, mostMonths),
			Help:  "Sign-ins, access, services and the rest. At least " + strconv.Itoa(activity.LeastMonths) + " months.",
		},
		{
			Name: KeepMoneyYears, Group: g, Label: "Entries about money, in years", Default: "7", Longest: 2,
			check: number(activity.LeastMoneyYears, mostYears),
			Help: "As long as books must be kept, " + strconv.Itoa(activity.LeastMoneyYears) +
				" years at least. Who had access to an account, and these settings, are kept for good.",
		},
	}
}
