package demo

import (
	"context"
	"fmt"

	"gatehouse/internal/app/cast"
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
	return nil
}
