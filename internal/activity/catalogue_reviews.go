package activity

// The actions of reviews of who has access.
const (
	ReviewScheduled Action = "review.scheduled"
	ReviewStarted   Action = "review.started"
	ReviewSkipped   Action = "review.skipped"
	ReviewReminded  Action = "review.reminded"
	ReviewAnswered  Action = "review.answered"
	ReviewFinished  Action = "review.finished"
	ReviewLapsed    Action = "review.lapsed"
)

func reviewActions() []Meaning {
	const a = CategoryAccess
	return []Meaning{
		{
			ReviewScheduled, a, true, Notice, Standard, "Access reviews scheduled",
			"{who} set how often access to this account is reviewed", "{who} tried to set how often access is reviewed",
		},
		{
			ReviewStarted, a, true, Notice, Standard, "Access review started",
			"{who} started the {target}", "{who} tried to start an access review",
		},
		{
			ReviewSkipped, a, true, Info, Standard, "Access review not started",
			"{who} started no access review, as one was open", "{who} tried to start an access review",
		},
		{
			ReviewReminded, a, true, Info, Standard, "Access review reminded of",
			"{who} reminded reviewers of the {target}", "{who} tried to remind reviewers of the {target}",
		},
		{
			ReviewAnswered, a, true, Notice, Standard, "Access reviewed",
			"{who} decided about the access of {target} in a review", "{who} tried to decide about the access of {target}",
		},
		{
			ReviewFinished, a, true, Warning, Standard, "Access review finished",
			"{who} finished the {target}", "{who} tried to finish the {target}",
		},
		{
			ReviewLapsed, a, true, Warning, Standard, "Access review closed by itself",
			"{who} closed the {target}, which nobody finished", "{who} tried to close the {target}",
		},
	}
}
