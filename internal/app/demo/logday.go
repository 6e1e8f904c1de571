package demo

import (
	"context"
	"fmt"
	"io"

	"gatehouse/internal/activity"
	"gatehouse/internal/activity/export"
	"gatehouse/internal/actor"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/exports"
	"gatehouse/internal/id"
	"gatehouse/internal/streams"
)

// logDay has the owner send her log elsewhere. It is paused at once: a demo calls nobody.
func (p *past) logDay(ctx context.Context) error {
	p.to(5, 17, 20)
	account := p.account[northwind]
	who, err := p.as(ctx, cast.Olivia, account, safariOnMac())
	if err != nil {
		return err
	}
	wanted := streams.Wanted{
		ID: id.New[id.StreamKind](), Name: "Security desk", Address: "https://siem.northwind.example/gatehouse",
	}
	if _, err := p.Streams.Add(ctx, who, account, wanted); err != nil {
		return fmt.Errorf("add a stream: %w", err)
	}
	if err := p.Streams.Pause(ctx, who, account, wanted.ID); err != nil {
		return fmt.Errorf("pause a stream: %w", err)
	}
	return p.takesAway(ctx, who)
}

// takesAway has the owner take the log away as a file, and keep a view of it; of the first she is told.
func (p *past) takesAway(ctx context.Context, who actor.Actor) error {
	account := p.account[northwind]
	if err := p.Watch.Look(ctx); err != nil { // from here on
		return err // watch says what it did
	}
	taken, err := p.Exports.Ask(ctx, who, id.AccountScope(account), exports.Request{
		Format: export.CSV, Filter: activity.Filter{Kind: actor.Staff}, Words: "By: staff",
	})
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := p.Exports.Write(ctx, taken, io.Discard); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if err := p.Bookmarks.Save(ctx, who, id.AccountScope(account), "Looks by staff", "by=staff"); err != nil {
		return fmt.Errorf("save a view: %w", err)
	}
	if err := p.Watch.Look(ctx); err != nil {
		return err // as above
	}
	return p.post(ctx)
}
