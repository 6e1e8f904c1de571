package db

import (
	"database/sql/driver"
	"fmt"

	"github.com/go-sql-driver/mysql"
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

// toServer opens connections to a server. Several statements in one text are for those that put them together.
func toServer(dsn string, several bool) (driver.Connector, error) {
	cfg, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	cfg.MultiStatements = several
	c, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return c, nil
}
