package id

// PromiseKind marks the id of a day on which a client promised to pay.
type PromiseKind struct{}

// Promise identifies a day on which a client promised to pay.
type Promise = ID[PromiseKind]

func (PromiseKind) idKind() {}
