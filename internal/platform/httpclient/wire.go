package httpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"golang.org/x/sys/unix"
)

var (
	// ErrUnread says that the other side went away without having taken all that was written.
	ErrUnread = errors.New("the other side did not take everything")
	errNoTCP  = errors.New("the connection is none of TCP")
)

// mostAnswer is how much of what the other side says is read past.
const mostAnswer = 64 << 10

// Wire is a connection over which something is said once, without an answer.
type Wire struct {
	conn interface {
		net.Conn
		CloseWrite() error
	}
	raw *net.TCPConn // below TLS
}

// Dial connects to a host and port for what is no HTTP, by the same rules. secure speaks TLS; without it the address
// must be within the listed networks, whatever it is: what is sent crosses no other network in clear.
func Dial(ctx context.Context, o Options, target string, secure bool) (*Wire, error) {
	o = o.withDefaults()
	host, _, err := net.SplitHostPort(target)
	if err != nil {
		return nil, err
	}
	if !o.lists(host) {
		return nil, &RefusedError{host, "the host is not on the list"}
	}
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	conn, err := (&guard{options: o, inside: !secure}).dial(ctx, "tcp", target)
	if err != nil {
		return nil, err
	}
	raw, ok := conn.(*net.TCPConn)
	if !ok {
		return nil, errors.Join(errNoTCP, conn.Close())
	}
	if !secure {
		return &Wire{conn: raw, raw: raw}, nil
	}
	safe := tls.Client(conn, &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.Roots, ServerName: host}) // H1
	if err := safe.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	return &Wire{conn: safe, raw: raw}, nil
}

// Say writes a text, says that it was all, and waits until the other side has taken it and ends the connection in
// order: then everything was read. A side that went away with something unread is told by the network, and that is
// ErrUnread. It all happens before the deadline, by this machine's clock.
func (w *Wire) Say(text []byte, deadline time.Time) error {
	if err := w.conn.SetDeadline(deadline); err != nil {
		return fmt.Errorf("say: %w", err)
	}
	if _, err := w.conn.Write(text); err != nil {
		return w.unread(err)
	}
	if err := w.conn.CloseWrite(); err != nil {
		return w.unread(err)
	}
	if w.raw != w.conn {
		if err := w.raw.CloseWrite(); err != nil {
			return w.unread(err)
		}
	}
	// TLS says goodbye by itself; only the connection below it knows whether something was left unread.
	for _, side := range []io.Reader{w.conn, w.raw} {
		if _, err := io.Copy(io.Discard, io.LimitReader(side, mostAnswer)); err != nil {
			return w.unread(err)
		}
	}
	return w.taken(deadline)
}

// unread keeps what the clock says and takes everything else for a side that went away.
func (*Wire) unread(err error) error {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnread, err)
}

// taken waits until the other side's machine has acknowledged every byte. Its end alone proves nothing: it may have
// been on its way before anything of ours arrived.
func (w *Wire) taken(deadline time.Time) error {
	control, err := w.raw.SyscallConn()
	if err != nil {
		return fmt.Errorf("say: %w", err)
	}
	for {
		waiting, broken, failures := 0, 0, [2]error{}
		err := control.Control(func(fd uintptr) {
			broken, failures[0] = unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_ERROR)
			waiting, failures[1] = unix.IoctlGetInt(int(fd), unix.TIOCOUTQ)
		})
		switch {
		case err != nil || failures != [2]error{}:
			return fmt.Errorf("say: %w", errors.Join(err, failures[0], failures[1]))
		case broken != 0:
			return ErrUnread
		case waiting == 0:
			return nil
		case !time.Now().Before(deadline): //nolint:forbidigo // of this machine's own socket
			return ErrUnread
		}
		const often = 5 * time.Millisecond
		time.Sleep(often)
	}
}

// Close ends the connection.
func (w *Wire) Close() error { return w.raw.Close() }
