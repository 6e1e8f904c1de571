package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"strconv"
	"strings"
)

// connection asks for the same page again and again over one connection. It reads no more of the answer than it must,
// so that the load costs little beside what is measured.
type connection struct {
	conn    net.Conn
	in      *textproto.Reader
	request []byte
}

func dial(ctx context.Context, address, path, cookie string, headers ...string) (*connection, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	var request strings.Builder
	request.WriteString("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: " + browser + "\r\n")
	if cookie != "" {
		request.WriteString("Cookie: " + cookie + "\r\n")
	}
	for _, line := range headers {
		request.WriteString(line + "\r\n")
	}
	request.WriteString("\r\n")
	return &connection{
		conn: conn, in: textproto.NewReader(bufio.NewReaderSize(conn, 64<<10)), request: []byte(request.String()),
	}, nil
}

// browser is what the load says it is.
const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"

func (c *connection) close() { _ = c.conn.Close() } // nothing is waited for

// get sends the request and reads the answer past its end.
func (c *connection) get(context.Context) error {
	if _, err := c.conn.Write(c.request); err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	status, err := c.in.ReadLine()
	if err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	if !strings.HasPrefix(status, "HTTP/1.1 200") {
		return errors.New("answer: " + status)
	}
	length := -1
	for {
		line, err := c.in.ReadLineBytes()
		if err != nil {
			return fmt.Errorf("answer: %w", err)
		}
		if len(line) == 0 {
			break
		}
		if text, ok := strings.CutPrefix(string(line), "Content-Length: "); ok {
			if length, err = strconv.Atoi(text); err != nil {
				return fmt.Errorf("answer: %w", err)
			}
		}
	}
	if length < 0 {
		return errors.New("answer: of no known length")
	}
	if _, err := c.in.R.Discard(length); err != nil {
		return fmt.Errorf("answer: %w", err)
	}
	return nil
}

// takesGzip is how browsers say that they read compressed pages.
const takesGzip = "Accept-Encoding: gzip, deflate, br"

// overLoopback are workers that ask an address, one connection each, with more lines in the header where they are
// given.
func overLoopback(
	ctx context.Context, n int, address, path, cookie string, headers ...string,
) (workers []once, done func(), err error) {
	var open []*connection
	done = func() {
		for _, c := range open {
			c.close()
		}
	}
	for range n {
		c, err := dial(ctx, address, path, cookie, headers...)
		if err != nil {
			done()
			return nil, nil, err
		}
		open, workers = append(open, c), append(workers, c.get)
	}
	return workers, done, nil
}

// blackHole takes an answer and keeps nothing of it.
type blackHole struct {
	header http.Header
	status int
}

func (b *blackHole) Header() http.Header { return b.header }

func (b *blackHole) WriteHeader(status int) { b.status = status }

func (b *blackHole) Write(p []byte) (int, error) { return len(p), nil }

// inProcess is a worker that calls a handler with no network between.
func inProcess(h http.Handler, path, cookie string) []once {
	return []once{func(ctx context.Context) error {
		answer := &blackHole{header: http.Header{}}
		h.ServeHTTP(answer, request(ctx, path, cookie))
		if answer.status != http.StatusOK {
			return fmt.Errorf("answer: %d", answer.status)
		}
		return nil
	}}
}

func request(ctx context.Context, path, cookie string) *http.Request {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, http.NoBody)
	r.Header.Set("User-Agent", browser)
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	return r
}

// fetch gets a page once.
func fetch(ctx context.Context, h http.Handler, path, cookie string) ([]byte, error) {
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, request(ctx, path, cookie))
	if answer.Code != http.StatusOK {
		return nil, fmt.Errorf("%s: %d", path, answer.Code)
	}
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return page, nil
}

// listen serves a handler on the loopback interface.
func listen(ctx context.Context, h http.Handler) (address string, stop func(), err error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{Handler: h}
	go func() { _ = server.Serve(l) }()
	return l.Addr().String(), func() { _ = server.Close() }, nil
}
