// Package migrations holds the schema: forward-only SQL, one folder for each dialect, the same numbers and names in
// both.
package migrations

import "embed"

// Files returns the migrations, one folder a dialect.
func Files() embed.FS { return files }

//go:embed sqlite/*.sql mysql/*.sql
var files embed.FS
