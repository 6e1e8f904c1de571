// Package static holds the files that browsers fetch: stylesheets, scripts, the font and the icon. They are built into
// the program. Nothing in here is made for one person, so everything may be cached for ever: each address carries the
// hash of what it names. Pages and words belong in templates.
package static

import "embed"

//go:embed css js img vendor/*.css vendor/*.js vendor/*.woff2
var files embed.FS
