package web

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"gatehouse/internal/platform/clock"
)

const (
	// streamTime is how long sending a file may take, and stallTime how long its reader may take for a bit of it.
	streamTime = 30 * time.Minute
	stallTime  = 30 * time.Second
)

// stream is an answer that is sent while it is made. Its header is written with its first bytes, so that an error
// before them still has a page of its own.
type stream struct {
	to    *echo.Response
	clock clock.Clock
	begin func(h http.Header)
	begun bool
}

// Write sends some bytes, and gives their reader a while to take them.
func (s *stream) Write(p []byte) (int, error) {
	if !s.begun {
		s.begun = true
		s.begin(s.to.Header())
		s.to.WriteHeader(http.StatusOK)
	}
	err := http.NewResponseController(s.to).SetWriteDeadline(s.clock.Now().Add(stallTime))
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, fmt.Errorf("send a file: %w", err)
	}
	n, err := s.to.Write(p)
	if err != nil {
		return n, fmt.Errorf("send a file: %w", err)
	}
	return n, nil
}
