package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// LoadFlag has the program ask for pages in place of measuring; see Load.
const LoadFlag = "load"

// load says what to ask for, over how many connections, for how long and how often.
type load struct {
	Address, Path, Cookie string
	Connections           int
	Span                  time.Duration
	Rate                  float64 // a second, of all connections together; 0: each asks again as soon as it has its answer
}

// loadAnswer is how long each answer took.
type loadAnswer struct {
	Elapsed time.Duration
	Took    []time.Duration
}

// Load asks for pages as the order on its input says, and writes how long each took. It is a process of its own, as
// browsers are: within the process that answers, the load would wait for that one's scheduler rather than for answers.
func Load(ctx context.Context, in io.Reader, out io.Writer) error {
	var l load
	if err := json.NewDecoder(in).Decode(&l); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	workers, done, err := overLoopback(ctx, l.Connections, l.Address, l.Path, l.Cookie, takesGzip)
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	defer done()
	var f figures
	if l.Rate > 0 {
		f, err = steadily(ctx, l.Span, l.Rate, workers)
	} else {
		f, err = drive(ctx, l.Span, workers)
	}
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	if err := json.NewEncoder(out).Encode(loadAnswer{f.elapsed, f.took}); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	return nil
}

// run has another process ask. The processor time is that of this process, which answers.
func (l load) run(ctx context.Context) (figures, error) {
	program, err := os.Executable()
	if err != nil {
		return figures{}, fmt.Errorf("load: %w", err)
	}
	order, err := json.Marshal(l)
	if err != nil {
		return figures{}, fmt.Errorf("load: %w", err)
	}
	var out, said bytes.Buffer
	c := exec.CommandContext(ctx, program, "-"+LoadFlag)
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(order), &out, &said
	cpu := processTime()
	if err := c.Run(); err != nil {
		return figures{}, fmt.Errorf("load: %w: %s", err, said.String())
	}
	cpu = processTime() - cpu
	var a loadAnswer
	if err := json.Unmarshal(out.Bytes(), &a); err != nil {
		return figures{}, fmt.Errorf("load: %w", err)
	}
	return figures{n: len(a.Took), elapsed: a.Elapsed, took: a.Took, cpu: cpu}, nil
}
