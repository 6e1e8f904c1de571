// Package mariadb starts private MariaDB servers for tests: a data directory of their own in the temporary folder, a
// port on the loopback interface, no configuration file of the machine. A server ends with the process that started
// it, even when that process is killed. Nothing of the product may enter here, so that the wrapper around `go test`
// builds in a moment.
package mariadb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const startTimeout = 60 * time.Second

// Server is one running MariaDB server.
type Server struct {
	port    int
	folder  string
	owner   *syscall.Credential // nil: the server runs as whoever runs the test
	kept    bool                // the folder outlives the server
	settle  func()              // has a kept server write down what it holds, and end
	release func()              // closes the pipe that the watchdog listens to, which kills the server
	ended   chan struct{}       // closed when the server is gone
	unasked atomic.Bool         // whether an end would be one that nobody asked for
}

// Missing names what has to be installed before Start can work, and how; it is empty when nothing is missing.
func Missing(programs ...string) string {
	var absent []string
	for _, program := range append([]string{"mariadbd", "mariadb-install-db"}, programs...) {
		if find(program) == "" {
			absent = append(absent, program)
		}
	}
	if len(absent) == 0 {
		return ""
	}
	return "MariaDB tests need " + strings.Join(absent, ", ") + ": " +
		"apt-get install --no-install-recommends mariadb-server (for a cluster also galera-4 rsync socat)"
}

// Start sets up an empty server, in memory where there is room, and waits until it answers, which takes about two
// seconds.
func Start(ctx context.Context) (*Server, error) { return startUnder(ctx, roomyMemory(), anywhere()) }

// StartFor is Start at the port that one place always has, while it is free: the results that `go test` keeps are those
// of one DSN, and what has not changed since need not run again.
func StartFor(ctx context.Context, place string) (*Server, error) {
	return startUnder(ctx, roomyMemory(), portOf(place))
}

// StartOnDisk is Start for what is measured: its data is where a provider's would be.
func StartOnDisk(ctx context.Context) (*Server, error) { return startUnder(ctx, "", anywhere()) }

func startUnder(ctx context.Context, parent string, first int) (*Server, error) {
	if missing := Missing(); missing != "" {
		return nil, errors.New(missing)
	}
	var failed error
	for try := range 3 { // somebody else may take the port between the look and the start
		ports, err := freePortsFrom(ctx, first+try, 1)
		if err != nil {
			return nil, err
		}
		server, err := start(ctx, ports[0], folder{parent: parent})
		if err == nil {
			return server, nil
		}
		failed = err
	}
	return nil, failed
}

// Port is the TCP port on 127.0.0.1.
func (s *Server) Port() int { return s.port }

// DSN names the server as its administrator, with no database chosen, in the form of go-sql-driver/mysql.
func (s *Server) DSN() string { return fmt.Sprintf("root@tcp(127.0.0.1:%d)/", s.port) }

// Stop kills the server and removes its folder: a test's data is never needed again, unless it is to be kept.
func (s *Server) Stop() {
	s.unasked.Store(false)
	if s.kept {
		s.settle()
	}
	s.release()
	<-s.ended
	if s.kept {
		return
	}
	if err := os.RemoveAll(s.folder); err != nil { // the server's last file may still be on its way out
		time.Sleep(100 * time.Millisecond)
		_ = os.RemoveAll(s.folder)
	}
}

// folder says where a server's data goes: one that is kept, or else a new one below parent, or below the temporary
// folder where parent is empty.
type folder struct{ kept, parent string }

// start starts a server and waits until it answers.
func start(ctx context.Context, port int, in folder, options ...string) (*Server, error) {
	s := &Server{port: port, folder: in.kept, kept: in.kept != "", ended: make(chan struct{})}
	s.settle = func() { s.shutDown(context.WithoutCancel(ctx)) } // also where whoever started it is told to end
	if err := s.prepare(ctx, in.parent); err != nil {
		return nil, err
	}
	if err := s.launch(options); err != nil {
		s.discard()
		return nil, err
	}
	if err := s.awaitAnswer(ctx); err != nil {
		err = fmt.Errorf("%w\n%s", err, s.errorLog())
		s.Stop()
		return nil, err
	}
	s.unasked.Store(true)
	return s, nil
}

