package activity

import (
	"errors"
	"strconv"
	"strings"
)

// dayRow is what a row of the counts adds to a calendar: what one day of UTC has of one mark, up to each cut and in
// all.
type dayRow struct {
	day  int64
	mark string
	sums []int64
}

// readRows are the rows of the counts in a cell: a list of texts of JSON, in which nothing needs an escape. Each is a
// day, its sums, and the mark.
func (d *division) readRows(cells string) ([]dayRow, error) {
	var rows []dayRow
	for {
		_, begun, found := strings.Cut(cells, `"`)
		cell, rest, closed := strings.Cut(begun, `"`)
		if !found {
			return rows, nil
		}
		day, cell, err := takeNumber(cell)
		sums := make([]int64, len(d.cuts)+1)
		for i := range sums {
			if err == nil {
				sums[i], cell, err = takeNumber(cell)
			}
		}
		if err != nil || !closed {
			return nil, errors.Join(errors.New("a row has another form"), err)
		}
		rows = append(rows, dayRow{day, strings.Clone(cell), sums})
		cells = rest
	}
}

// takeNumber reads the number before the next space.
func takeNumber(text string) (n int64, rest string, err error) {
	word, rest, found := strings.Cut(text, " ")
	if !found {
		return 0, "", errors.New("a number is missing")
	}
	n, err = strconv.ParseInt(word, 10, 64)
	return n, rest, err
}

// writtenNumber reads a number from a column that MariaDB fills up with zeros to the length of the hashes on the page.
func writtenNumber(cell []byte) (int64, error) {
	return strconv.ParseInt(strings.TrimRight(string(cell), "\x00"), 10, 64)
}

// spread gives what the days of UTC have of each mark to the reader's dates.
func (d *division) spread(rows []dayRow, give func(mark string, date, many int64)) {
	for _, row := range rows {
		d.share(row.day, row.sums, func(date, many int64) { give(row.mark, date, many) })
	}
}
