package subscribers

import (
	"context"
	"encoding/base32"
	"fmt"
	"time"

	"gorm.io/gorm"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/fault"
	"gatehouse/internal/gate"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/db"
	"gatehouse/internal/verb"
)

func letters() *base32.Encoding {
	return base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
}

// token is what a link holds: whom it is about, and that it was made here for that purpose. Nothing of it is kept.
func (s *Subscribers) token(purpose string, of id.Subscriber) string {
	return letters().EncodeToString(append(of.Bytes(), s.box.MAC(purpose, of.Bytes())...))
}

// of reads a token. What was not made here for the purpose is not found.
func (s *Subscribers) of(purpose, token string) (at id.Subscriber, err error) {
	const longest = 200
	size := len(at.Bytes())
	raw, err := letters().DecodeString(token)
	if err != nil || len(token) > longest || len(raw) <= size || !s.box.VerifyMAC(raw[size:], purpose, raw[:size]) {
		return at, fault.NotFound("read a link")
	}
	return id.FromBytes[id.SubscriberKind](raw[:size])
}

// MayConfirm says whether a link can still be used; that it was used says nothing to whoever has not got it.
func (s *Subscribers) MayConfirm(ctx context.Context, token string) error {
	at, err := s.of(confirmPurpose, token)
	if err != nil {
		return err
	}
	now, err := s.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("confirm: %w", err)
	}
	_, is, err := db.One[row](s.reader.With(ctx).Where("id = ? AND state = ? AND expires_at > ?", at, stateAsked,
		db.At(now)))
	if err == nil && !is {
		err = fault.NotFound("confirm")
	}
	return err
}

// Confirm has an address get mails from now on. A link does that once.
func (s *Subscribers) Confirm(ctx context.Context, token string) error {
	at, err := s.of(confirmPurpose, token)
	if err != nil {
		return err
	}
	return s.change(ctx, at, activity.StatusMailsBegun, func(tx *db.Tx, now time.Time) *gorm.DB {
		return tx.Model(&row{}).Where("id = ? AND state = ? AND expires_at > ?", at, stateAsked, db.At(now)).
			Updates(map[string]any{"state": stateConfirmed})
	})
}

// MayStop says whether a link was made here. It works for ever, whether or not there is something left to stop.
func (s *Subscribers) MayStop(token string) error {
	_, err := s.of(stopPurpose, token)
	return err
}

// Stop forgets an address. Where it is forgotten already nothing happens.
func (s *Subscribers) Stop(ctx context.Context, token string) error {
	at, err := s.of(stopPurpose, token)
	if err != nil {
		return err
	}
	err = s.change(ctx, at, activity.StatusMailsEnded, func(tx *db.Tx, _ time.Time) *gorm.DB {
		return tx.Where("id = ?", at).Delete(&row{})
	})
	if fault.KindOf(err) == fault.KindNotFound {
		return nil
	}
	return err
}

// change does something once, with an entry in the provider's log that says nothing of the address.
func (s *Subscribers) change(
	ctx context.Context, at id.Subscriber, action activity.Action, do func(tx *db.Tx, now time.Time) *gorm.DB,
) error {
	return s.gate.Change(ctx, actor.NewSystem("status page"), verb.IncidentsPublish, id.ProviderScope(),
		func(tx *db.Tx, g gate.Grant) (gate.Entry, error) {
			res := do(tx, g.Now())
			if res.Error != nil {
				return gate.Entry{}, fmt.Errorf("status mails: %w", res.Error)
			}
			if res.RowsAffected == 0 {
				return gate.Entry{}, fault.NotFound("status mails")
			}
			return g.Entry(action, activity.Details{
				Target: activity.TargetOf("subscriber", at, "an address"),
			}), nil
		})
}
