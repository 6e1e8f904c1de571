package billing

import (
	"gatehouse/internal/platform/hostname"
	"gatehouse/internal/platform/paper"
)

// Readable is a text as it stands on an invoice from the day on which that is written: names of domains as people read
// them. A name with letters that paper does not have stays as it is kept, so that the page, the paper and the file say
// the same. What was issued before is not touched.
func Readable(text string) string {
	if shown := hostname.In(text); paper.Draws(shown) {
		return shown
	}
	return text
}
