package syslog_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	parser "github.com/leodido/go-syslog/v4"
	"github.com/leodido/go-syslog/v4/octetcounting"
	"github.com/leodido/go-syslog/v4/rfc5424"

	"gatehouse/internal/activity"
	"gatehouse/internal/activity/syslog"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
)

func entry(name, label, reason, value string) activity.Entry {
	return activity.Entry{
		Chain: id.AccountScope(id.New[id.AccountKind]()), Seq: 42, Hash: [32]byte{1, 2, 3}, Action: activity.ContactInvited,
		Occurred: time.UnixMilli(1_796_307_600_123).UTC(), Recorded: time.UnixMilli(1_796_307_600_124).UTC(),
		Category: activity.CategoryAccess, Writes: true, Severity: activity.Notice, Outcome: activity.Success,
		ActorKind: actor.Person, ActorID: id.New[id.PersonKind](), ActorRole: "Owner", Count: 1,
		TargetKind: "contact", TargetID: id.New[id.MembershipKind]().String(),
		Who:  activity.Who{Name: name, Address: "203.0.113.9", Device: "Firefox on Linux"},
		What: activity.What{Label: label, Reason: reason, Changes: []activity.Change{{Field: "role", Old: value, New: "x"}}},
	}
}

// parse reads a message with a parser that is not ours.
func parse(t *testing.T, message []byte) *rfc5424.SyslogMessage {
	t.Helper()
	parsed, err := rfc5424.NewParser().Parse(message)
	if err != nil {
		t.Fatalf("the message cannot be read: %v\n%q", err, message)
	}
	m, ok := parsed.(*rfc5424.SyslogMessage)
	if !ok || m.StructuredData == nil || m.Message == nil {
		t.Fatalf("the message has no parts: %q", message)
	}
	return m
}

// decoded turns the backslash sequences back by the rules of Go, which are not ours either.
func decoded(t *testing.T, value string) string {
	t.Helper()
	out, err := strconv.Unquote(`"` + strings.ReplaceAll(value, `"`, `\"`) + `"`)
	if err != nil {
		t.Fatalf("%q is not written as promised: %v", value, err)
	}
	return out
}

func TestMessage(t *testing.T) {
	e := entry("Olivia Hart", "Ben Okafor", "", "Technical")
	message := syslog.New("portal.example", "Harbour").Message(e)
	if n := bytes.Count(message, []byte("\n")); n > 0 || !utf8.Valid(message) {
		t.Errorf("a message of %d lines: %q", n+1, message)
	}
	m := parse(t, message)
	if *m.Priority != 13*8+5 || *m.Hostname != "portal.example" || *m.Appname != "gatehouse" ||
		*m.MsgID != "contact.invited" || !m.Timestamp.Equal(e.Occurred) || m.ProcID != nil {
		t.Errorf("header of %q", message)
	}
	if text := strings.TrimPrefix(*m.Message, "\ufeff"); text != "Olivia Hart invited Ben Okafor" {
		t.Errorf("text %q", text)
	}
	sd := (*m.StructuredData)["entry@32473"]
	for name, want := range map[string]string{
		"chain": e.Chain.String(), "seq": "42", "hash": hex.EncodeToString(e.Hash[:]), "address": "203.0.113.9",
		"actor": e.ActorID.String(), "actor_kind": "person", "target": e.TargetID, "outcome": "success",
		"recorded": "2026-12-03T14:20:00.124Z",
	} {
		if sd[name] != want {
			t.Errorf("%s is %q, want %q", name, sd[name], want)
		}
	}
	if _, there := sd["reason"]; there {
		t.Error("a field with nothing in it is written")
	}
}

func TestSeverityFollowsTheOutcome(t *testing.T) {
	for want, change := range map[int]func(e *activity.Entry){
		13*8 + 4: func(e *activity.Entry) { e.Outcome = activity.Failed },
		13*8 + 5: func(*activity.Entry) {},
		13*8 + 6: func(e *activity.Entry) { e.Severity = activity.Info },
	} {
		e := entry("a", "b", "", "")
		change(&e)
		if m := parse(t, syslog.New("h", "").Message(e)); int(*m.Priority) != want {
			t.Errorf("priority %d, want %d", *m.Priority, want)
		}
	}
}

// Whatever stands in an entry comes out again, and nothing in it can be taken for the end of a line or of a value.
func FuzzMessage(f *testing.F) { // L4
	f.Add("Olivia", "Ben", "because", "Owner")
	f.Add("a\r\nb", "]\"\\", "\x1b[31m", "\u2028\u2029\u202e")
	f.Add("\xff\xfe", "\\n", "\ufeff", "\x00\U000e0001")
	f.Add("<13>1 - - - - - - forged", "\n<13>1 - - - - - -", "entry@32473", `\x41`)
	f.Fuzz(func(t *testing.T, name, label, reason, value string) {
		e := entry(name, label, reason, value)
		message := syslog.New("portal.example", "").Message(e)
		if !utf8.Valid(message) {
			t.Fatalf("not UTF-8: %q", message)
		}
		for _, r := range string(message) {
			if !unicode.IsGraphic(r) && r != '\ufeff' {
				t.Fatalf("%U cannot be seen in %q", r, message)
			}
		}
		sd := (*parse(t, message).StructuredData)["entry@32473"]
		for key, want := range map[string]string{"actor_name": name, "target_name": label, "reason": reason} {
			if got := decoded(t, sd[key]); got != want {
				t.Errorf("%s went in as %q and came out as %q", key, want, got)
			}
		}
		var changes []activity.Change
		if err := json.Unmarshal([]byte(decoded(t, sd["changes"])), &changes); err != nil {
			t.Fatal(err)
		}
		if want := strings.ToValidUTF8(value, "\ufffd"); utf8.ValidString(value) && changes[0].Old != want {
			t.Errorf("a change went in as %q and came out as %q", want, changes[0].Old)
		}
	})
}

// Frames are read by a reader of RFC 5425 that is not ours.
func TestFrames(t *testing.T) {
	enc, stream := syslog.New("portal.example", ""), []byte(nil)
	for _, name := range []string{"Olivia", "Łukasz 27", "4 <13>1 - - - - - -", "a\nb"} {
		stream = syslog.Frame(stream, enc.Message(entry(name, "", "", "")))
	}
	var got []string
	read := octetcounting.NewParser(parser.WithListener(func(r *parser.Result) {
		if r.Error != nil {
			t.Error(r.Error)
			return
		}
		m, ok := r.Message.(*rfc5424.SyslogMessage)
		if ok {
			got = append(got, (*m.StructuredData)["entry@32473"]["actor_name"])
		}
	}))
	read.Parse(io.MultiReader(bytes.NewReader(stream)))
	if want := []string{"Olivia", "Łukasz 27", "4 <13>1 - - - - - -", `a\u000ab`}; !equal(got, want) {
		t.Errorf("read %q, want %q", got, want)
	}
}

func equal(a, b []string) bool { return strings.Join(a, "\x00") == strings.Join(b, "\x00") }
