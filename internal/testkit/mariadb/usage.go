package mariadb

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// ticks are in how many parts the kernel divides a second for this.
const ticks = 100

// ProcessorTime is the processor time that the server has used.
func (s *Server) ProcessorTime() (time.Duration, error) {
	pid, err := os.ReadFile(s.path("pid"))
	if err != nil {
		return 0, fmt.Errorf("mariadb: %w", err)
	}
	text, err := os.ReadFile("/proc/" + strings.TrimSpace(string(pid)) + "/stat")
	if err != nil {
		return 0, fmt.Errorf("mariadb: %w", err)
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	const user, system = 11, 12 // counted from behind the program's name
	if len(fields) <= system {
		return 0, errors.New("mariadb: the kernel does not say")
	}
	total := int64(0)
	for _, field := range []string{fields[user], fields[system]} {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("mariadb: %w", err)
		}
		total += n
	}
	return time.Duration(total) * time.Second / ticks, nil
}
