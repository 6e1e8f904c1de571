package overview

import (
	"database/sql"
	"fmt"
)

// text is a column of text; NULL is empty.
type text string

// Scan reads the column.
func (t *text) Scan(src any) error {
	var v sql.NullString
	if err := v.Scan(src); err != nil {
		return fmt.Errorf("overview: %w", err)
	}
	*t = text(v.String)
	return nil
}

// number is a column of whole numbers; NULL is 0. Sums come from MariaDB as decimal text.
type number int64

// Scan reads the column.
func (n *number) Scan(src any) error {
	var v sql.NullInt64
	if err := v.Scan(src); err != nil {
		return fmt.Errorf("overview: %w", err)
	}
	*n = number(v.Int64)
	return nil
}
