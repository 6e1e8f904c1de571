package mariadb_test

import (
	"bufio"
	"context"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"gatehouse/internal/testkit/mariadb"
)

// TestMain lets the test binary play a process that starts a server and is then killed.
func TestMain(m *testing.M) {
	if os.Getenv("GATEHOUSE_START_AND_WAIT") != "" {
		startAndWait()
	}
	os.Exit(m.Run())
}

func TestServerDiesWithTheProcessThatStartedIt(t *testing.T) {
	needsServer(t)
	starter := exec.CommandContext(t.Context(), os.Args[0])
	starter.Env = append(os.Environ(), "GATEHOUSE_START_AND_WAIT=1")
	starter.Stderr = os.Stderr
	out, err := starter.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := starter.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	address := net.JoinHostPort("127.0.0.1", strings.TrimSpace(line))
	if !answers(t, address) {
		t.Fatal("the server does not answer while its starter lives")
	}
	if err := starter.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = starter.Wait() // killed, so always an error
	for range 100 {
		if !answers(t, address) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("the server outlived the killed process that started it by five seconds")
}

func needsServer(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("left out by -short: needs a MariaDB server")
	}
	if missing := mariadb.Missing(); missing != "" && os.Getenv("GATEHOUSE_REQUIRE_MARIADB") != "" {
		t.Fatal(missing)
	} else if missing != "" {
		t.Skip(missing)
	}
}

func startAndWait() {
	server, err := mariadb.Start(context.Background())
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
	os.Stdout.WriteString(strconv.Itoa(server.Port()) + "\n")
	select {}
}

func answers(t *testing.T, address string) bool {
	t.Helper()
	connection, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	_ = connection.Close()
	return true
}
