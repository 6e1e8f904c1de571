package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/go-sql-driver/mysql"
)

// A node of a Galera cluster may give up a transaction at any moment, because another node was quicker. It says so with
// an error, except where the moment falls between a result and the next statement: MariaDB then says nothing, and what
// follows is a transaction of its own. (Seen with 10.11 about once in a hundred contended changes.) Half a change would
// be committed. So nothing is committed by itself on a cluster, and each transaction carries a mark from its beginning:
// only one that still has it is committed.
const (
	setMark  = "SAVEPOINT whole"
	takeMark = "RELEASE SAVEPOINT whole"
)

// errGivenUp says that the server gave up a transaction, whatever else it said or left unsaid.
var errGivenUp = errors.New("db: the transaction was given up by the server")

// inCluster says whether the server is a node of a Galera cluster.
func inCluster(ctx context.Context, pool *sql.DB) bool {
	var name, on string
	err := pool.QueryRowContext(ctx, "SHOW VARIABLES LIKE 'wsrep_on'").Scan(&name, &on)
	return err == nil && on == "ON"
}

// writing opens the pool that changes are made through, and says whether it leads into a cluster.
func (c Config) writing(ctx context.Context) (*sql.DB, bool, error) {
	c.carries = c.Dialect == MySQL
	pool, err := c.pool(ctx, false)
	if err != nil || c.Dialect != MySQL || !inCluster(ctx, pool) {
		return pool, false, err
	}
	c.carries = false // where a transaction may be given up at any moment, each statement is asked how it went
	if err := pool.Close(); err != nil {
		return nil, false, fmt.Errorf("open the database: %w", err)
	}
	dsn, err := mysqlDSN(c.Write, map[string]string{"autocommit": "0"})
	if err != nil {
		return nil, false, err
	}
	c.Write = dsn
	pool, err = c.pool(ctx, false)
	return pool, true, err
}

// mark begins what unbroken proves.
func (g *guard) mark(ctx context.Context, tx *sql.Tx) error {
	if !g.clustered {
		return nil
	}
	if _, err := tx.ExecContext(ctx, setMark); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	return nil
}

// unbroken fails with a conflict where the transaction is no longer the one that was begun.
func (g *guard) unbroken(ctx context.Context, tx *sql.Tx) error {
	if !g.clustered {
		return nil
	}
	_, err := tx.ExecContext(ctx, takeMark)
	var my *mysql.MySQLError
	if errors.As(err, &my) && my.Number == errNoSavepoint {
		return errGivenUp
	}
	return err // conflicts are told by their number
}

// given tells a broken constraint from a transaction that was given up: what the statement met were then the rows of
// the node that was quicker.
func (p guarded) given(ctx context.Context, err error) error {
	tx, ok := p.pool.(*sql.Tx)
	if !ok || !p.guard.clustered || !isBroken(err) {
		return err
	}
	if gone := p.guard.unbroken(ctx, tx); gone != nil {
		return gone
	}
	if gone := p.guard.mark(ctx, tx); gone != nil {
		return gone
	}
	return err
}
