package streams

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gatehouse/internal/activity"
	"gatehouse/internal/activity/syslog"
	"gatehouse/internal/id"
	"gatehouse/internal/platform/httpclient"
)

// The headers of a webhook. The signature holds the time at which it was made and, over that time, a dot and the body,
// one HMAC-SHA256 in hex for each key that is good: "t=1796307600,v1=5257a8…,v1=…". A receiver refuses what is older
// than five minutes, and knows by chain and sequence number what it has already.
const (
	SignatureHeader = "Gatehouse-Signature"
	StreamHeader    = "Gatehouse-Stream"
	lineType        = "application/x-ndjson"
)

// sendTime bounds one call.
const sendTime = 10 * time.Second

// outlet sends batches of entries to one receiver. A nil error means that the receiver has taken all of them.
type outlet struct {
	streams *Streams
	stream  id.Stream
	target  target
	keys    []string // that sign
}

func (o *outlet) options() httpclient.Options {
	cfg := o.streams.cfg
	timeout := cfg.Timeout
	if timeout == 0 {
		timeout = sendTime
	}
	return httpclient.Options{
		Hosts: []string{o.target.host}, Networks: cfg.Networks, Roots: cfg.Roots, Resolver: cfg.Resolver,
		Timeout: timeout, MaxBody: 64 << 10,
	}
}

func (o *outlet) send(ctx context.Context, entries []activity.Entry) error {
	if o.target.kind == Webhook {
		return o.post(ctx, entries)
	}
	return o.write(ctx, entries)
}

// post hands a batch to a webhook. Only an answer from 200 to 299 says that it was taken.
func (o *outlet) post(ctx context.Context, entries []activity.Entry) (err error) {
	var body bytes.Buffer
	for i := range entries {
		line, err := o.streams.line(&entries[i])
		if err != nil {
			return err
		}
		body.Write(line)
	}
	now, err := o.streams.reader.Now(ctx)
	if err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, o.target.url, bytes.NewReader(body.Bytes()))
	if err != nil {
		return fmt.Errorf("write to a webhook: %w", err)
	}
	r.Header.Set("Content-Type", lineType)
	r.Header.Set("User-Agent", "Gatehouse")
	r.Header.Set(StreamHeader, o.stream.String())
	r.Header.Set(SignatureHeader, Sign(now, body.Bytes(), o.keys...))
	client := httpclient.New(o.options())
	defer client.CloseIdleConnections()
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, answer.Body.Close()) }()
	if answer.StatusCode < http.StatusOK || answer.StatusCode >= http.StatusMultipleChoices {
		return statusError(answer.StatusCode)
	}
	return nil
}

// Sign makes the signature of a body that is sent at a time.
func Sign(at time.Time, body []byte, keys ...string) string {
	stamp := strconv.FormatInt(at.Unix(), 10)
	var text strings.Builder
	text.WriteString("t=" + stamp)
	for _, key := range keys {
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(stamp + "."))
		mac.Write(body)
		text.WriteString(",v1=" + hex.EncodeToString(mac.Sum(nil)))
	}
	return text.String()
}

// write sends a batch over a connection of its own. Syslog knows no receipt: what is written may lie unread when the
// receiver goes away. So the connection is ended by us, and the batch was taken when the receiver has read as far.
func (o *outlet) write(ctx context.Context, entries []activity.Entry) error {
	var frames []byte
	for _, e := range entries {
		frames = syslog.Frame(frames, o.streams.syslog.Message(e))
	}
	options := o.options()
	wire, err := httpclient.Dial(ctx, options, o.target.hostPort(), o.target.secure)
	if err != nil {
		return err
	}
	defer func() { _ = wire.Close() }() // by then all is known
	stop := context.AfterFunc(ctx, func() { _ = wire.Close() })
	defer stop()
	return wire.Say(frames, time.Now().Add(options.Timeout)) //nolint:forbidigo // of this machine's own socket
}
