package imports

import (
	"context"
	"fmt"

	"gorm.io/gorm/clause"

	"gatehouse/internal/access"
	"gatehouse/internal/accounts"
	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/platform/secretbox"
	"gatehouse/internal/verb"
)

// asks says as whom lines are made: the operator who waits, or whoever asked for it, with the rights that they have at
// that moment.
func (w *working) asks(operator *actor.Actor) {
	if operator != nil {
		w.who = func(context.Context) (actor.Actor, error) { return *operator, nil }
		return
	}
	w.who = func(ctx context.Context) (actor.Actor, error) {
		return w.room.accounts.Commissioned(ctx, accounts.Commission{
			Person: w.row.AskedBy, Factor: w.row.Factor, FactorAt: w.row.FactorAt.Time,
		})
	}
}

// at is the actor about to change a client: the import is the reason.
func (w *working) at(who actor.Actor, client id.Account) actor.Actor {
	if who.Kind != actor.Staff {
		return who
	}
	d := who.Details
	d.Looks = []actor.Look{{
		ID: id.New[id.LookKind](), Account: client, Code: activity.GivenImport,
		Words: activity.GivenInWords(activity.GivenImport) + ": " + w.row.Source, Ends: d.Now.Add(actor.LookTime),
	}}
	return actor.Enter(d)
}

// claim writes down under which ids lines are made, before they are; where that was done before, the ids are those of
// then.
func (w *working) claim(ctx context.Context, tasks []*task) error {
	clients, err := w.clientsOf(ctx, tasks)
	if err != nil {
		return err
	}
	var wanted []secretbox.Index
	var rows []keyRow
	for _, t := range tasks {
		row := keyRow{
			KeyIndex: t.row.KeyIndex, Kind: w.row.Kind, TargetID: id.New[id.ImportKind]().Bytes(), ImportID: w.row.ID,
		}
		if row.Print, err = w.room.printOf(t.values); err != nil {
			return err
		}
		if row.ClientID, err = w.clientOf(row, t, clients); err != nil {
			t.failed = err
			continue
		}
		t.key = row
		rows, wanted = append(rows, row), append(wanted, row.KeyIndex)
	}
	if len(rows) == 0 {
		return nil
	}
	var is []keyRow
	err = w.room.gate.Bookkeep(ctx, tableKeys, func(tx *db.Tx) error {
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
			return err
		}
		is = nil
		return tx.Where("key_index IN ?", wanted).Find(&is).Error
	})
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	by := map[secretbox.Index]keyRow{}
	for _, row := range is {
		by[row.KeyIndex] = row
	}
	for _, t := range tasks {
		t.take(by[t.row.KeyIndex])
	}
	return nil
}

// take has a line made under the id that was written down for it.
func (t *task) take(is keyRow) {
	if t.failed != nil {
		return
	}
	if !is.MadeAt.IsZero() && is.Print != t.key.Print {
		t.failed = fault.Conflict("This was brought over in the meantime with other values. Nothing is overwritten.")
	}
	t.key = is
}

// clientsOf finds whose the lines are.
func (w *working) clientsOf(ctx context.Context, tasks []*task) (map[secretbox.Index]keyRow, error) {
	var wanted []secretbox.Index
	for _, t := range tasks {
		if w.row.Kind != Clients {
			wanted = append(wanted, w.room.keyOf(Clients, w.row.Source, t.values["client_id"]))
		}
	}
	return w.room.keysOf(ctx, wanted)
}

func (w *working) clientOf(row keyRow, t *task, clients map[secretbox.Index]keyRow) (id.Account, error) {
	if w.row.Kind == Clients {
		return id.FromBytes[id.AccountKind](row.TargetID)
	}
	of, found := clients[w.room.keyOf(Clients, w.row.Source, t.values["client_id"])]
	if !found {
		return id.Account{}, fault.InvalidField("client_id", "No client of this number was brought over.")
	}
	return of.ClientID, nil
}

// make makes what a line says.
func (w *working) make(ctx context.Context, who actor.Actor, t *task) (string, error) {
	return w.act(ctx, who, t.key, t.values)
}

