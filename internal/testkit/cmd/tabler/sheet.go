package main

import (
	"regexp"
	"strings"
)

// rule is a statement of a style sheet: with a body of declarations, of further rules, or none.
type rule struct {
	head, body string
	rules      []rule // of a condition such as @media
	bare       bool   // @charset and the like
}

// parse reads a style sheet without comments.
func parse(sheet string) []rule {
	var out []rule
	for sheet != "" {
		at := outside(sheet, "{;")
		if at == len(sheet) {
			break
		}
		head := strings.TrimSpace(sheet[:at])
		if sheet[at] == ';' {
			out = append(out, rule{head: head, bare: true})
			sheet = sheet[at+1:]
			continue
		}
		end := bodyEnd(sheet, at+1)
		r := rule{head: head, body: sheet[at+1 : end-1]}
		if isCondition(head) {
			r.rules, r.body = parse(r.body), ""
		}
		out, sheet = append(out, r), sheet[end:]
	}
	return out
}

// bodyEnd is where the body that begins at a place is over, behind its bracket.
func bodyEnd(sheet string, end int) int {
	for depth := 1; depth > 0 && end < len(sheet); end++ {
		end += outside(sheet[end:], "{}")
		if end < len(sheet) && sheet[end] == '{' {
			depth++
		} else {
			depth--
		}
	}
	return end
}

func isCondition(head string) bool {
	for _, name := range []string{"@media", "@supports", "@layer", "@container"} {
		if strings.HasPrefix(head, name) {
			return true
		}
	}
	return false
}

// outside is where one of some characters stands first outside texts and brackets; the length where none does.
func outside(text, wanted string) int {
	depth, quote := 0, byte(0)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case depth == 0 && strings.IndexByte(wanted, c) >= 0:
			return i
		}
	}
	return len(text)
}

// pruner leaves out what no page can use.
type pruner struct {
	words map[string]bool // those of our own files
	left  map[string]bool // the classes that were left out
}

func (p pruner) rules(list []rule) []rule {
	var out []rule
	for _, r := range list {
		switch {
		case r.rules != nil:
			if r.rules = p.rules(r.rules); len(r.rules) > 0 {
				out = append(out, r)
			}
		case strings.HasPrefix(r.head, "@"):
			out = append(out, r)
		default:
			if r.head = p.selectors(r.head); r.head != "" {
				out = append(out, r)
			}
		}
	}
	return out
}

// selectors are those of a list whose classes our files name. What stands in brackets, such as :not(.x), is no demand.
func (p pruner) selectors(list string) string {
	var kept []string
	for rest := list; rest != ""; {
		at := outside(rest, ",")
		one := rest[:at]
		rest = strings.TrimPrefix(rest[at:], ",")
		if p.used(one) {
			kept = append(kept, one)
		}
	}
	return strings.Join(kept, ",")
}

func (p pruner) used(selector string) bool {
	plain := selector
	for brackets := regexp.MustCompile(`\([^()]*\)|\[[^\]]*\]`); brackets.MatchString(plain); {
		plain = brackets.ReplaceAllString(plain, "")
	}
	used := true
	for _, class := range regexp.MustCompile(`\.((?:[\w-]|\\.)+)`).FindAllStringSubmatch(plain, -1) {
		if name := strings.ReplaceAll(class[1], `\`, ""); !p.words[name] && !common().MatchString(name) {
			p.left[name], used = true, false
		}
	}
	return used
}

// common are the small classes that are kept whether somebody names them today or not: distances, display, alignment.
func common() *regexp.Regexp {
	return regexp.MustCompile(`^([mp][tbsexy]?-([0-5]|auto)|gap-[0-5]|d-(none|block|flex|grid|inline|inline-flex)|` +
		`text-(start|end|center|nowrap|break)|fw-(normal|medium|bold)|[wh]-100|border-(0|top|bottom)|flex-[a-z-]+|` +
		`align-items-[a-z]+|justify-content-[a-z]+|visually-hidden)$`)
}

// withoutUnused writes rules, less the animations and the properties of the sheet's own that nothing refers to.
func withoutUnused(list []rule, own string) string {
	sheet := write(list)
	for {
		uses := map[string]bool{}
		for _, use := range regexp.MustCompile(`--[\w-]+`).FindAllString(own, -1) {
			uses[use] = true
		}
		for _, use := range regexp.MustCompile(`var\((--[\w-]+)`).FindAllStringSubmatch(sheet, -1) {
			uses[use[1]] = true
		}
		list = trimmed(list, uses, sheet+own)
		if shorter := write(list); shorter != sheet {
			sheet = shorter
			continue
		}
		return sheet
	}
}

func trimmed(list []rule, uses map[string]bool, text string) []rule {
	var out []rule
	for _, r := range list {
		name, animation := strings.CutPrefix(r.head, "@keyframes ")
		switch {
		case r.rules != nil:
			if r.rules = trimmed(r.rules, uses, text); len(r.rules) == 0 {
				continue
			}
		case animation:
			if strings.Count(text, name) < 2 {
				continue
			}
		case !r.bare && !strings.HasPrefix(r.head, "@"):
			if r.body = declarations(r.body, uses); r.body == "" {
				continue
			}
		}
		out = append(out, r)
	}
	return out
}

func declarations(body string, uses map[string]bool) string {
	var kept []string
	for rest := body; rest != ""; {
		at := outside(rest, ";")
		one := strings.TrimSpace(rest[:at])
		rest = strings.TrimPrefix(rest[at:], ";")
		name, _, _ := strings.Cut(one, ":")
		if one != "" && (!strings.HasPrefix(name, "--") || uses[strings.TrimSpace(name)]) {
			kept = append(kept, one)
		}
	}
	return strings.Join(kept, ";")
}

func write(list []rule) string {
	var b strings.Builder
	for _, r := range list {
		switch {
		case r.bare:
			b.WriteString(r.head + ";")
		case r.rules != nil:
			b.WriteString(r.head + "{" + write(r.rules) + "}")
		default:
			b.WriteString(r.head + "{" + r.body + "}")
		}
	}
	return b.String()
}
