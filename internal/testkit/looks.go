package testkit

import (
	"testing"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
)

// Looks are why somebody of the staff looks at each account that there is, as if they had just said so.
func (w *World) Looks(t testing.TB) []actor.Look {
	t.Helper()
	var accounts []id.Account
	err := db.Across(w.Reader.With(t.Context()), "all accounts of a test").Table("accounts").
		Pluck("account_id", &accounts).Error
	if err != nil {
		t.Fatal(err)
	}
	return LooksAt(w.Now(t), accounts...)
}

// LooksAt are why somebody of the staff looks at accounts, as if they had said so at a time.
func LooksAt(now time.Time, accounts ...id.Account) []actor.Look {
	list := make([]actor.Look, 0, len(accounts))
	for _, account := range accounts {
		list = append(list, actor.Look{
			ID: id.New[id.LookKind](), Account: account, Code: "asked", Words: "They rang about their invoice",
			Ends: now.Add(actor.LookTime),
		})
	}
	return list
}
