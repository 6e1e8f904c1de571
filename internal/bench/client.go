package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"syscall"
)

// connection asks for the same page again and again over one connection. It reads no more of the answer than it must,
// and its worker waits in the kernel rather than in Go's scheduler, so that the load costs little beside what is
// measured.
type connection struct {
	socket  int
	request []byte
	room    []byte
}

func dial(ctx context.Context, address, path, cookie string, headers ...string) (*connection, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close() }() // the socket is a copy
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return nil, errors.New("connect: not over TCP")
	}
	socket, err := ownSocket(tcp)
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
	return &connection{socket: socket, request: []byte(request.String()), room: make([]byte, 256<<10)}, nil
}

// ownSocket is the connection's socket once more, for calls that block.
func ownSocket(tcp *net.TCPConn) (socket int, err error) {
	raw, err := tcp.SyscallConn()
	if err != nil {
		return 0, err //nolint:wrapcheck // its caller names it
	}
	var failed error
	err = raw.Control(func(fd uintptr) {
		if socket, failed = syscall.Dup(int(fd)); failed == nil {
			failed = syscall.SetNonblock(socket, false)
		}
	})
	return socket, errors.Join(err, failed)
}

// browser is what the load says it is.
const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"

func (c *connection) close() { _ = syscall.Close(c.socket) } // nothing is waited for

// get sends the request and reads the answer to its end.
func (c *connection) get(context.Context) error {
	if _, err := syscall.Write(c.socket, c.request); err != nil {
		return fmt.Errorf("ask: %w", err)
	}
	read, end := 0, -1
	for end < 0 || read < end {
		if end > len(c.room) {
			c.room = append(c.room, make([]byte, end-len(c.room))...)
		}
		n, err := syscall.Read(c.socket, c.room[read:])
		if err != nil {
			return fmt.Errorf("answer: %w", err)
		}
		if n == 0 {
			return errors.New("answer: it broke off")
		}
		read += n
		if end < 0 {
			if end, err = answerEnd(c.room[:read]); err != nil {
				return err
			}
		}
	}
	return nil
}

// answerEnd is how long an answer is with its header; -1 while that is not known.
func answerEnd(begun []byte) (int, error) {
	head, _, whole := bytes.Cut(begun, []byte("\r\n\r\n"))
	if !whole {
		return -1, nil
	}
	status, fields, _ := strings.Cut(string(head), "\r\n")
	if !strings.HasPrefix(status, "HTTP/1.1 200") {
		return 0, errors.New("answer: " + status)
	}
	for line := range strings.SplitSeq(fields, "\r\n") {
		if text, ok := strings.CutPrefix(line, "Content-Length: "); ok {
			length, err := strconv.Atoi(text)
			if err != nil {
				return 0, fmt.Errorf("answer: %w", err)
			}
			return len(head) + len("\r\n\r\n") + length, nil
		}
	}
	return 0, errors.New("answer: of no known length")
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
