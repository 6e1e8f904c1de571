package db

import (
	"errors"

	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteDialect is the mapper's SQLite dialect over the pure Go driver, whose errors it would not understand.
type sqliteDialect struct{ gormsqlite.Dialector }

func newSQLite(pool gorm.ConnPool) gorm.Dialector {
	return sqliteDialect{gormsqlite.Dialector{DriverName: "sqlite", Conn: pool}}
}

// Translate names the broken constraints that callers look for.
func (d sqliteDialect) Translate(err error) error {
	var broken *sqlite.Error
	if !errors.As(err, &broken) {
		return unavailable(err)
	}
	switch broken.Code() {
	case sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE:
		return errors.Join(gorm.ErrDuplicatedKey, err)
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return errors.Join(gorm.ErrForeignKeyViolated, err)
	case sqlite3.SQLITE_CONSTRAINT_CHECK:
		return errors.Join(gorm.ErrCheckConstraintViolated, err)
	}
	return unavailable(err)
}
