package registers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

const (
	viesAPI  = "https://ec.europa.eu/taxation_customs/vies/rest-api"
	viesPath = "/check-vat-number"
)

// VIES is the European Commission's register, which asks the one of the member state. Numbers of Northern Ireland are
// in it, too.
type VIES struct {
	api    string
	asker  string
	client *http.Client
}

// NewVIES makes it. asker is the provider's own number: where it is one that VIES knows, enquiries have a reference.
// standIn is where tests reach it instead; it must be on this machine.
func NewVIES(asker, standIn string) (*VIES, error) {
	v := &VIES{api: viesAPI}
	var err error
	if v.client, err = client(&v.api, standIn); err != nil {
		return nil, err
	}
	if v.Covers(asker) {
		v.asker = asker
	}
	return v, nil
}

// Name is how people know it.
func (*VIES) Name() string { return "VIES" }

// Covers says whether the numbers of a country are in it.
func (*VIES) Covers(number string) bool {
	states := []string{
		"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
		"MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
	}
	return len(number) > len("DE") && slices.Contains(states, number[:len("DE")])
}

type viesQuestion struct {
	Country      string `json:"countryCode"`
	Number       string `json:"vatNumber"`
	AskerCountry string `json:"requesterMemberStateCode,omitempty"`
	AskerNumber  string `json:"requesterNumber,omitempty"`
}

type viesAnswer struct {
	Country   string `json:"countryCode"`
	Number    string `json:"vatNumber"`
	Valid     *bool  `json:"valid"`
	Name      string `json:"name"`
	Reference string `json:"requestIdentifier"`
	Errors    []struct {
		Error string `json:"error"`
	} `json:"errorWrappers"`
}

// Check asks it.
func (v *VIES) Check(ctx context.Context, number string) (Answer, error) {
	q := viesQuestion{Country: number[:len("DE")], Number: number[len("DE"):]}
	if v.asker != "" {
		q.AskerCountry, q.AskerNumber = v.asker[:len("DE")], v.asker[len("DE"):]
	}
	said, err := v.ask(ctx, q)
	if err != nil {
		return Answer{}, err
	}
	if said.trouble() == "INVALID_REQUESTER_INFO" && v.asker != "" { // our own number is not in it: ask without
		q.AskerCountry, q.AskerNumber = "", ""
		if said, err = v.ask(ctx, q); err != nil {
			return Answer{}, err
		}
	}
	switch trouble := said.trouble(); {
	case trouble == "INVALID_INPUT": // the member state has no numbers of this form
		return Answer{}, nil
	case trouble != "":
		return Answer{}, &AwayError{v.Name(), trouble}
	case said.Valid == nil:
		return Answer{}, &AwayError{v.Name(), "its answer says neither yes nor no"}
	case said.Country != q.Country || said.Number != q.Number:
		return Answer{}, &AwayError{v.Name(), "its answer is about another number"}
	}
	return Answer{Valid: *said.Valid, Name: tidy(said.Name), Reference: tidy(said.Reference)}, nil
}

func (v *VIES) ask(ctx context.Context, q viesQuestion) (said viesAnswer, err error) {
	body, err := json.Marshal(q)
	if err != nil {
		return said, fmt.Errorf("vies: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, v.api+viesPath, bytes.NewReader(body))
	if err != nil {
		return said, fmt.Errorf("vies: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	status, err := call(v.client, v.Name(), r, &said)
	if err == nil && status != http.StatusOK && said.trouble() == "" {
		err = &AwayError{v.Name(), fmt.Sprintf("status %d", status)}
	}
	return said, err
}

// trouble is the word with which VIES says that it has no answer; empty where it has one.
func (a viesAnswer) trouble() string {
	if len(a.Errors) == 0 {
		return ""
	}
	if word := tidy(a.Errors[0].Error); word != "" && strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == "" {
		return word
	}
	return "an error without a name"
}
