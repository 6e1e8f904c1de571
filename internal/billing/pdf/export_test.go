package pdf

// Drawable is what the code takes the fonts to have.
func Drawable(r rune) bool { return drawable(r) }
