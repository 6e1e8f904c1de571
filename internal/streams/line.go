package streams

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// line is an entry as a webhook gets it: one JSON object on a line of its own. Fields are added to it, never renamed.
type line struct {
	Chain       string            `json:"chain"` // "account:…", "person:…", "provider"
	Seq         int64             `json:"seq"`
	Hash        string            `json:"hash"`
	Occurred    string            `json:"occurred"` // RFC 3339, UTC, milliseconds
	Recorded    string            `json:"recorded"`
	Text        string            `json:"text"` // the entry as a sentence
	Action      activity.Action   `json:"action"`
	Category    activity.Category `json:"category"`
	Writes      bool              `json:"writes"`
	Severity    activity.Severity `json:"severity"`
	Outcome     activity.Outcome  `json:"outcome"`
	Reason      string            `json:"reason,omitempty"`
	Count       int               `json:"count"`
	Since       string            `json:"since,omitempty"`
	Actor       lineActor         `json:"actor"`
	Target      *lineTarget       `json:"target,omitempty"`
	Service     id.Service        `json:"service,omitzero"`
	Changes     []activity.Change `json:"changes,omitempty"`
	Verb        verb.Verb         `json:"verb,omitempty"`
	GrantedBy   string            `json:"granted_by,omitempty"`
	Request     string            `json:"request,omitempty"`
	StaffReason string            `json:"staff_reason,omitempty"`
	Erased      bool              `json:"erased,omitempty"`
}

type lineActor struct {
	Kind           actor.Kind `json:"kind"`
	ID             id.Person  `json:"id,omitzero"`
	Name           string     `json:"name,omitempty"`
	Role           string     `json:"role,omitempty"`
	OnBehalfOf     id.Person  `json:"on_behalf_of,omitzero"`
	OnBehalfOfName string     `json:"on_behalf_of_name,omitempty"`
	Session        id.Session `json:"session,omitzero"`
	Factor         string     `json:"factor,omitempty"`
	Address        string     `json:"address,omitempty"`
	Place          string     `json:"place,omitempty"`
	Device         string     `json:"device,omitempty"`
}

type lineTarget struct {
	Kind string `json:"kind"`
	ID   string `json:"id,omitempty"`
	Name string `json:"name,omitempty"`
}

// line writes an entry with its line's end. JSON escapes whatever ends a line elsewhere, too (L4).
func (s *Streams) line(e *activity.Entry) ([]byte, error) {
	l := line{
		Chain: e.Chain.String(), Seq: e.Seq, Hash: hex.EncodeToString(e.Hash[:]), Occurred: stamp(e.Occurred),
		Recorded: stamp(e.Recorded), Text: activity.Plain(s.words.Sentence(*e, id.Person{})), Action: e.Action,
		Category: e.Category, Writes: e.Writes, Severity: e.Severity, Outcome: e.Outcome, Reason: e.What.Reason,
		Count: e.Count, Since: stamp(e.Since), Service: e.Service, Changes: e.What.Changes, Verb: e.Verb,
		GrantedBy: e.GrantedBy, Request: e.RequestID, StaffReason: e.StaffReason, Erased: e.Erased,
		Actor: lineActor{
			Kind: e.ActorKind, ID: e.ActorID, Name: e.Who.Name, Role: e.ActorRole, OnBehalfOf: e.OnBehalfOf,
			OnBehalfOfName: e.Who.OnBehalf, Session: e.Session, Factor: e.Factor, Address: e.Who.Address,
			Place: e.Who.Country, Device: e.Who.Device,
		},
	}
	if e.Who.Role != "" {
		l.Actor.Role = e.Who.Role
	}
	if e.TargetKind != "" {
		l.Target = &lineTarget{e.TargetKind, e.TargetID, e.What.Label}
	}
	raw, err := json.Marshal(l)
	if err != nil {
		return nil, fmt.Errorf("write an entry: %w", err)
	}
	return append(raw, '\n'), nil
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}
