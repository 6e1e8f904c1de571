package mariadb

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// Database is one empty database with the four users a provider is told to make. The fields are DSNs in the form
// of go-sql-driver/mysql.
type Database struct {
	Name    string
	Admin   string // everything on the whole server: for attacks made behind the product's back
	Migrate string // owns the schema and makes the triggers
	Write   string // may insert anywhere; updates and deletes only where GrantTables allowed it
	Read    string // may only read
	// Maintain may take out of the log what lies in the archive; GrantTables lets it.
	Maintain string
}

// CreateDatabase makes a database with a name of its own on the server that admin names.
func CreateDatabase(ctx context.Context, admin string) (Database, error) {
	name := "gatehouse_test_" + strings.ToLower(rand.Text()[:12])
	d := Database{Name: name}
	statements := []string{"CREATE DATABASE " + name}
	for _, user := range []struct {
		dsn              *string
		suffix, rights   string
		mayGrantToOthers bool
	}{
		{&d.Migrate, "_migrate", "ALL PRIVILEGES", true},
		{&d.Write, "_write", "SELECT, INSERT", false},
		{&d.Read, "_read", "SELECT", false},
		{&d.Maintain, "_maintain", "SELECT, INSERT", false},
	} {
		password := rand.Text()
		var err error
		if *user.dsn, err = dsnAs(admin, name, name+user.suffix, password); err != nil {
			return Database{}, err
		}
		account := "'" + name + user.suffix + "'@'127.0.0.1'"
		grant := "GRANT " + user.rights + " ON " + name + ".* TO " + account
		if user.mayGrantToOthers {
			grant += " WITH GRANT OPTION"
		}
		statements = append(statements, "CREATE USER "+account+" IDENTIFIED BY '"+password+"'", grant)
	}
	config, err := mysql.ParseDSN(admin)
	if err != nil {
		return Database{}, fmt.Errorf("mariadb: DSN: %w", err)
	}
	if d.Admin, err = dsnAs(admin, name, config.User, config.Passwd); err != nil {
		return Database{}, err
	}
	return d, execute(ctx, admin, statements...)
}

// GrantTables lets the writing user update and delete in every table that exists now, as docs/operations.md tells
// operators: not in those that are only added to, nor in the migrations' own. Privileges cannot be taken away from one
// table when the whole database has them, so it comes after the migrations.
func (d Database) GrantTables(ctx context.Context) error {
	pool, err := open(d.Admin)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	rows, err := pool.QueryContext(ctx, `SELECT table_name FROM information_schema.tables
		WHERE table_schema = ? AND table_type = 'BASE TABLE'
		AND table_name NOT IN ('entries', 'ledger_entries', 'billing_papers', 'billing_prints', 'archive_segments',
			'archive_gaps', 'goose_db_version', 'goose_lock')`, d.Name)
	if err != nil {
		return fmt.Errorf("mariadb: list tables: %w", err)
	}
	tables, err := column(rows)
	if err != nil {
		return err
	}
	var grants []string
	for _, table := range tables {
		grants = append(grants, fmt.Sprintf("GRANT UPDATE, DELETE ON %s.`%s` TO '%s_write'@'127.0.0.1'",
			d.Name, table, d.Name))
	}
	for table, rights := range map[string]string{
		"entries": "DELETE", "entry_personal": "DELETE", "heads": "UPDATE", "activity_counts": "UPDATE, DELETE",
	} {
		grants = append(grants, fmt.Sprintf("GRANT %s ON %s.`%s` TO '%s_maintain'@'127.0.0.1'",
			rights, d.Name, table, d.Name))
	}
	return execute(ctx, d.Admin, grants...)
}

// folderInUse is what the server answers where a file of a table that goes is still there in the database's folder.
const folderInUse = 1010

// dropTries is how often a database is dropped whose folder the server still writes to.
const dropTries = 5

// Drop removes the database's users, and it.
func (d Database) Drop(ctx context.Context) error {
	drop := "DROP DATABASE IF EXISTS " + d.Name
	err := execute(ctx, d.Admin, fmt.Sprintf(
		"DROP USER '%[1]s_migrate'@'127.0.0.1', '%[1]s_write'@'127.0.0.1', '%[1]s_read'@'127.0.0.1', "+
			"'%[1]s_maintain'@'127.0.0.1'", d.Name), drop)
	var server *mysql.MySQLError
	for try := 1; try <= dropTries && errors.As(err, &server) && server.Number == folderInUse; try++ {
		time.Sleep(time.Duration(try) * 50 * time.Millisecond) // for the server to let go of its files
		err = execute(ctx, d.Admin, drop)
	}
	return err
}

// on is the same database reached through another node of its cluster.
func (d Database) on(port int) (Database, error) {
	for _, dsn := range []*string{&d.Admin, &d.Migrate, &d.Write, &d.Read, &d.Maintain} {
		config, err := mysql.ParseDSN(*dsn)
		if err != nil {
			return Database{}, fmt.Errorf("mariadb: DSN: %w", err)
		}
		config.Addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		*dsn = config.FormatDSN()
	}
	return d, nil
}

func dsnAs(admin, database, user, password string) (string, error) {
	config, err := mysql.ParseDSN(admin)
	if err != nil {
		return "", fmt.Errorf("mariadb: DSN: %w", err)
	}
	config.User, config.Passwd, config.DBName = user, password, database
	config.Collation = "utf8mb4_unicode_ci"
	return config.FormatDSN(), nil
}

func execute(ctx context.Context, dsn string, statements ...string) error {
	pool, err := open(dsn)
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	for _, statement := range statements {
		if _, err := pool.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("mariadb: %.60s: %w", statement, err)
		}
	}
	return nil
}

func column(rows *sql.Rows) ([]string, error) {
	defer func() { _ = rows.Close() }()
	var values []string
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			return nil, fmt.Errorf("mariadb: read: %w", err)
		}
		values = append(values, value)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("mariadb: read: %w", err)
	}
	return values, nil
}
