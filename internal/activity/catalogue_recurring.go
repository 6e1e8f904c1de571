package activity

// The actions of what is charged again and again.
const (
	PlanAdded     Action = "plan.added"
	PlanPriced    Action = "plan.priced"
	PlanOffered   Action = "plan.offered"
	PlanRetired   Action = "plan.retired"
	ClientPriced  Action = "plan.priced_for_client"
	ChargeStarted Action = "charge.started"
	ChargeChanged Action = "charge.changed"
	ChargeEnded   Action = "charge.ended"
	ChargeRenewed Action = "charge.renewed"
	RunAsked      Action = "invoices.run_asked"
	RunDone       Action = "invoices.run_done"
)

func recurringActions() []Meaning {
	const b = CategoryBilling
	return []Meaning{
		{
			PlanAdded, b, true, Notice, Money, "Plan added",
			"{who} added the plan {target}", "{who} tried to add a plan",
		},
		{
			PlanPriced, b, true, Notice, Money, "Price set",
			"{who} set a price of the plan {target}", "{who} tried to set a price of a plan",
		},
		{
			PlanOffered, b, true, Notice, Standard, "Plan offered",
			"{who} offers the plan {target} again", "{who} tried to offer a plan again",
		},
		{
			PlanRetired, b, true, Notice, Standard, "Plan retired",
			"{who} offers the plan {target} no more", "{who} tried to retire a plan",
		},
		{
			ClientPriced, b, true, Notice, Money, "Own price set",
			"{who} set the account’s own price of the plan {target}", "{who} tried to set an own price of a plan",
		},
		{
			ChargeStarted, b, true, Notice, Money, "Charge started",
			"{who} began to charge for {target}", "{who} tried to begin to charge for {target}",
		},
		{
			ChargeChanged, b, true, Notice, Money, "Charge changed",
			"{who} changed what {target} costs", "{who} tried to change what {target} costs",
		},
		{
			ChargeEnded, b, true, Notice, Money, "Charge ended",
			"{who} ended the charge for {target}", "{who} tried to end the charge for {target}",
		},
		{
			ChargeRenewed, b, true, Info, Standard, "Renewed without charge",
			"{who} renewed {target} without charge", "{who} tried to renew {target}",
		},
		{
			RunAsked, b, true, Notice, Standard, "Run of invoices asked for",
			"{who} asked for a run of invoices", "{who} tried to ask for a run of invoices",
		},
		{
			RunDone, b, true, Info, Money, "Run of invoices",
			"{who} made the invoices that were due", "{who} could not make all invoices that were due",
		},
	}
}
