package activity

// The actions of what can be ordered, and of what was.
const (
	ProductAdded       Action = "product.added"
	ProductRetired     Action = "product.retired"
	OrderAsked         Action = "order.asked"
	OrderWithdrawn     Action = "order.withdrawn"
	OrderAccepted      Action = "order.accepted"
	OrderDeclined      Action = "order.declined"
	OrderDone          Action = "order.done"
	ServicePlanChanged Action = "service.plan_changed"
)

func orderActions() []Meaning {
	const h = CategoryHosting
	return []Meaning{
		{
			ProductAdded, h, true, Notice, Standard, "Product added",
			"{who} put {target} into the catalogue", "{who} tried to put {target} into the catalogue",
		},
		{
			ProductRetired, h, true, Notice, Standard, "Product retired",
			"{who} took {target} out of the catalogue", "{who} tried to take {target} out of the catalogue",
		},
		{
			OrderAsked, h, true, Notice, Standard, "Asked for",
			"{who} asked for {target}", "{who} tried to ask for {target}",
		},
		{
			OrderWithdrawn, h, true, Notice, Standard, "Withdrawn",
			"{who} took back the wish for {target}", "{who} tried to take back the wish for {target}",
		},
		{
			OrderAccepted, h, true, Notice, Standard, "Accepted",
			"{who} accepted the wish for {target}", "{who} tried to accept the wish for {target}",
		},
		{
			OrderDeclined, h, true, Notice, Standard, "Declined",
			"{who} declined the wish for {target}", "{who} tried to decline the wish for {target}",
		},
		{
			OrderDone, h, true, Info, Standard, "Done",
			"{who} finished {target}", "{who} tried to finish {target}",
		},
		{
			ServicePlanChanged, h, true, Notice, Standard, "Plan changed",
			"{who} changed the plan of the service {target}", "{who} tried to change the plan of the service {target}",
		},
	}
}
