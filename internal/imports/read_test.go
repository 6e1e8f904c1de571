package imports_test

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"gatehouse/internal/fault"
	"gatehouse/internal/imports"
)

// endless gives one text, and then another for ever.
type endless struct {
	begin, then string
	read        int64
}

func (e *endless) Read(p []byte) (int, error) {
	from := e.then
	if e.begin != "" {
		from, e.begin = e.begin, ""
	}
	n := copy(p, strings.Repeat(from, len(p)/len(from)+1))
	if from != e.then {
		n = copy(p, from)
	}
	e.read += int64(n)
	return n, nil
}

const head = "client_id,name,owner_email,currency\n"

// all reads a file to its end.
func all(r io.Reader) (lines int, err error) {
	reader, err := imports.NewReader(imports.Clients, r)
	for err == nil {
		if _, err = reader.Next(); err == nil {
			lines++
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return lines, err
}

// D1: whatever somebody sends, the answer says what is wrong with it, and no more is read than it takes to see that.
func TestHostileFilesAreRefusedInBoundedMemory(t *testing.T) {
	var before, after runtime.MemStats
	for name, c := range map[string]struct {
		file io.Reader
		says string
	}{
		"a gigabyte of lines":   {&endless{begin: head, then: "1,a,b@c.example,GBP\n"}, "lines"},
		"a gigabyte of nothing": {&endless{begin: head, then: "\n"}, "longer"},
		"an endless line":       {&endless{begin: head, then: "x"}, "quote"},
		"a quote never closed":  {&endless{begin: head + "\"", then: "x,\n"}, "quote"},
		"an endless first line": {&endless{then: "x"}, "quote"},
		"NUL bytes":             {strings.NewReader(head + "1,\x00,b@c.example,GBP\n"), "NUL"},
		"UTF-16":                {strings.NewReader("\xff\xfec\x00l\x00"), "UTF-16"},
		"UTF-16 without a mark": {strings.NewReader("c\x00l\x00i\x00"), "NUL"},
		"a workbook":            {strings.NewReader("PK\x03\x04xl/workbook.xml"), "workbook"},
		"a column twice":        {strings.NewReader("client_id,name,name,owner_email,currency\n"), "twice"},
		"an unknown column":     {strings.NewReader("client_id,password\n"), "password"},
		"a missing column":      {strings.NewReader("client_id,name\n"), "owner_email"},
		"nothing":               {strings.NewReader(" \n"), "empty"},
	} {
		runtime.GC()
		runtime.ReadMemStats(&before)
		_, err := all(c.file)
		runtime.ReadMemStats(&after)
		f, ok := fault.As(err)
		if !ok || len(f.Fields) != 1 || f.Fields[0].Name != "file" || !strings.Contains(f.Fields[0].Message, c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if e, ok := c.file.(*endless); ok && e.read > imports.MostBytes+(1<<20) {
			t.Errorf("%s: %d bytes were read", name, e.read)
		}
		const most = 4 << 20
		if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 16*most {
			t.Errorf("%s: the heap grew by %d bytes", name, grown)
		}
	}
}

// A template of each kind is read as it is given out.
func TestTemplatesFit(t *testing.T) {
	t.Parallel()
	for _, k := range imports.Kinds() {
		file, err := k.Template()
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{string(file), "\ufeff" + strings.ReplaceAll(string(file), ",", ";")} {
			reader, err := imports.NewReader(k, strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			line, err := reader.Next()
			if err != nil || line.Wrong != nil || line.Cells["client_id"] != "1042" || line.Number != 2 {
				t.Errorf("%s: %+v, %v", k, line, err)
			}
		}
	}
}

// Whatever is in a file, reading ends: with its end, or with a sentence. No line is said to stand before the one
// before.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		head + "1,a,b@c.example,GBP\n", "\ufeff" + head, head + "\"a\nb\",c\n", head + "a\"b,c\r\n\r\n", "\xff\xfe", "a;b",
		head + "\xe4,=1,,\n\"",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		reader, err := imports.NewReader(imports.Clients, strings.NewReader(text))
		last := 1
		for n := 0; err == nil; n++ {
			var line imports.Line
			if line, err = reader.Next(); err != nil {
				break
			}
			if n > len(text) || line.Number <= last || line.Wrong == nil && line.Cells == nil {
				t.Fatalf("line %d after %d: %+v", line.Number, last, line)
			}
			last = line.Number
		}
		if f, ok := fault.As(err); !errors.Is(err, io.EOF) && (!ok || len(f.Fields) == 0) {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
