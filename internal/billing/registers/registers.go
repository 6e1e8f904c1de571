// Package registers asks the registers of tax authorities whether a VAT number belongs to somebody: VIES of the
// European Commission, and the register of HM Revenue and Customs. What an answer means for an invoice stands in
// vatids; what a number looks like, in taxid.
package registers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"gatehouse/internal/platform/httpclient"
)

const (
	// callTime is for how long a register may think: a member state's own may be behind it.
	callTime = 20 * time.Second
	// mostAnswer bounds what is read of an answer.
	mostAnswer = 64 << 10
	// longest is how much of a text of a register is kept, in code points.
	longest = 200
)

// Answer is what a register says of a number.
type Answer struct {
	Valid     bool
	Name      string // of whom the number belongs to; empty where the register does not tell
	Reference string // by which the authority finds the enquiry again; empty where it gave none
}

// Register is one that can be asked.
type Register interface {
	// Name is how people know it: "VIES".
	Name() string
	// Covers says whether the numbers of a country are in it. The number is in order, with its country.
	Covers(number string) bool
	// Check asks it. *AwayError says that it gave no answer, and may give one later.
	Check(ctx context.Context, number string) (Answer, error)
}

// AwayError is a register that gave no answer: neither that a number is known, nor that it is not.
type AwayError struct{ Register, Why string }

// Error says why, for the server's log. It never repeats what was asked.
func (e *AwayError) Error() string { return "the register " + e.Register + " gave no answer: " + e.Why }

// client speaks with one host, and with a stand-in on this machine where one is named instead.
func client(api *string, standIn string) (*http.Client, error) {
	o := httpclient.Options{Timeout: callTime, MaxBody: mostAnswer}
	if standIn != "" {
		*api = standIn
	}
	at, err := url.Parse(*api)
	if err != nil {
		return nil, fmt.Errorf("registers: %w", err)
	}
	o.Hosts = []string{at.Hostname()}
	if standIn == "" {
		return httpclient.New(o), nil
	}
	address, err := netip.ParseAddr(at.Hostname())
	if err != nil || !address.IsLoopback() {
		return nil, fmt.Errorf("registers: a stand-in must be on this machine, not on %s", at.Hostname())
	}
	o.PlainHTTP, o.Networks = true, []netip.Prefix{netip.PrefixFrom(address, address.BitLen())}
	return httpclient.New(o), nil
}

// call makes a request and reads its answer, which must be JSON.
func call(c *http.Client, register string, r *http.Request, into any) (status int, err error) {
	answer, err := c.Do(r)
	if err != nil {
		return 0, &AwayError{register, reason(err)}
	}
	defer func() { _ = answer.Body.Close() }() // it is read already, or of no use
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		why := fmt.Sprintf("its answer of status %d cannot be read", answer.StatusCode)
		return answer.StatusCode, &AwayError{register, why}
	}
	return answer.StatusCode, nil
}

// reason is why a call failed, without its address: the number is in it.
func reason(err error) string {
	if wrapped, ok := errors.AsType[*url.Error](err); ok {
		err = wrapped.Err
	}
	return err.Error()
}

// tidy puts a text of a register in order: one line, and no more than is kept.
func tidy(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "")), " ")
	if strings.Trim(text, "-") == "" { // how a register says that it does not tell
		return ""
	}
	all := []rune(text)
	return string(all[:min(len(all), longest)])
}