// prepare makes the data folder. Run by root, the server's files belong to the mysql user: as root it refuses to
// start, and `--user=root` breaks the state transfer between cluster nodes.
func (s *Server) prepare(ctx context.Context, parent string) error {
	var err error
	if s.kept {
		err = os.MkdirAll(s.folder, 0o711) // the server's user must get through
	} else {
		s.folder, err = os.MkdirTemp(parent, "gatehouse-mariadb-")
	}
	if err != nil {
		return fmt.Errorf("mariadb: make a folder: %w", err)
	}
	if os.Geteuid() == 0 {
		if s.owner, err = credential("mysql"); err != nil {
			return err
		}
		if err := os.Chown(s.folder, int(s.owner.Uid), int(s.owner.Gid)); err != nil {
			return fmt.Errorf("mariadb: hand over the folder: %w", err)
		}
	}
	if _, err := os.Stat(s.path("data")); err == nil {
		return nil // it was kept
	}
	install := exec.CommandContext(ctx, find("mariadb-install-db"), "--no-defaults", "--datadir="+s.path("data"),
		"--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve")
	install.Dir = s.folder
	install.SysProcAttr = &syscall.SysProcAttr{Credential: s.owner}
	if out, err := install.CombinedOutput(); err != nil {
		s.discard()
		return fmt.Errorf("mariadb: mariadb-install-db: %w\n%s", err, out)
	}
	return nil
}

// watchdog runs the server given as its arguments and kills it as soon as its standard input ends. The other end of
// that pipe is held by the process that started the server, so the kernel closes it however that process dies.
// $FOLDER goes with it, unless it is to be kept.
const watchdog = `
exec 3<&0
"$@" </dev/null 3<&- & server=$!
{ cat >/dev/null; kill -9 $server; sleep 0.2; test -z "$FOLDER" || rm -rf "$FOLDER"; } <&3 >/dev/null 2>&1 &
exec 3<&-
wait $server
`

func (s *Server) launch(options []string) error {
	args := append([]string{
		"-c", watchdog, "watchdog", find("mariadbd"), "--no-defaults",
		"--datadir=" + s.path("data"), "--socket=" + s.path("s.sock"), "--pid-file=" + s.path("pid"),
		"--tmpdir=" + s.folder, // a server that starts clears the folder of such tables, and others would share it
		"--log-error=" + s.path("error.log"), "--bind-address=127.0.0.1", "--port=" + strconv.Itoa(s.port),
		"--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M",
		"--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci", "--max-connections=500",
	}, options...)
	server := exec.Command("/bin/sh", args...) //nolint:noctx // it outlives every context of the tests that use it
	server.Dir = s.folder
	server.Env = append(os.Environ(), "FOLDER=")
	if !s.kept {
		server.Env = append(os.Environ(), "FOLDER="+s.folder)
	}
	// A group of its own: the terminal's Ctrl-C ends the tests, and their end ends the server.
	server.SysProcAttr = &syscall.SysProcAttr{Credential: s.owner, Setpgid: true}
	lifeline, err := server.StdinPipe()
	if err != nil {
		return fmt.Errorf("mariadb: %w", err)
	}
	if err := server.Start(); err != nil {
		return fmt.Errorf("mariadb: start: %w", err)
	}
	s.release = sync.OnceFunc(func() { _ = lifeline.Close() })
	go func() {
		err := server.Wait()  // a killed server always ends with an error
		if s.unasked.Load() { // else every test from here on says no more than that nobody answers
			fmt.Fprintf(os.Stderr, "mariadb: the server on port %d ended by itself: %v\n%s\n", s.port, err, s.errorLog())
		}
		close(s.ended)
	}()
	return nil
}

func (s *Server) awaitAnswer(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	pool, err := open(s.DSN())
	if err != nil {
		return err
	}
	defer func() { _ = pool.Close() }()
	for pool.PingContext(ctx) != nil {
		select {
		case <-s.ended:
			return fmt.Errorf("mariadb: the server on port %d ended while it started", s.port)
		case <-ctx.Done():
			return fmt.Errorf("mariadb: no answer on port %d: %w", s.port, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
	return nil
}

func (s *Server) path(name string) string { return filepath.Join(s.folder, name) }

func (s *Server) errorLog() string {
	text, err := os.ReadFile(s.path("error.log"))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-30):], "\n")
}

func credential(name string) (*syscall.Credential, error) {
	account, err := user.Lookup(name)
	if err != nil {
		return nil, fmt.Errorf("mariadb: root needs the user %q to run the server as: %w", name, err)
	}
	uid, err := strconv.ParseUint(account.Uid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("mariadb: user %q: %w", name, err)
	}
	gid, err := strconv.ParseUint(account.Gid, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("mariadb: user %q: %w", name, err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

// find looks in the administrator's folders too, which are not on everybody's PATH. A path is only checked.
func find(program string) string {
	for _, candidate := range []string{program, "/usr/sbin/" + program, "/usr/local/sbin/" + program} {
		if path, err := exec.LookPath(candidate); err == nil {
			return path
		}
	}
	if _, err := os.Stat(program); filepath.IsAbs(program) && err == nil {
		return program
	}
	return ""
}
