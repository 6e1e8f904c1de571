package app

import "context"

// Job is one of the things that Gatehouse does by itself.
type Job struct {
	Name string
	Run  func(ctx context.Context) error
}

// Jobs are all of them.
func (a *App) Jobs() []Job {
	var list []Job
	for _, j := range a.jobs() {
		list = append(list, Job{Name: j.name, Run: j.run})
	}
	return list
}
