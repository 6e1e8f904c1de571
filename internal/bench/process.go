package bench

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	startAim  = 100 * time.Millisecond
	idleAim   = 30 << 20
	loadedAim = 60 << 20
	binaryAim = 30 << 20
	starts    = 9
	restTime  = 4 * time.Second
	loadTime  = 8 * time.Second
)

// process measures the built binary: its size, how soon it answers, and the memory that it takes.
func process(ctx context.Context, r report, dir string) error {
	program, err := buildProgram(ctx, dir)
	if err != nil {
		return err
	}
	file, err := os.Stat(program)
	if err != nil {
		return fmt.Errorf("binary: %w", err)
	}
	d, err := newDemo(ctx, filepath.Join(dir, "process")) // with somebody signed in
	if err != nil {
		return err
	}
	if err := d.Close(); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	h, err := houseOnSQLite(ctx, filepath.Join(dir, "served"))
	if err != nil {
		return err
	}
	if err := h.Close(); err != nil {
		return fmt.Errorf("house: %w", err)
	}
	r.title("The built program")
	served, err := startTimes(ctx, serve(program, h.Config.DataDir))
	if err != nil {
		return err
	}
	shown, err := startTimes(ctx, show(program, d.dir))
	if err != nil {
		return err
	}
	idle, loaded, resting, err := memory(ctx, show(program, d.dir), d)
	if err != nil {
		return err
	}
	r.table(
		row("what", "measured", "aim", ""),
		row("binary, static and stripped", mebi(file.Size()), mebi(binaryAim), verdict(file.Size() <= binaryAim)),
		served.row("serve: start to first answer"), shown.row("demo, started again: the same"),
		row("memory at rest (demo)", mebi(idle), mebi(idleAim), verdict(idle <= idleAim)),
		row("memory under load, highest (8 connections, two list pages)",
			mebi(loaded), mebi(loadedAim), verdict(loaded <= loadedAim)),
		row("memory some seconds after it", mebi(resting), "", ""),
	)
	return nil
}

func mebi(bytes int64) string { return fmt.Sprintf("%.1f MiB", float64(bytes)/(1<<20)) }

// running is a started program.
type running struct {
	command *exec.Cmd
	address string
}

// starter is how a program is started on an address.
type starter func(ctx context.Context, address string) *exec.Cmd

// serve starts it as in production.
func serve(program, data string) starter {
	return func(ctx context.Context, address string) *exec.Cmd {
		command := exec.CommandContext(ctx, program, "serve")
		command.Env = append(os.Environ(), "GATEHOUSE_DATA_DIR="+data, "GATEHOUSE_LISTEN="+address,
			"GATEHOUSE_PUBLIC_URL=http://localhost", "GATEHOUSE_MAIL_HOST=localhost", "GATEHOUSE_MAIL_TLS=none")
		return command
	}
}

// show starts the demo.
func show(program, data string) starter {
	return func(ctx context.Context, address string) *exec.Cmd {
		return exec.CommandContext(ctx, program, "demo", "--listen", address, "--data", data)
	}
}

// times are those that several starts took, in order.
type times []time.Duration

func startTimes(ctx context.Context, start starter) (times, error) {
	var took times
	for range starts {
		p, first, err := launch(ctx, start)
		if err != nil {
			return nil, err
		}
		took = append(took, first)
		if err := p.stop(); err != nil {
			return nil, err
		}
	}
	slices.Sort(took)
	return took, nil
}

func (t times) row(what string) []string {
	middle := t[len(t)/2]
	return row(fmt.Sprintf("%s (best %s, worst %s)", what, ms(t[0]), ms(t[len(t)-1])), ms(middle), ms(startAim),
		verdict(middle <= startAim))
}

// launch starts the program and waits until the sign-in page has come, which it times.
func launch(ctx context.Context, start starter) (*running, time.Duration, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, 0, err
	}
	p := &running{command: start(ctx, address), address: address}
	begin := time.Now()
	if err := p.command.Start(); err != nil {
		return nil, 0, fmt.Errorf("start: %w", err)
	}
	for {
		c, err := dial(ctx, address, "/sign-in", "")
		if err == nil {
			err = c.get(ctx)
			c.close()
			if err == nil {
				return p, time.Since(begin), nil
			}
		}
		if time.Since(begin) > time.Minute || ctx.Err() != nil {
			return nil, 0, errors.Join(fmt.Errorf("no answer: %w", err), p.stop())
		}
		time.Sleep(500 * time.Microsecond)
	}
}

func freeAddress(ctx context.Context) (string, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listen: %w", err)
	}
	address := l.Addr().String()
	return address, l.Close()
}

func (p *running) stop() error {
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	if err := p.command.Wait(); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	return nil
}

// memory looks at a program at rest, the most it took under load, and at rest again.
func memory(ctx context.Context, start starter, d *busyDemo) (idle, loaded, resting int64, err error) {
	p, _, err := launch(ctx, start)
	if err != nil {
		return 0, 0, 0, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	time.Sleep(restTime)
	if idle, err = p.resident("VmRSS"); err != nil {
		return 0, 0, 0, err
	}
	var workers []once
	for _, path := range []string{"/invoices", "/activity"} {
		some, done, err := overLoopback(ctx, 4, p.address, "/accounts/"+d.account.String()+path, d.cookie)
		if err != nil {
			return 0, 0, 0, err
		}
		defer done()
		workers = append(workers, some...)
	}
	if _, err = drive(ctx, loadTime, workers); err != nil {
		return 0, 0, 0, err
	}
	if loaded, err = p.resident("VmHWM"); err != nil {
		return 0, 0, 0, err
	}
	time.Sleep(restTime)
	resting, err = p.resident("VmRSS")
	return idle, loaded, resting, err
}

// resident reads a line of the kernel's figures about the process, in bytes.
func (p *running) resident(name string) (int64, error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(p.command.Process.Pid) + "/status")
	if err != nil {
		return 0, fmt.Errorf("memory: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			kib, err := strconv.ParseInt(strings.Fields(value)[0], 10, 64)
			return kib << 10, err
		}
	}
	return 0, errors.New("memory: the kernel does not say")
}
