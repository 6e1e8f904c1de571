package app

import (
	"io/fs"
	"os"

	"gatehouse/internal/access"
	"gatehouse/policies"
)

// policyFiles are the policies that come with Gatehouse, and beside them the departments that the provider made.
type policyFiles struct {
	fs.FS

	own string // the provider's file; empty: there is none
}

// Open opens one of them.
func (p policyFiles) Open(name string) (fs.File, error) {
	if name != access.OwnDepartments {
		return p.FS.Open(name) //nolint:wrapcheck // access says which file it was
	}
	if p.own == "" {
		return nil, fs.ErrNotExist
	}
	return os.Open(p.own)
}

func (a *App) policies() fs.FS { return policyFiles{policies.Files(), a.Config.DepartmentsFile} }
