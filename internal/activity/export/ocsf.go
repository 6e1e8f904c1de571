package export

import (
	"fmt"
	"strings"

	"gatehouse/internal/activity"
	"gatehouse/internal/actor"
	"gatehouse/internal/id"
)

// ocsfVersion is the version of the Open Cybersecurity Schema Framework that the events follow.
const ocsfVersion = "1.3.0"

// The classes of events. Sign-ins are authentications, what happens to somebody's ways to sign in are changes of their
// account, and everything else is what people do in the portal: its interface's activity.
const (
	accountChange  = 3001
	authentication = 3002
	apiActivity    = 6003
)

const other = 99 // an activity that the class has no number for

// ocsfEvent is an event; the names are the schema's.
type ocsfEvent struct {
	ClassUID     int            `json:"class_uid"`
	ClassName    string         `json:"class_name"`
	CategoryUID  int            `json:"category_uid"`
	ActivityID   int            `json:"activity_id"`
	ActivityName string         `json:"activity_name"`
	TypeUID      int            `json:"type_uid"`
	Time         int64          `json:"time"`
	StartTime    int64          `json:"start_time,omitempty"`
	Count        int            `json:"count"`
	SeverityID   int            `json:"severity_id"`
	StatusID     int            `json:"status_id"`
	Status       string         `json:"status"`
	StatusDetail string         `json:"status_detail,omitempty"`
	Message      string         `json:"message"`
	Metadata     ocsfMetadata   `json:"metadata"`
	Actor        ocsfActor      `json:"actor"`
	User         *ocsfUser      `json:"user,omitempty"`
	Service      *ocsfNamed     `json:"service,omitempty"`
	IsMFA        *bool          `json:"is_mfa,omitempty"`
	API          *ocsfAPI       `json:"api,omitempty"`
	SrcEndpoint  *ocsfEndpoint  `json:"src_endpoint,omitempty"`
	Resources    []ocsfResource `json:"resources,omitempty"`
	Unmapped     ocsfUnmapped   `json:"unmapped"`
}

type ocsfMetadata struct {
	Version    string      `json:"version"`
	Product    ocsfProduct `json:"product"`
	UID        string      `json:"uid"`
	Sequence   int64       `json:"sequence"`
	EventCode  string      `json:"event_code"`
	LoggedTime int64       `json:"logged_time"`
	TenantUID  string      `json:"tenant_uid,omitempty"`
}

type ocsfProduct struct {
	Name       string `json:"name"`
	VendorName string `json:"vendor_name"`
}

type ocsfActor struct {
	User    *ocsfUser  `json:"user,omitempty"`
	Session *ocsfNamed `json:"session,omitempty"`
	AppName string     `json:"app_name,omitempty"`
}

type ocsfUser struct {
	Name   string      `json:"name,omitempty"`
	UID    string      `json:"uid,omitempty"`
	TypeID int         `json:"type_id"`
	Groups []ocsfNamed `json:"groups,omitempty"`
}

type ocsfNamed struct {
	Name string `json:"name,omitempty"`
	UID  string `json:"uid,omitempty"`
}

type ocsfAPI struct {
	Operation string     `json:"operation"`
	Service   ocsfNamed  `json:"service"`
	Request   *ocsfNamed `json:"request,omitempty"`
}

type ocsfEndpoint struct {
	IP       string        `json:"ip,omitempty"`
	Name     string        `json:"name,omitempty"`
	Location *ocsfLocation `json:"location,omitempty"`
}

type ocsfLocation struct {
	Desc string `json:"desc"`
}

type ocsfResource struct {
	Type string `json:"type,omitempty"`
	UID  string `json:"uid,omitempty"`
	Name string `json:"name,omitempty"`
}

// ocsfUnmapped is what the schema has no place for.
type ocsfUnmapped struct {
	Hash        string            `json:"hash"`
	Previous    string            `json:"previous_hash"`
	Category    string            `json:"category"`
	Outcome     string            `json:"outcome"`
	ActorKind   string            `json:"actor_kind"`
	Permission  string            `json:"permission,omitempty"`
	GrantedBy   string            `json:"granted_by,omitempty"`
	Factor      string            `json:"factor,omitempty"`
	Device      string            `json:"device,omitempty"`
	OnBehalfOf  string            `json:"on_behalf_of,omitempty"`
	StaffReason string            `json:"staff_reason,omitempty"`
	Service     string            `json:"service,omitempty"`
	Changes     []activity.Change `json:"changes,omitempty"`
	Erased      bool              `json:"erased,omitempty"`
}

