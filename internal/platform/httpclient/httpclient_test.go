package httpclient_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/internal/platform/httpclient"
)

// answers is a resolver that gives the next answer each time, and the last for ever.
type answers struct {
	list  []string
	asked atomic.Int32
}

func (a *answers) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	n := int(a.asked.Add(1)) - 1
	var out []netip.Addr
	for text := range strings.SplitSeq(a.list[min(n, len(a.list)-1)], " ") {
		out = append(out, netip.MustParseAddr(text))
	}
	return out, nil
}

// server counts its visits. Its certificate is for example.com and 127.0.0.1.
func server(t *testing.T, handler http.HandlerFunc) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	visits := &atomic.Int32{}
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return s, visits
}

func roots(s *httptest.Server) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return pool
}

func loopback() []netip.Prefix { return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} }

func get(t *testing.T, client *http.Client, address string) (string, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return string(body), err
}

func refused(err error) bool {
	var r *httpclient.RefusedError
	return errors.As(err, &r)
}

func port(t *testing.T, s *httptest.Server) string {
	t.Helper()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Port()
}

func TestListedHostIsCalled(t *testing.T) {
	s, _ := server(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "hello "+r.Host) })
	client := httpclient.New(httpclient.Options{
		Hosts: []string{"Example.com"}, Networks: loopback(), Roots: roots(s),
		Resolver: &answers{list: []string{"127.0.0.1"}},
	})
	body, err := get(t, client, "https://EXAMPLE.com:"+port(t, s))
	if err != nil || !strings.HasPrefix(body, "hello ") {
		t.Fatalf("%q, %v", body, err)
	}
}

// I5: nothing is looked up or connected to for a host that is not listed.
func TestOthersAreRefusedBeforeTheyAreLookedUp(t *testing.T) {
	resolver := &answers{list: []string{"127.0.0.1"}}
	client := httpclient.New(httpclient.Options{
		Hosts: []string{"hooks.example"}, Networks: loopback(), Resolver: resolver,
	})
	for _, address := range []string{
		"https://evil.example/", "https://hooks.example.evil.example/", "https://hooks.example@evil.example/",
		"https://user@hooks.example/", "http://hooks.example/", "ftp://hooks.example/", "file:///etc/passwd",
		"https://127.0.0.1/", "https://evilhooks.example/", "https://hooks.example./",
	} {
		if _, err := get(t, client, address); !refused(err) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if n := resolver.asked.Load(); n != 0 {
		t.Errorf("%d names were looked up", n)
	}
}

// I5: addresses inside are refused however a listed name leads to them, and
// however they are written.
func TestInnerAddressesAreRefused(t *testing.T) {
	for _, address := range []string{
		"169.254.169.254", "fe80::1", "fd00:ec2::254", "100.100.100.200", "::ffff:169.254.169.254", // metadata
		"127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::", "::ffff:0.0.0.0", // this machine
		"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd12:3456::1", "::ffff:10.0.0.1", // private
		"100.64.0.1", "198.18.0.1", "192.0.2.1", "240.0.0.1", "255.255.255.255", "224.0.0.1", "ff02::1", // special
		"::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "fec0::1", // IPv4 wrapped, old
		"93.184.216.34 10.0.0.1", // one good address does not excuse a bad one
	} {
		client := httpclient.New(httpclient.Options{
			Hosts: []string{"hooks.example"}, Resolver: &answers{list: []string{address}}, Timeout: time.Second,
		})
		if _, err := get(t, client, "https://hooks.example/"); !refused(err) {
			t.Errorf("a name that leads to %s: %v", address, err)
		}
		if strings.Contains(address, " ") {
			continue
		}
		host := address
		if strings.Contains(host, ":") {
			host = "[" + host + "]"
		}
		client = httpclient.New(httpclient.Options{Hosts: []string{address}, Timeout: time.Second})
		if _, err := get(t, client, "https://"+host+"/"); !refused(err) {
			t.Errorf("%s itself: %v", address, err)
		}
	}
}

// I5: a listed network opens what is in it, and never the metadata address.
func TestListedNetworkOpensOnlyItself(t *testing.T) {
	everything := []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}
	for _, address := range []string{"169.254.169.254", "fe80::1", "fd00:ec2::254", "::ffff:169.254.169.254"} {
		client := httpclient.New(httpclient.Options{
			Hosts: []string{"panel.example"}, Networks: everything, Resolver: &answers{list: []string{address}},
		})
		if _, err := get(t, client, "https://panel.example/"); !refused(err) {
			t.Errorf("%s: %v", address, err)
		}
	}
	client := httpclient.New(httpclient.Options{
		Hosts: []string{"panel.example"}, Networks: loopback(), Resolver: &answers{list: []string{"10.0.0.1"}},
	})
	if _, err := get(t, client, "https://panel.example/"); !refused(err) {
		t.Errorf("a network beside the listed one: %v", err)
	}
}

