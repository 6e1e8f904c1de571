package activity

import (
	"encoding/json"
	"strings"

	"gatehouse/internal/id"
)

// cursor reads the canonical form from its beginning to its end. Pages read hundreds of entries a second, and a reader
// that knows the order of the fields is many times faster than one that must be ready for any. Whatever is not as it
// expects makes it give up; the general reader then says what is wrong.
type cursor struct {
	rest string
	bad  bool
}

// take steps over a text that stands next, if it does.
func (c *cursor) take(text string) bool {
	after, ok := strings.CutPrefix(c.rest, text)
	if ok {
		c.rest = after
	}
	return ok
}

func (c *cursor) must(text string) {
	if !c.take(text) {
		c.bad = true
	}
}

// text reads a string.
func (c *cursor) text() string {
	if !c.take(`"`) {
		c.bad = true
		return ""
	}
	end := strings.IndexByte(c.rest, '"')
	if end < 0 {
		c.bad = true
		return ""
	}
	if escape := strings.IndexByte(c.rest[:end], '\\'); escape >= 0 {
		return c.escaped()
	}
	out := c.rest[:end]
	c.rest = c.rest[end+1:]
	return out
}

// escaped reads a string, from behind its first quote, in which something is escaped.
func (c *cursor) escaped() string {
	for i := 0; i < len(c.rest); i++ {
		switch c.rest[i] {
		case '\\':
			i++
		case '"':
			var out string
			c.bad = c.bad || json.Unmarshal([]byte(`"`+c.rest[:i+1]), &out) != nil
			c.rest = c.rest[i+1:]
			return out
		}
	}
	c.bad = true
	return ""
}

// optional reads the string of a field that may be left out.
func (c *cursor) optional(key string) string {
	if !c.take(key) {
		return ""
	}
	return c.text()
}

// number reads a whole number of at most 18 digits.
func (c *cursor) number() int64 {
	negative := c.take("-")
	n, digits := int64(0), 0
	for digits < len(c.rest) && digits < 18 && c.rest[digits] >= '0' && c.rest[digits] <= '9' {
		n = n*10 + int64(c.rest[digits]-'0')
		digits++
	}
	if digits == 0 || c.rest[0] == '0' && (digits > 1 || negative) {
		c.bad = true
	}
	c.rest = c.rest[digits:]
	if negative {
		return -n
	}
	return n
}

func (c *cursor) flag() bool {
	if c.take("true") {
		return true
	}
	c.must("false")
	return false
}

// ident reads an id that may be left out.
func ident[K id.Kind](c *cursor, key string) id.ID[K] {
	if !c.take(key) {
		return id.ID[K]{}
	}
	v, err := id.Parse[K](c.text())
	c.bad = c.bad || err != nil
	return v
}

// quickBody reads an entry's canonical bytes; false where they are not what it expects.
func quickBody(raw string) (body, bool) {
	c := cursor{rest: raw}
	var b body
	c.must(`{"v":`)
	b.Schema = int(c.number())
	c.must(`,"chain_kind":`)
	b.Kind = c.text()
	c.must(`,"chain":`)
	b.Chain = c.text()
	c.must(`,"seq":`)
	b.Seq = c.number()
	c.must(`,"occurred":`)
	b.Occurred = c.number()
	c.must(`,"recorded":`)
	b.Recorded = c.number()
	c.must(`,"action":`)
	b.Action = c.text()
	c.must(`,"category":`)
	b.Category = c.text()
	c.must(`,"writes":`)
	b.Writes = c.flag()
	c.must(`,"severity":`)
	b.Severity = c.text()
	c.must(`,"retention":`)
	b.Retention = c.text()
	b.readActor(&c)
	b.readRest(&c)
	return b, !c.bad && c.rest == ""
}

func (b *body) readActor(c *cursor) {
	c.must(`,"actor_kind":`)
	b.ActorKind = c.text()
	b.Actor = ident[id.PersonKind](c, `,"actor":`)
	b.ActorRole = c.optional(`,"actor_role":`)
	b.OnBehalfOf = ident[id.PersonKind](c, `,"on_behalf_of":`)
	b.Session = ident[id.SessionKind](c, `,"session":`)
	b.Factor = c.optional(`,"factor":`)
	b.Request = c.optional(`,"request":`)
}

func (b *body) readRest(c *cursor) {
	b.Service = ident[id.ServiceKind](c, `,"service":`)
	b.TargetKind = c.optional(`,"target_kind":`)
	b.Target = c.optional(`,"target":`)
	c.must(`,"outcome":`)
	b.Outcome = c.text()
	b.Verb = c.optional(`,"verb":`)
	b.GrantedBy = c.optional(`,"granted_by":`)
	c.must(`,"count":`)
	b.Count = int(c.number())
	if c.take(`,"since":`) {
		b.Since = c.number()
	}
	b.StaffReason = c.optional(`,"staff_reason":`)
	if c.take(`,"personal":{`) {
		b.Personal = make(map[string]string, 2)
		for first := true; !c.bad && !c.take("}"); first = false {
			if !first {
				c.must(",")
			}
			key := c.text()
			c.must(":")
			b.Personal[key] = c.text()
		}
	}
	c.must("}")
}