func ocsfLine(provider string, words *activity.Words, r *activity.Record) ([]byte, error) {
	class, name, number, does := ocsfClass(&r.Entry)
	e := ocsfEvent{
		ClassUID: class, ClassName: name, CategoryUID: class / 1000, ActivityID: number, ActivityName: does,
		TypeUID: class*100 + number, Time: r.Occurred.UnixMilli(), Count: r.Count, SeverityID: ocsfSeverity(r.Severity),
		StatusID: 1, Status: "Success", StatusDetail: r.What.Reason,
		Message: activity.Plain(words.Sentence(r.Entry, id.Person{})),
		Metadata: ocsfMetadata{
			Version: ocsfVersion, Product: ocsfProduct{Name: "Gatehouse", VendorName: provider},
			UID: r.Chain.String() + "/" + fmt.Sprint(r.Seq), Sequence: r.Seq, EventCode: string(r.Action),
			LoggedTime: r.Recorded.UnixMilli(), TenantUID: r.Chain.Text(),
		},
		Actor: ocsfActor{User: actingUser(&r.Entry)},
		Unmapped: ocsfUnmapped{
			Hash: hexOf(r.Hash), Previous: hexOf(r.PrevHash), Category: string(r.Category), Outcome: string(r.Outcome),
			ActorKind: string(r.ActorKind), Permission: string(r.Verb), GrantedBy: r.GrantedBy, Factor: r.Factor,
			Device: r.Who.Device, OnBehalfOf: r.Who.OnBehalf, StaffReason: r.StaffReason, Changes: r.What.Changes,
			Erased: r.Erased,
		},
	}
	e.addRest(r)
	return jsonLine(&e)
}

// addRest adds what not every event has.
func (e *ocsfEvent) addRest(r *activity.Record) {
	if !r.Since.IsZero() {
		e.StartTime = r.Since.UnixMilli()
	}
	if !r.Service.IsZero() {
		e.Unmapped.Service = r.Service.String()
	}
	if r.Outcome != activity.Success {
		e.StatusID, e.Status = 2, "Failure"
	}
	if !r.Session.IsZero() {
		e.Actor.Session = &ocsfNamed{UID: r.Session.String()}
	}
	e.SrcEndpoint = &ocsfEndpoint{IP: r.Who.Address}
	if r.Who.Address == "" {
		e.SrcEndpoint.Name = string(r.ActorKind)
	}
	if r.Who.Country != "" {
		e.SrcEndpoint.Location = &ocsfLocation{Desc: r.Who.Country}
	}
	thing := ocsfResource{Type: r.TargetKind, UID: r.TargetID, Name: r.What.Label}
	switch e.ClassUID {
	case authentication:
		e.User, e.Service = whoseSignIn(&r.Entry), &ocsfNamed{Name: "Gatehouse"}
		mfa := strings.Contains(r.Factor, " and ") || strings.Contains(r.Factor, "passkey")
		e.IsMFA = &mfa
	case accountChange:
		e.User = whoseSignIn(&r.Entry)
	default:
		e.API = &ocsfAPI{Operation: string(r.Action), Service: ocsfNamed{Name: "Gatehouse"}}
		if r.RequestID != "" {
			e.API.Request = &ocsfNamed{UID: r.RequestID}
		}
	}
	if thing != (ocsfResource{}) {
		e.Resources = []ocsfResource{thing}
	}
}

// actingUser is who acted.
func actingUser(e *activity.Entry) *ocsfUser {
	u := &ocsfUser{Name: e.Who.Name, TypeID: 1}
	if !e.ActorID.IsZero() {
		u.UID = e.ActorID.String()
	}
	switch e.ActorKind {
	case actor.System, actor.Webhook, actor.Token:
		u.TypeID = 3 // system
	case actor.Staff, actor.Shell:
		u.TypeID = 2 // admin
	case actor.Anonymous:
		u.TypeID = 0 // unknown
	case actor.Person:
	}
	if u.Name == "" && u.UID == "" {
		u.Name = string(e.ActorKind)
	}
	for _, role := range []string{e.ActorRole, e.Who.Role} {
		if role != "" {
			u.Groups = append(u.Groups, ocsfNamed{Name: role})
		}
	}
	return u
}

// whoseSignIn is the person whose sign-in an entry is about: the owner of the log, or whom the entry names.
func whoseSignIn(e *activity.Entry) *ocsfUser {
	if owner, ok := e.Chain.Person(); ok {
		u := &ocsfUser{UID: owner.String(), TypeID: 1}
		if e.ActorID == owner {
			u.Name = e.Who.Name
		}
		return u
	}
	if e.ActorKind == actor.Anonymous || e.ActorKind == actor.System {
		return &ocsfUser{Name: e.What.Label, UID: e.TargetID, TypeID: 0}
	}
	return actingUser(e)
}

func ocsfSeverity(s activity.Severity) int {
	switch s {
	case activity.Warning:
		return 3 // medium
	case activity.Notice:
		return 2 // low
	case activity.Info:
	}
	return 1 // informational
}
