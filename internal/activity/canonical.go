package activity

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"gatehouse/internal/actor"
	"gatehouse/internal/id"
	"gatehouse/internal/verb"
)

// ErrNotCanonical says that the bytes of an entry are not in the one form that they may have.
var ErrNotCanonical = errors.New("activity: the entry is not in canonical form")

// body is the canonical form of an entry: JSON with the fields in this order, absent ones left out, no space, times in
// milliseconds. What the entry says of people is in it only as digests. The bytes are hashed as they stand; reading
// accepts no other spelling of the same content.
type body struct {
	Schema      int               `json:"v"`
	Kind        string            `json:"chain_kind"`
	Chain       string            `json:"chain"`
	Seq         int64             `json:"seq"`
	Occurred    int64             `json:"occurred"`
	Recorded    int64             `json:"recorded"`
	Action      string            `json:"action"`
	Category    string            `json:"category"`
	Writes      bool              `json:"writes"`
	Severity    string            `json:"severity"`
	Retention   string            `json:"retention"`
	ActorKind   string            `json:"actor_kind"`
	Actor       id.Person         `json:"actor,omitzero"`
	ActorRole   string            `json:"actor_role,omitempty"`
	OnBehalfOf  id.Person         `json:"on_behalf_of,omitzero"`
	Session     id.Session        `json:"session,omitzero"`
	Factor      string            `json:"factor,omitempty"`
	Request     string            `json:"request,omitempty"`
	Service     id.Service        `json:"service,omitzero"`
	TargetKind  string            `json:"target_kind,omitempty"`
	Target      string            `json:"target,omitempty"`
	Outcome     string            `json:"outcome"`
	Verb        string            `json:"verb,omitempty"`
	GrantedBy   string            `json:"granted_by,omitempty"`
	Count       int               `json:"count"`
	Since       int64             `json:"since,omitempty"`
	StaffReason string            `json:"staff_reason,omitempty"`
	Personal    map[string]string `json:"personal,omitempty"` // field → hex of the salted digest
}

// canonical returns the bytes that are hashed. Text that is not UTF-8 is mended first, so that reading gives back what
// was written.
func (e *Entry) canonical(personal map[string]string) []byte {
	clean := func(s string) string { return strings.ToValidUTF8(s, "\ufffd") }
	b := body{
		Schema: e.Schema, Kind: string(e.Chain.Kind()), Chain: hex.EncodeToString(e.Chain.Bytes()), Seq: e.Seq,
		Occurred: e.Occurred.UnixMilli(), Recorded: e.Recorded.UnixMilli(),
		Action: clean(string(e.Action)), Category: clean(string(e.Category)), Writes: e.Writes,
		Severity: clean(string(e.Severity)), Retention: clean(string(e.Retention)),
		ActorKind: clean(string(e.ActorKind)), Actor: e.ActorID, ActorRole: clean(e.ActorRole),
		OnBehalfOf: e.OnBehalfOf, Session: e.Session, Factor: clean(e.Factor), Request: clean(e.RequestID),
		Service: e.Service, TargetKind: clean(e.TargetKind), Target: clean(e.TargetID),
		Outcome: clean(string(e.Outcome)), Verb: clean(string(e.Verb)), GrantedBy: clean(e.GrantedBy),
		Count: e.Count, StaffReason: clean(e.StaffReason), Personal: personal,
	}
	if !e.Since.IsZero() {
		b.Since = e.Since.UnixMilli()
	}
	return b.append(nil)
}

func (b *body) bytes() ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(b); err != nil {
		return nil, fmt.Errorf("entry: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// ParseBody reads the canonical bytes of an entry back, without what it says of people, and returns the digests of
// that. Bytes that are not exactly canonical are refused.
func ParseBody(raw []byte) (Entry, map[string]string, error) {
	b, ok := quickBody(string(raw))
	if !ok {
		b = body{}
		dec := json.NewDecoder(bytes.NewReader(raw))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&b); err != nil {
			return Entry{}, nil, fmt.Errorf("%w: %w", ErrNotCanonical, err)
		}
	}
	again, err := b.bytes() // whoever read it, it must come out as it went in
	if err != nil || !bytes.Equal(again, raw) {
		return Entry{}, nil, ErrNotCanonical
	}
	chain, ok := b.chain()
	if !ok {
		return Entry{}, nil, fmt.Errorf("%w: chain", ErrNotCanonical)
	}
	return b.entry(chain), b.Personal, nil
}

// parseQuickly is ParseBody for showing entries: it reads what is canonical, and leaves it to verify to make sure that
// it is.
func parseQuickly(raw string) (Entry, map[string]string, error) {
	b, ok := quickBody(raw)
	chain, known := b.chain()
	if !ok || !known {
		return ParseBody([]byte(raw))
	}
	return b.entry(chain), b.Personal, nil
}

func (b *body) chain() (id.Scope, bool) {
	key, err := hex.DecodeString(b.Chain)
	chain, ok := id.ScopeOf(id.ScopeKind(b.Kind), key)
	return chain, ok && err == nil && b.Chain == hex.EncodeToString(key)
}

func (b *body) entry(chain id.Scope) Entry {
	e := Entry{
		Schema: b.Schema, Chain: chain, Seq: b.Seq,
		Occurred: time.UnixMilli(b.Occurred).UTC(), Recorded: time.UnixMilli(b.Recorded).UTC(),
		Action: Action(b.Action), Category: Category(b.Category), Writes: b.Writes,
		Severity: Severity(b.Severity), Retention: Retention(b.Retention),
		ActorKind: actor.Kind(b.ActorKind), ActorID: b.Actor, ActorRole: b.ActorRole, OnBehalfOf: b.OnBehalfOf,
		Session: b.Session, Factor: b.Factor, RequestID: b.Request, Service: b.Service,
		TargetKind: b.TargetKind, TargetID: b.Target, Outcome: Outcome(b.Outcome), Verb: verb.Verb(b.Verb),
		GrantedBy: b.GrantedBy, Count: b.Count, StaffReason: b.StaffReason,
	}
	if b.Since != 0 {
		e.Since = time.UnixMilli(b.Since).UTC()
	}
	return e
}

// linkHash is the hash of an entry: of the one before it and of its own canonical bytes.
func linkHash(prev [32]byte, canonical []byte) [32]byte {
	h := sha256.New()
	h.Write([]byte("gatehouse entry v1\n"))
	h.Write(prev[:])
	h.Write(canonical)
	var out [32]byte
	h.Sum(out[:0])
	return out
}

// firstHash is what the first entry of a chain follows.
func firstHash(chain id.Scope) [32]byte {
	return sha256.Sum256(append([]byte("gatehouse chain v1\n"+string(chain.Kind())+"\n"), chain.Bytes()...))
}
