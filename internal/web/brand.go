package web

import "gatehouse/templates/layout"

// brand is the provider's as it is by now.
func (w *Web) brand() layout.Brand {
	if w.BrandNow != nil {
		return w.BrandNow()
	}
	return w.Brand
}
