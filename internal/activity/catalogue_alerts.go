package activity

// The actions of alerts, by which people are told of what is in a log.
const (
	AlertRaised  Action = "alert.raised"
	AlertsChosen Action = "alert.chosen"
)

func alertActions() []Meaning {
	const m = CategoryMail
	return []Meaning{
		{
			AlertRaised, m, true, Info, Standard, "Alert raised",
			"{who} told those who want to know: “{target}”", "{who} tried to tell of “{target}”",
		},
		{
			AlertsChosen, CategoryAccount, true, Info, Standard, "Alerts chosen",
			"{who} chose what to be told of by mail", "{who} tried to choose what to be told of by mail",
		},
	}
}
