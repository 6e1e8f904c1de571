package registers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

const (
	hmrcAPI    = "https://api.service.hmrc.gov.uk"
	hmrcToken  = "/oauth/token" //nolint:gosec // an address, and no secret
	hmrcLookup = "/organisations/vat/check-vat-number/lookup/"
	hmrcAccept = "application/vnd.hmrc.2.0+json"
)

// HMRC is the register of HM Revenue and Customs, by version 2 of its API “Check a UK VAT number”.
type HMRC struct {
	api, id, secret string
	asker           string
	client          *http.Client
}

// NewHMRC makes it, with the credentials of an application that HMRC registered for the provider. asker is the
// provider's own number: where it is British, enquiries have a reference. standIn is where tests reach it instead.
func NewHMRC(id, secret, asker, standIn string) (*HMRC, error) {
	h := &HMRC{api: hmrcAPI, id: id, secret: secret}
	var err error
	if h.client, err = client(&h.api, standIn); err != nil {
		return nil, err
	}
	if h.Covers(asker) {
		h.asker = asker[len("GB"):]
	}
	return h, nil
}

// Name is how people know it.
func (*HMRC) Name() string { return "HMRC" }

// Covers says whether the numbers of a country are in it: those of government departments are not.
func (*HMRC) Covers(number string) bool {
	return regexp.MustCompile(`^GB(\d{9}|\d{12})$`).MatchString(number)
}

type hmrcAnswer struct {
	Target struct {
		Name   string `json:"name"`
		Number string `json:"vatNumber"`
	} `json:"target"`
	Reference string `json:"consultationNumber"`
	Code      string `json:"code"`
}

// Check asks it.
func (h *HMRC) Check(ctx context.Context, number string) (Answer, error) {
	token, err := h.token(ctx)
	if err != nil {
		return Answer{}, err
	}
	status, said, err := h.look(ctx, token, number[len("GB"):], h.asker)
	if err == nil && status == http.StatusForbidden && h.asker != "" { // our own number is not in it: ask without
		status, said, err = h.look(ctx, token, number[len("GB"):], "")
	}
	switch {
	case err != nil:
		return Answer{}, err
	case status == http.StatusNotFound && said.Code == "NOT_FOUND":
		return Answer{}, nil
	case status != http.StatusOK:
		return Answer{}, &AwayError{h.Name(), fmt.Sprintf("status %d", status)}
	case said.Target.Number != number[len("GB"):]:
		return Answer{}, &AwayError{h.Name(), "its answer is about another number"}
	}
	return Answer{Valid: true, Name: tidy(said.Target.Name), Reference: tidy(said.Reference)}, nil
}

func (h *HMRC) look(ctx context.Context, token, number, asker string) (status int, said hmrcAnswer, err error) {
	at := h.api + hmrcLookup + number
	if asker != "" {
		at += "/" + asker
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return 0, said, fmt.Errorf("hmrc: %w", err)
	}
	r.Header.Set("Accept", hmrcAccept)
	r.Header.Set("Authorization", "Bearer "+token)
	status, err = call(h.client, h.Name(), r, &said)
	return status, said, err
}

// token signs in. An enquiry is rare, so that a token is asked for each time, and none is kept.
func (h *HMRC) token(ctx context.Context) (string, error) {
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {h.id}, "client_secret": {h.secret}, "scope": {"read:vat"},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.api+hmrcToken, strings.NewReader(form.Encode()))
	if err != nil {
		return "", fmt.Errorf("hmrc: %w", err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var said struct {
		Token string `json:"access_token"`
	}
	status, err := call(h.client, h.Name(), r, &said)
	if err == nil && (status != http.StatusOK || said.Token == "") {
		err = &AwayError{h.Name(), fmt.Sprintf("signing in ended with status %d", status)}
	}
	return said.Token, err
}
