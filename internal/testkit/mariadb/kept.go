package mariadb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// shutdownTimeout is how long a server whose data is kept may take to write it down.
const shutdownTimeout = 2 * time.Minute

// Keep starts a server whose data stays in a folder, and goes on with what is there already.
func Keep(ctx context.Context, path string, options ...string) (*Server, error) {
	if missing := Missing(); missing != "" {
		return nil, errors.New(missing)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("mariadb: %w", err)
	}
	ports, err := freePorts(ctx, 1)
	if err != nil {
		return nil, err
	}
	return start(ctx, ports[0], folder{kept: path}, options...)
}

// KeepDatabase makes a database on a server whose data is kept, or returns the one that was made there before.
func (s *Server) KeepDatabase(ctx context.Context) (Database, error) {
	var d Database
	name := s.path("database.json")
	raw, err := os.ReadFile(name)
	switch {
	case err == nil:
		if err := json.Unmarshal(raw, &d); err != nil {
			return d, fmt.Errorf("mariadb: %s: %w", name, err)
		}
		return d.on(s.port)
	case !errors.Is(err, os.ErrNotExist):
		return d, fmt.Errorf("mariadb: %w", err)
	}
	if d, err = CreateDatabase(ctx, s.DSN()); err != nil {
		return d, err
	}
	if raw, err = json.Marshal(d); err != nil {
		return d, fmt.Errorf("mariadb: %w", err)
	}
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		return d, fmt.Errorf("mariadb: %w", err)
	}
	return d, nil
}

// shutDown lets the server write down what it has in memory. Where it does not in time, it reads its own journal when
// it is started again.
func (s *Server) shutDown(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, shutdownTimeout)
	defer cancel()
	if execute(ctx, s.DSN(), "SHUTDOWN") != nil {
		return
	}
	select {
	case <-s.ended:
	case <-ctx.Done():
	}
}

// discard removes the folder of a server that did not start, unless it is to be kept.
func (s *Server) discard() {
	if !s.kept {
		_ = os.RemoveAll(s.folder)
	}
}
