package mariadb

import (
	"database/sql"
	"fmt"

	"github.com/go-sql-driver/mysql"
)

// open connects quietly: while a server starts, the driver would write each failed try to standard error.
func open(dsn string) (*sql.DB, error) {
	config, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, fmt.Errorf("mariadb: DSN: %w", err)
	}
	config.Logger = &mysql.NopLogger{}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("mariadb: DSN: %w", err)
	}
	return sql.OpenDB(connector), nil
}
