package activity

// The actions about policies that staff acknowledge, and about their trainings.
const (
	PolicyPublished    Action = "policy.published"
	PolicyAcknowledged Action = "policy.acknowledged"
	TrainingRecorded   Action = "training.recorded"
	TrainingRemoved    Action = "training.removed"
	TrainingReminded   Action = "training.reminded"
)

func conductActions() []Meaning {
	const s = CategorySystem
	return []Meaning{
		{
			PolicyPublished, s, true, Warning, Standard, "Policy published",
			"{who} published {target}", "{who} tried to publish {target}",
		},
		{
			PolicyAcknowledged, s, true, Notice, Standard, "Policy acknowledged",
			"{who} read and accepted {target}", "{who} tried to accept {target}",
		},
		{
			TrainingRecorded, s, true, Notice, Standard, "Training recorded",
			"{who} wrote down a training of {target}", "{who} tried to write down a training of {target}",
		},
		{
			TrainingRemoved, s, true, Notice, Standard, "Training taken out",
			"{who} took a training of {target} out of the register",
			"{who} tried to take a training of {target} out of the register",
		},
		{
			TrainingReminded, s, true, Info, Standard, "Reminded of a training",
			"{who} reminded {target} of a training that ends", "{who} tried to remind {target} of a training",
		},
	}
}
