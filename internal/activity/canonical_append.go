package activity

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"gatehouse/internal/id"
)

// append writes the canonical form by hand, as bytes does by the general writer: each change writes one, and verify
// millions.
func (b *body) append(to []byte) []byte {
	to = strconv.AppendInt(append(to, `{"v":`...), int64(b.Schema), 10)
	to = appendText(to, `,"chain_kind":`, b.Kind)
	to = appendText(to, `,"chain":`, b.Chain)
	to = strconv.AppendInt(append(to, `,"seq":`...), b.Seq, 10)
	to = strconv.AppendInt(append(to, `,"occurred":`...), b.Occurred, 10)
	to = strconv.AppendInt(append(to, `,"recorded":`...), b.Recorded, 10)
	to = appendText(to, `,"action":`, b.Action)
	to = appendText(to, `,"category":`, b.Category)
	to = strconv.AppendBool(append(to, `,"writes":`...), b.Writes)
	to = appendText(to, `,"severity":`, b.Severity)
	to = appendText(to, `,"retention":`, b.Retention)
	to = appendText(to, `,"actor_kind":`, b.ActorKind)
	to = appendKey(to, `,"actor":`, b.Actor)
	to = appendSome(to, `,"actor_role":`, b.ActorRole)
	to = appendKey(to, `,"on_behalf_of":`, b.OnBehalfOf)
	to = appendKey(to, `,"session":`, b.Session)
	to = appendSome(to, `,"factor":`, b.Factor)
	to = appendSome(to, `,"request":`, b.Request)
	return b.appendRest(to)
}

func (b *body) appendRest(to []byte) []byte {
	to = appendKey(to, `,"service":`, b.Service)
	to = appendSome(to, `,"target_kind":`, b.TargetKind)
	to = appendSome(to, `,"target":`, b.Target)
	to = appendText(to, `,"outcome":`, b.Outcome)
	to = appendSome(to, `,"verb":`, b.Verb)
	to = appendSome(to, `,"granted_by":`, b.GrantedBy)
	to = strconv.AppendInt(append(to, `,"count":`...), int64(b.Count), 10)
	if b.Since != 0 {
		to = strconv.AppendInt(append(to, `,"since":`...), b.Since, 10)
	}
	to = appendSome(to, `,"staff_reason":`, b.StaffReason)
	if len(b.Personal) > 0 {
		to = append(to, `,"personal":{`...)
		for i, field := range slices.Sorted(maps.Keys(b.Personal)) {
			if i > 0 {
				to = append(to, ',')
			}
			to = appendText(appendText(to, "", field), ":", b.Personal[field])
		}
		to = append(to, '}')
	}
	return append(to, '}')
}

// appendText writes a string behind its key.
func appendText(to []byte, key, s string) []byte {
	to = append(to, key...)
	if !plain(s) {
		return appendEscaped(to, s)
	}
	to = append(to, '"')
	to = append(to, s...)
	return append(to, '"')
}

// plain says whether a string stands in JSON as it is.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// appendEscaped leaves what is not plain to the general writer.
func appendEscaped(to []byte, s string) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if enc.Encode(s) != nil {
		return append(to, "null"...) // no string fails; what is not canonical is refused by whoever compares
	}
	return append(to, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
}

// appendSome writes a field that is left out where it is empty.
func appendSome(to []byte, key, s string) []byte {
	if s == "" {
		return to
	}
	return appendText(to, key, s)
}

// appendKey writes an id, which is left out where there is none.
func appendKey[K id.Kind](to []byte, key string, v id.ID[K]) []byte {
	if v.IsZero() {
		return to
	}
	return appendText(to, key, v.String())
}
