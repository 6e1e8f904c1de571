// Package policies carries the access policies as files that a reviewer can read: who holds which permission, how sure
// we must be of them, and within what limits. Nothing but the files and their embedding may enter.
package policies

import "embed"

//go:embed model.conf portal.csv roles.csv staff.csv unbreakable.csv
var files embed.FS

// Files returns the policy files.
func Files() embed.FS { return files }