// I5: a name that answers well when asked first and badly when asked again. The
// address that was checked is the one that is called.
func TestRebindingFindsNoGap(t *testing.T) {
	s, visits := server(t, func(http.ResponseWriter, *http.Request) {})
	resolver := &answers{list: []string{"127.0.0.1", "169.254.169.254"}}
	client := httpclient.New(httpclient.Options{
		Hosts: []string{"example.com"}, Networks: loopback(), Roots: roots(s), Resolver: resolver,
	})
	address := "https://example.com:" + port(t, s)
	if _, err := get(t, client, address); err != nil || resolver.asked.Load() != 1 {
		t.Fatalf("asked %d times, %v", resolver.asked.Load(), err)
	}
	client.CloseIdleConnections()
	if _, err := get(t, client, address); !refused(err) || visits.Load() != 1 {
		t.Fatalf("after the answer changed: %v, %d visits", err, visits.Load())
	}
}

// I5: a redirect leads nowhere, not even to the same host.
func TestRedirectsAreRefused(t *testing.T) {
	for _, code := range []int{301, 302, 303, 307, 308} {
		for _, target := range []string{"/again", "https://169.254.169.254/latest/meta-data", "http://example.com/"} {
			s, visits := server(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, target, code) })
			client := httpclient.New(httpclient.Options{
				Hosts: []string{"127.0.0.1", "169.254.169.254"}, Networks: loopback(), Roots: roots(s),
			})
			if _, err := get(t, client, s.URL); !refused(err) || visits.Load() != 1 {
				t.Errorf("%d to %s: %v, %d visits", code, target, err, visits.Load())
			}
		}
	}
}

func TestAnswersHaveALimit(t *testing.T) {
	s, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		var n int
		_, _ = fmt.Sscan(r.URL.Path[1:], &n)
		_, _ = io.WriteString(w, strings.Repeat("x", n))
	})
	client := httpclient.New(httpclient.Options{
		Hosts: []string{"127.0.0.1"}, Networks: loopback(), Roots: roots(s), MaxBody: 10_000,
	})
	if body, err := get(t, client, s.URL+"/10000"); err != nil || len(body) != 10_000 {
		t.Errorf("read %d bytes, %v", len(body), err)
	}
	var tooLarge *httpclient.TooLargeError
	for _, size := range []string{"/10001", "/500000"} {
		if body, err := get(t, client, s.URL+size); !errors.As(err, &tooLarge) || len(body) != 10_000 {
			t.Errorf("read %d bytes, %v", len(body), err)
		}
	}
}

// D1: whoever answers slowly holds nobody up.
func TestSlowServersTimeOut(t *testing.T) {
	release := make(chan struct{})
	s, _ := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
		}
		<-release
	})
	defer close(release)
	client := httpclient.New(httpclient.Options{
		Hosts: []string{"127.0.0.1"}, Networks: loopback(), Roots: roots(s), Timeout: 150 * time.Millisecond,
	})
	for _, path := range []string{"/header", "/body"} {
		started := time.Now()
		if _, err := get(t, client, s.URL+path); err == nil || time.Since(started) > 3*time.Second {
			t.Errorf("%s: %v after %s", path, err, time.Since(started))
		}
	}
}

func TestCertificatesAreChecked(t *testing.T) {
	s, visits := server(t, func(http.ResponseWriter, *http.Request) {})
	for name, o := range map[string]httpclient.Options{
		"unknown authority": {Hosts: []string{"127.0.0.1"}},
		"another name": {
			Hosts: []string{"hooks.example"}, Roots: roots(s), Resolver: &answers{list: []string{"127.0.0.1"}},
		},
	} {
		o.Networks = loopback()
		if _, err := get(t, httpclient.New(o), "https://"+o.Hosts[0]+":"+port(t, s)); err == nil || visits.Load() != 0 {
			t.Errorf("%s: %v, %d visits", name, err, visits.Load())
		}
	}
}
