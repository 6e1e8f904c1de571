package whm

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"gatehouse/internal/hosting"
	"gatehouse/internal/platform/httpclient"
)

// answer is the frame of what WHM says: result is 1 where it did what it was asked, and else reason says why not.
type answer struct {
	Metadata *struct {
		Result scalar `json:"result"`
		Reason scalar `json:"reason"`
	} `json:"metadata"`
	Data json.RawMessage `json:"data"`
}

// call runs a function of WHM API 1 and reads its data. The arguments go in the body: addresses end up in logs.
func (p *Panel) call(ctx context.Context, m hosting.Machine, function string, args url.Values, into any) error {
	return p.callFor(ctx, m, function, args, into, mostOf)
}

func (p *Panel) callFor(
	ctx context.Context, m hosting.Machine, function string, args url.Values, into any, most int64,
) error {
	body, err := p.send(ctx, m, function, args, most)
	if err != nil {
		return fmt.Errorf("whm %s: %w", function, err)
	}
	var a answer
	if err := json.Unmarshal(body, &a); err != nil || a.Metadata == nil {
		return fmt.Errorf("whm %s: %w", function, hosting.ErrOdd)
	}
	if a.Metadata.Result != "1" {
		return fmt.Errorf("whm %s: %w", function, said(string(a.Metadata.Reason), m))
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(a.Data, into); err != nil {
		return fmt.Errorf("whm %s: %w", function, hosting.ErrOdd)
	}
	return nil
}

// send asks the server and reads its answer, which is none of a page that asks for a password.
func (p *Panel) send(
	ctx context.Context, m hosting.Machine, function string, args url.Values, most int64,
) (_ []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, longestCall)
	defer cancel()
	key, err := authorization(m.Credentials)
	if err != nil {
		return nil, err
	}
	at := url.URL{
		Scheme: "https", Host: net.JoinHostPort(m.Server.Host, strconv.Itoa(p.cfg.APIPort)), Path: "/json-api/" + function,
		RawQuery: "api.version=1",
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, at.String(), strings.NewReader(args.Encode()))
	if err != nil {
		return nil, hosting.ErrOdd
	}
	r.Close = true
	r.Header.Set("Authorization", key)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	client := httpclient.New(httpclient.Options{
		Hosts: []string{m.Server.Host}, Networks: p.cfg.Networks, Roots: p.cfg.Roots, Resolver: p.cfg.Resolver,
		Timeout: longestCall, MaxBody: most,
	})
	defer client.CloseIdleConnections()
	got, err := client.Transport.RoundTrip(r) // a redirect is an answer like any other, and none that is understood
	if err != nil {
		return nil, trouble(ctx, err)
	}
	defer func() { _ = got.Body.Close() }()
	switch got.StatusCode {
	case http.StatusOK:
	case http.StatusUnauthorized, http.StatusForbidden:
		return nil, hosting.ErrShut
	default:
		return nil, hosting.ErrOdd
	}
	body, err := io.ReadAll(got.Body)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, hosting.ErrOdd // too long, or cut off
	}
	return body, nil
}

// authorization is the header that a server knows us by. Staff enter the token alone, or the user before it.
func authorization(credentials string) (string, error) {
	user, token, found := strings.Cut(strings.TrimSpace(credentials), ":")
	if !found {
		user, token = "root", user
	}
	odd := func(r rune) bool { return r <= ' ' || r > unicode.MaxASCII }
	if user == "" || token == "" || strings.ContainsFunc(user+token, odd) {
		return "", hosting.ErrShut
	}
	return "whm " + user + ":" + token, nil
}

// trouble names why a call did not arrive.
func trouble(ctx context.Context, err error) error {
	var refused *httpclient.RefusedError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var late net.Error
	switch {
	case errors.As(err, &refused):
		return hosting.ErrForbidden
	case errors.As(err, &certificate):
		return hosting.ErrUntrusted
	case errors.As(err, &record):
		return hosting.ErrOdd
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &late) && late.Timeout():
		return context.DeadlineExceeded
	}
	return hosting.ErrPanelDown
}

// said is a refusal in the server's words, without what is no text and without our key.
func said(reason string, m hosting.Machine) error {
	const longest = 200
	if _, token, found := strings.Cut(m.Credentials, ":"); found {
		reason = strings.ReplaceAll(reason, token, "[secret]")
	}
	reason = strings.ReplaceAll(reason, m.Credentials, "[secret]")
	words := strings.FieldsFunc(reason, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) })
	text := []rune(strings.Join(words, " "))
	if len(text) > longest {
		text = append(text[:longest], '…')
	}
	if len(text) == 0 {
		text = []rune("nothing that helps")
	}
	return &hosting.SaidError{Text: string(text)}
}

// scalar is a text, a number or nothing: WHM gives the same thing now as one and now as another.
type scalar string

// UnmarshalJSON takes what there is.
func (s *scalar) UnmarshalJSON(text []byte) error {
	var asText string
	switch {
	case string(text) == "null":
		*s = ""
	case json.Unmarshal(text, &asText) == nil:
		*s = scalar(asText)
	default:
		var asNumber json.Number
		if err := json.Unmarshal(text, &asNumber); err != nil {
			return err
		}
		*s = scalar(asNumber)
	}
	return nil
}

// count is a number; 0 for none and for without a limit.
func (s scalar) count() int64 {
	n, err := strconv.ParseFloat(string(s), 64)
	if err != nil || n < 0 || n > 1<<53 {
		return 0
	}
	return int64(n)
}

// mebibytes is a size such as 14M or 14, in bytes.
func (s scalar) mebibytes() int64 { return scalar(strings.TrimSuffix(string(s), "M")).count() << 20 }
