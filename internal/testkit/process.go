package testkit

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	scenarioVariable = "GATEHOUSE_FLEET_SCENARIO"
	numberVariable   = "GATEHOUSE_FLEET_NUMBER"
	roundTimeout     = time.Minute
)

// Process is what a scenario knows of the process it runs in.
type Process struct {
	Number int // 0 for the first process of the fleet
}

// Getenv reads a variable that was given to Fleet.
func (Process) Getenv(name string) string { return os.Getenv(name) }

// Work is what a process of a fleet does in each round. Its result travels to the test as JSON; an error is a result
// too, since in a race somebody has to lose.
type Work func(ctx context.Context, job json.RawMessage) (any, error)

// Scenario sets up a process of a fleet, opens the database for instance, and returns its work.
type Scenario func(ctx context.Context, p Process) (Work, error)

// Answer is what one process said at the end of a round.
type Answer struct {
	Process int             `json:"-"`
	Value   json.RawMessage `json:"value,omitempty"`
	Error   string          `json:"error,omitempty"` // text of the error that Work returned; empty if it succeeded
}

// Main is called by TestMain of a package whose tests use Fleet: it runs the scenario if this process was started as
// part of a fleet, and the tests otherwise. It does not return.
//
//	func TestMain(m *testing.M) { testkit.Main(m, map[string]testkit.Scenario{"pay": pay}) }
func Main(m *testing.M, scenarios map[string]Scenario) {
	name := os.Getenv(scenarioVariable)
	if name == "" {
		os.Exit(m.Run())
	}
	if err := play(scenarios[name]); err != nil {
		fmt.Fprintf(os.Stderr, "scenario %q: %v\n", name, err)
		os.Exit(1)
	}
	os.Exit(0) // the race detector turns this into its own code if it found a race
}

// play answers one line with one line until the test closes the pipe or dies. Answers have a pipe of their own, so that
// nothing else that is printed can be taken for one.
func play(scenario Scenario) error {
	if scenario == nil {
		return fmt.Errorf("not among those given to testkit.Main")
	}
	number, err := strconv.Atoi(os.Getenv(numberVariable))
	if err != nil {
		return fmt.Errorf("number of the process: %w", err)
	}
	ctx := context.Background()
	work, err := scenario(ctx, Process{Number: number})
	if err != nil {
		return err
	}
	answers := json.NewEncoder(os.NewFile(3, "answers"))
	if err := answers.Encode(Answer{}); err != nil { // ready
		return err
	}
	jobs := json.NewDecoder(os.Stdin)
	for {
		var job json.RawMessage
		if err := jobs.Decode(&job); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		if err := answers.Encode(perform(ctx, work, job)); err != nil {
			return err
		}
	}
}

func perform(ctx context.Context, work Work, job json.RawMessage) Answer {
	value, err := work(ctx, job)
	if err != nil {
		return Answer{Error: err.Error()}
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return Answer{Error: "answer: " + err.Error()}
	}
	return Answer{Value: encoded}
}

// Processes is a fleet: several processes of this test binary that do the same work at the same time.
type Processes struct {
	members []*member
}

type member struct {
	command *exec.Cmd
	jobs    io.WriteCloser
	answers chan Answer // closed when the process ends
}

// Fleet starts n processes of this test binary, each running the named scenario with the given variables ("NAME=value")
// in its environment, and waits until all are set up. They end with the test; one that fails fails the test.
func Fleet(t testing.TB, n int, scenario string, env ...string) *Processes {
	t.Helper()
	fleet := &Processes{}
	for i := range n {
		fleet.members = append(fleet.members, launch(t, i, scenario, env))
	}
	fleet.collect(t)
	return fleet
}

// Round gives every process the same job at the same moment and waits for all answers, which come in the order of the
// processes. A job or a value is anything that JSON can carry.
func (f *Processes) Round(t testing.TB, job any) []Answer {
	t.Helper()
	line, err := json.Marshal(job)
	if err != nil {
		t.Fatalf("fleet: job: %v", err)
	}
	line = append(line, '\n')
	for i, process := range f.members {
		if _, err := process.jobs.Write(line); err != nil {
			t.Fatalf("fleet: process %d takes no job: %v", i, err)
		}
	}
	return f.collect(t)
}

func (f *Processes) collect(t testing.TB) []Answer {
	t.Helper()
	timeout := time.After(roundTimeout)
	answers := make([]Answer, len(f.members))
	for i, process := range f.members {
		select {
		case answer, ok := <-process.answers:
			if !ok {
				t.Fatalf("fleet: process %d ended without an answer", i)
			}
			answers[i] = answer
			answers[i].Process = i
		case <-timeout:
			t.Fatalf("fleet: process %d gave no answer within %v", i, roundTimeout)
		}
	}
	return answers
}

// AtOnce tries something n times at once within a process, and says how many tries won. A try says whether it did; its
// error is what should not have happened, whoever wins.
func AtOnce(n int, try func(i int) (bool, error)) (int64, error) {
	var won atomic.Int64
	var all sync.WaitGroup
	failed := make(chan error, n)
	for i := range n {
		all.Go(func() {
			switch ok, err := try(i); {
			case err != nil:
				failed <- fmt.Errorf("a try ended otherwise: %w", err)
			case ok:
				won.Add(1)
			}
		})
	}
	all.Wait()
	select {
	case err := <-failed:
		return 0, err
	default:
		return won.Load(), nil
	}
}

// Total is how many tries won in all processes, each of which answers with what AtOnce returned.
func Total(t testing.TB, answers []Answer) int64 {
	t.Helper()
	total := int64(0)
	for _, a := range answers {
		var n int64
		if a.Error != "" || json.Unmarshal(a.Value, &n) != nil {
			t.Fatalf("fleet: process %d answered %s %s", a.Process, a.Value, a.Error)
		}
		total += n
	}
	return total
}

func launch(t testing.TB, number int, scenario string, env []string) *member {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	receive, send, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(context.WithoutCancel(t.Context()), program)
	command.Env = append(os.Environ(), env...)
	command.Env = append(command.Env, scenarioVariable+"="+scenario, numberVariable+"="+strconv.Itoa(number))
	command.Stdout, command.Stderr = os.Stderr, os.Stderr
	command.ExtraFiles = []*os.File{send}
	jobs, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	_ = send.Close() // the child has its own copy; without this the end of the answers would never be seen
	process := &member{command: command, jobs: jobs, answers: make(chan Answer)}
	go process.listen(receive)
	t.Cleanup(func() { process.dismiss(t, number) })
	return process
}

func (m *member) listen(answers io.ReadCloser) {
	defer close(m.answers)
	defer func() { _ = answers.Close() }()
	lines := json.NewDecoder(bufio.NewReader(answers))
	for {
		var answer Answer
		if lines.Decode(&answer) != nil {
			return // the process has ended; how it did is for dismiss to say
		}
		m.answers <- answer
	}
}

func (m *member) dismiss(t testing.TB, number int) {
	t.Helper()
	_ = m.jobs.Close()
	killer := time.AfterFunc(10*time.Second, func() { _ = m.command.Process.Kill() })
	defer killer.Stop()
	go func() { // answers that nobody waited for
		for range m.answers {
		}
	}()
	if err := m.command.Wait(); err != nil {
		t.Errorf("fleet: process %d: %v", number, err)
	}
}
