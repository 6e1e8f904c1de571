package demo

import (
	"context"
	"fmt"
	"strings"

	"gatehouse/internal/actor"
	"gatehouse/internal/app/cast"
	"gatehouse/internal/id"
	"gatehouse/internal/imports"
)

const (
	oldClients = "client_id,name,owner_email,currency,line1,city,postcode,country\n" +
		"2041,Kestrel Toys,kes@kestrel.example,GBP,3 Bank Street,Ripon,HG4 1AA,GB\n" +
		"2042,Merlin Maps,mer@merlin.example,GBP,9 Minster Yard,York,YO1 7JN,GB\n" +
		"2043,,owner@nowhere.example,GBP,,,,\n"
	oldContacts = "contact_id,client_id,email,role\n311,2041,till@kestrel.example,billing\n" +
		"312,2041,till@kestrel.example,technical\n"
	moreClients = "client_id,name,owner_email,currency\n2050,Osprey Optics,iris@osprey.example,GBP\n" +
		"2051,Plover Prints,plo@plover.example,GBP\n2052,Redwing Radio,dj@redwing,GBP\n"
)

// importsHappen has an administrator bring clients over from another system: one file is made, of one a line failed,
// and one was stopped.
func (p *past) importsHappen(ctx context.Context) error {
	for _, f := range []struct {
		kind   imports.Kind
		name   string
		text   string
		invite bool
		stop   bool
	}{
		{imports.Clients, "old-clients.csv", oldClients, false, false},
		{imports.Contacts, "old-contacts.csv", oldContacts, true, false},
		{imports.Clients, "more-clients.csv", moreClients, false, true},
	} {
		root, err := p.later(ctx, cast.Root)
		if err != nil {
			return err
		}
		of, err := p.Imports.Look(ctx, root, imports.Request{
			Kind: f.kind, Source: "WHMCS", File: f.name, Invite: f.invite, Body: strings.NewReader(f.text),
		})
		if err == nil {
			err = p.Imports.Start(ctx, root, of)
		}
		if err == nil {
			err = p.importEnds(ctx, root, of, f.stop)
		}
		if err != nil {
			return fmt.Errorf("import %s: %w", f.name, err)
		}
	}
	return p.deliver(ctx)
}

// importEnds has an import stopped before its first line, or done by the job.
func (p *past) importEnds(ctx context.Context, who actor.Actor, of id.Import, stop bool) error {
	if stop {
		return p.Imports.Stop(ctx, who, of)
	}
	return p.Imports.Work(ctx)
}
