package testkit_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"gatehouse/internal/testkit"
)

func TestMain(m *testing.M) {
	testkit.Main(m, map[string]testkit.Scenario{"take the key": takeTheKey})
}

// takeTheKey is a race with one winner: a folder can be made only once.
func takeTheKey(_ context.Context, p testkit.Process) (testkit.Work, error) {
	folder := p.Getenv("FOLDER")
	if folder == "" {
		return nil, errors.New("FOLDER did not arrive")
	}
	fmt.Println("what a process prints is not an answer")
	return func(_ context.Context, job json.RawMessage) (any, error) {
		var round string
		if err := json.Unmarshal(job, &round); err != nil {
			return nil, err
		}
		if err := os.Mkdir(filepath.Join(folder, round), 0o700); err != nil {
			return nil, errors.New("too late")
		}
		return map[string]int{"pid": os.Getpid(), "number": p.Number}, nil
	}, nil
}

func TestFleetRacesInSeparateProcesses(t *testing.T) {
	fleet := testkit.Fleet(t, 3, "take the key", "FOLDER="+t.TempDir())
	for round := range 50 {
		won := 0
		for _, answer := range fleet.Round(t, fmt.Sprintf("round-%d", round)) {
			if answer.Error == "too late" {
				continue
			}
			won++
			var winner struct{ PID, Number int }
			if err := json.Unmarshal(answer.Value, &winner); err != nil {
				t.Fatalf("%v in %+v", err, answer)
			}
			if winner.PID == os.Getpid() || winner.Number != answer.Process {
				t.Errorf("round %d: process %d answered as %+v", round, answer.Process, winner)
			}
		}
		if won != 1 {
			t.Errorf("round %d: %d processes took the key, want exactly 1", round, won)
		}
	}
}
