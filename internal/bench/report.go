package bench

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// report is what a person reads in the end.
type report struct{ out io.Writer }

func (r report) title(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	r.line("\n%s\n%s", text, strings.Repeat("-", len([]rune(text))))
}

func (r report) line(format string, args ...any) {
	_, _ = fmt.Fprintf(r.out, format+"\n", args...) // nobody reads what cannot be written
}

// table prints rows of cells under their heads.
func (r report) table(rows ...[]string) {
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', 0)
	for _, cells := range rows {
		_, _ = fmt.Fprintln(w, "  "+strings.Join(cells, "\t"))
	}
	_ = w.Flush() // as above
}

func row(cells ...string) []string { return cells }

// verdict says whether an aim is reached.
func verdict(reached bool) string {
	if reached {
		return "reached"
	}
	return "MISSED"
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000) }

func micro(d time.Duration) string { return fmt.Sprintf("%d µs", d.Microseconds()) }

func perSecond(n float64) string { return fmt.Sprintf("%.0f/s", n) }

func ratio(x float64) string { return fmt.Sprintf("%.2f", x) }
