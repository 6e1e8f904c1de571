package overview

// Small has a page look at so many clients, and figures kept from so many on.
func (o *Overview) Small(looked, many int) { o.looked, o.figures.from = looked, number(many) }
