package settings

import (
	"fmt"
	"math"
	"strconv"
)

// enough is the contrast that text needs (WCAG 2.2, 1.4.3).
const enough = 4.5

// A pair is two colours that are seen together, and what they are.
type pair struct {
	what  string
	other string // #rrggbb
}

// What the colours are seen with in mails and on papers. Pages derive theirs, which keep their contrast by themselves.
const (
	paperWhite = "#ffffff"
	darkCard   = "#18222b"
	darkInk    = "#06242b"
)

// light are the pairs of the colour by day.
func light() []pair {
	return []pair{
		{"white text on a button of this colour", paperWhite},
		{"a link or a heading of this colour on white", paperWhite},
	}
}

// dark are the pairs of the colour by night.
func dark() []pair {
	return []pair{
		{"a link of this colour on the dark background " + darkCard, darkCard},
		{"the dark text " + darkInk + " on a button of this colour", darkInk},
	}
}

// unreadable names the first pair of a colour that is hard to read; empty: none is.
func unreadable(colour string, pairs []pair) string {
	for _, p := range pairs {
		if c := contrast(colour, p.other); c < enough {
			return fmt.Sprintf("Too little contrast: %s has %.1f : 1, and text needs %.1f : 1.", p.what,
				math.Floor(c*10)/10, enough)
		}
	}
	return ""
}

// contrast is the contrast of two colours as WCAG reckons it.
func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(colour string) float64 {
	part := func(at int, weight float64) float64 {
		n, err := strconv.ParseUint(colour[at:at+2], 16, 8)
		if err != nil {
			return 0
		}
		v := float64(n) / 255
		if v <= 0.04045 {
			return weight * v / 12.92
		}
		return weight * math.Pow((v+0.055)/1.055, 2.4)
	}
	return part(1, 0.2126) + part(3, 0.7152) + part(5, 0.0722)
}
