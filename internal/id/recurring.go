package id

// What is charged again and again.
type (
	// PlanKind marks the id of something that the provider sells by the month or the year.
	PlanKind struct{}
	// ChargeKind marks the id of what a service costs again and again.
	ChargeKind struct{}
	// InvoiceRunKind marks the id of one run that makes invoices.
	InvoiceRunKind struct{}

	// Plan identifies something that the provider sells by the month or the year.
	Plan = ID[PlanKind]
	// Charge identifies what a service costs again and again.
	Charge = ID[ChargeKind]
	// InvoiceRun identifies one run that makes invoices.
	InvoiceRun = ID[InvoiceRunKind]
)

func (PlanKind) idKind()       {}
func (ChargeKind) idKind()     {}
func (InvoiceRunKind) idKind() {}
