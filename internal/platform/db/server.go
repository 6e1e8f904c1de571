package db

import (
	gormmysql "gorm.io/driver/mysql"
	"gorm.io/gorm"
)

// serverDialect is the mapper's dialect of a server. It names a lost database where rows are read, too.
type serverDialect struct{ *gormmysql.Dialector }

func newServer(pool gorm.ConnPool) gorm.Dialector {
	return serverDialect{&gormmysql.Dialector{Config: &gormmysql.Config{Conn: pool, DefaultStringSize: 191}}}
}

// Translate names the broken constraints that callers look for, and an outage.
func (d serverDialect) Translate(err error) error { return unavailable(d.Dialector.Translate(err)) }