func (w *working) act(ctx context.Context, who actor.Actor, key keyRow, values map[string]string) (string, error) {
	c := &checking{known: w.known, kind: w.row.Kind, values: values}
	later := w.row.Inviting == Later
	switch w.row.Kind {
	case Clients:
		n := c.client()
		n.Key, n.Uninvited = key.ClientID, later
		_, err := w.room.accounts.Create(ctx, w.at(who, key.ClientID), n)
		return waiting(later), err
	case Contacts:
		email, role := c.contact()
		if later {
			return isWaiting, nil
		}
		as, err := id.FromBytes[id.InvitationKind](key.TargetID)
		if err == nil {
			err = w.room.accounts.InviteAs(ctx, w.at(who, key.ClientID), key.ClientID, as, email, role)
		}
		return isMade, err
	case Services:
		n := c.service()
		var err error
		if n.Key, err = id.FromBytes[id.ServiceKind](key.TargetID); err == nil {
			_, err = w.room.hosting.CreateService(ctx, w.at(who, key.ClientID), key.ClientID, n)
		}
		return isMade, err
	case Invoices:
		o := c.opening()
		var err error
		if o.Key, err = id.FromBytes[id.InvoiceKind](key.TargetID); err == nil {
			_, err = w.room.billing.CarryOver(ctx, w.at(who, key.ClientID), key.ClientID, o)
		}
		return isMade, err
	}
	return "", fault.NotFound("import")
}

func waiting(later bool) string {
	if later {
		return isWaiting
	}
	return isMade
}

// made writes down that what lines say is there.
func (w *working) made(ctx context.Context, there []secretbox.Index) error {
	if len(there) == 0 {
		return nil
	}
	return w.room.gate.Bookkeep(ctx, tableKeys, func(tx *db.Tx) error {
		now, err := tx.Now()
		if err != nil {
			return err
		}
		return tx.Model(&keyRow{}).Where("key_index IN ? AND made_at IS NULL", there).
			Updates(map[string]any{"made_at": db.At(now)}).Error
	})
}

// invite sends the invitation of a line that waits for it.
func (w *working) invite(ctx context.Context, who actor.Actor, t *task) (string, error) {
	email, role := t.values["owner_email"], access.RoleOwner
	if w.row.Kind == Contacts {
		c := checking{known: w.known, kind: w.row.Kind, values: t.values}
		email, role = c.contact()
	}
	as, err := id.FromBytes[id.InvitationKind](t.key.TargetID)
	if err != nil {
		return "", fmt.Errorf("import: %w", err)
	}
	return isInvited, w.room.accounts.InviteAs(ctx, w.at(who, t.key.ClientID), t.key.ClientID, as, email, role)
}

// finish says that everything is made, or sent.
func (w *working) finish(ctx context.Context) error {
	who, err := w.who(ctx)
	if err != nil {
		return err
	}
	set := map[string]any{"holder": nil, "leased_to": nil}
	if w.row.State == Running {
		set["state"], set["upto"] = Done, 0
	} else {
		set["inviting"] = AllSent
	}
	return w.end(ctx, who, set, activity.Success, "")
}

// stopped says why it could not go on: whoever looks at it can have it go on.
func (w *working) stopped(ctx context.Context, why error) error {
	trouble := "Something went wrong that the server's log says more of. Start it again."
	if f, ok := fault.As(why); ok && f.Message != "" {
		trouble = f.Message
	} else if ok && f.Kind == fault.KindDenied {
		trouble = "Whoever started it may no longer do all that it takes. Somebody who may has to start it again."
	}
	set := map[string]any{"holder": nil, "leased_to": nil, "trouble": short250(trouble)}
	if w.row.State == Running {
		set["state"] = Stopped
	} else {
		set["inviting"] = Later
	}
	return w.end(ctx, actor.NewSystem("import"), set, activity.Failed, trouble)
}

func short250(s string) string {
	const most = 250
	r := []rune(s)
	return string(r[:min(len(r), most)])
}

// end writes how it ended into the provider's log. It needs no fresh proof: that was asked for when it was started.
func (w *working) end(
	ctx context.Context, who actor.Actor, set map[string]any, how activity.Outcome, why string,
) error {
	one, err := w.room.open(w.row)
	if err != nil {
		return err
	}
	return w.room.gate.Change(ctx, who, verb.ClientsView, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			if how == activity.Success && w.row.State == Running {
				set["finished_at"] = db.At(g.Now())
			}
			done := tx.Model(&importRow{}).Where("id = ? AND holder = ?", w.row.ID, w.holder).Updates(set)
			if done.Error != nil {
				return gate.Entry{}, fmt.Errorf("end an import: %w", done.Error)
			}
			if done.RowsAffected == 0 {
				return gate.Entry{}, errElsewhere
			}
			return g.Entry(activity.ImportFinished, activity.Details{
				Target: target(w.row, one.File), Outcome: how, Reason: why, Changes: []activity.Change{
					{Field: "made", New: fmt.Sprint(w.row.Made)},
					{Field: "not made", New: fmt.Sprint(w.row.Failed)},
					{Field: "invitations", New: fmt.Sprint(w.row.Invited)},
				},
			}), nil
		})
}
