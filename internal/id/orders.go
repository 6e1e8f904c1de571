package id

// What can be ordered, and who asked for what.
type (
	// ProductKind marks the id of something that can be ordered.
	ProductKind struct{}
	// OptionKind marks the id of what can be had with a product.
	OptionKind struct{}
	// OrderKind marks the id of what somebody asked for: a service, another plan, an end.
	OrderKind struct{}

	// Product identifies something that can be ordered.
	Product = ID[ProductKind]
	// Option identifies what can be had with a product.
	Option = ID[OptionKind]
	// Order identifies what somebody asked for.
	Order = ID[OrderKind]
)

func (ProductKind) idKind() {}
func (OptionKind) idKind()  {}
func (OrderKind) idKind()   {}
