package app_test

import (
	"bytes"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// heaviest is what a page may weigh, over the wire, for whoever has the style sheet and the scripts already.
const heaviest = 20_000

// weigh notes what an answer weighs with its headers, as browsers are sent it. What is no page is not weighed: files
// and pictures.
func (h *house) weigh(name string, res *http.Response, body string) {
	if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		return
	}
	var headers bytes.Buffer
	_ = res.Header.Write(&headers) // a buffer takes everything
	h.weights[name] = len("HTTP/1.1 200 OK\r\n\r\n") + headers.Len() + len(body)
}

// light looks at the weight of every page of the route table, as everybody who may open it or is told why not.
func (h *house) light(t *testing.T) {
	t.Helper()
	byWeight := slices.SortedFunc(maps.Keys(h.weights), func(a, b string) int { return h.weights[b] - h.weights[a] })
	if len(byWeight) < 1000 {
		t.Fatalf("only %d pages were weighed", len(byWeight))
	}
	t.Logf("%d pages weighed; the heaviest: %s, %d bytes", len(byWeight), byWeight[0], h.weights[byWeight[0]])
	for _, name := range byWeight {
		if h.weights[name] <= heaviest {
			return
		}
		t.Errorf("%s weighs %d bytes", name, h.weights[name])
	}
}
