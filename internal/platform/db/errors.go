package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"

	"github.com/go-sql-driver/mysql"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"gatehouse/internal/fault"
)

// MariaDB's error numbers: broken constraints, "run the transaction again", and a server that is in trouble.
const (
	errDuplicate       = 1062
	errStillReferred   = 1451
	errNotReferred     = 1452
	errNoSavepoint     = 1305
	errDeadlock        = 1213 // also how Galera reports a failed certification
	errLockWait        = 1205
	errRecordChanged   = 1020 // snapshot isolation: the row changed since it was read
	errNotReady        = 1047 // Galera: this node does not belong to the cluster just now
	errShuttingDown    = 1053
	errReadOnly        = 1290
	errDiskFull        = 1021
	errTableFull       = 1114
	errConnectionLimit = 1040
	errInterrupted     = 1317
	errTooSlow         = 1969 // longer than max_statement_time
)

// isBroken says whether MariaDB reports a broken constraint.
func isBroken(err error) bool {
	var my *mysql.MySQLError
	return errors.As(err, &my) &&
		(my.Number == errDuplicate || my.Number == errStillReferred || my.Number == errNotReferred)
}

// isConflict says whether the transaction lost against another and may simply run again.
func isConflict(err error) bool {
	if errors.Is(err, errGivenUp) || errors.Is(err, errStale) {
		return true
	}
	if my, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return my.Number == errDeadlock || my.Number == errLockWait || my.Number == errRecordChanged
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		primary := lite.Code() & 0xff
		return primary == sqlite3.SQLITE_BUSY || primary == sqlite3.SQLITE_LOCKED
	}
	return false
}

// unavailable names what is wrong when the database itself is the trouble, and leaves other errors as they are.
func unavailable(err error) error {
	if err == nil || fault.KindOf(err) != fault.KindUnknown || !isOutage(err) {
		return err
	}
	return fault.Unavailable("database", err)
}

// Trouble names what is wrong when the database itself is, for whoever reads rows by hand.
func Trouble(err error) error { return unavailable(err) }

func isOutage(err error) bool {
	if my, ok := errors.AsType[*mysql.MySQLError](err); ok {
		switch my.Number {
		case errNotReady, errShuttingDown, errReadOnly, errDiskFull, errTableFull, errConnectionLimit, errInterrupted,
			errTooSlow:
			return true
		}
		return false
	}
	if lite, ok := errors.AsType[*sqlite.Error](err); ok {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY,
			sqlite3.SQLITE_INTERRUPT: // its time was over
			return true
		}
		return false
	}
	var network *net.OpError
	return errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, mysql.ErrInvalidConn) ||
		errors.Is(err, sql.ErrConnDone) || errors.Is(err, context.DeadlineExceeded)
}
