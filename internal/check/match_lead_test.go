package check

import (
	"reflect"
	"strings"
	"testing"

	"github.com/google/licensecheck"
)

// sample is a text that a pattern of the library matches, with all that may lack
// or without, and with as many words for others as are allowed, or none.
func sample(lre string, all bool) string {
	p := pattern{lre}
	var group func() (text string, optional bool)
	group = func() (string, bool) {
		var out, first []string
		end := func() string {
			if first != nil {
				return strings.Join(first, " ")
			}
			return strings.Join(out, " ")
		}
		for {
			p.rest = strings.TrimLeft(p.rest, " \t\r\n")
			switch {
			case p.rest == "":
				return end(), false
			case p.after("//**"):
				_, p.rest, _ = strings.Cut(p.rest, "**//")
			case p.after("(("):
				if text, optional := group(); all || !optional {
					out = append(out, text)
				}
			case p.after("||"):
				if first == nil {
					first = out
				}
				out = nil
			case p.after("))??"):
				return end(), true
			case p.after("))"):
				return end(), false
			case p.after("__"):
				_, p.rest, _ = strings.Cut(p.rest, "__")
				if all {
					out = append(out, "somebody")
				}
			default:
				at := strings.IndexAny(p.rest, " \t\r\n")
				if at < 0 {
					at = len(p.rest)
				}
				if i := strings.Index(p.rest[:at], "))"); i > 0 {
					at = i
				}
				out = append(out, p.rest[:at])
				p.rest = p.rest[at:]
			}
		}
	}
	text, _ := group()
	return text
}

func TestOnlyWhatCanBeginInATextIsPrepared(t *testing.T) {
	var some []licensecheck.License
	for i, l := range library().licences {
		if l.URL != "" {
			t.Errorf("%s has a text and an address, which is not looked for", l.ID)
		}
		if i%10 == 0 && len(l.LRE) < 10_000 || common[l.ID] {
			some = append(some, l)
		}
	}
	all := prepare(some)
	found := 0
	for i, l := range library().licences {
		if len(l.LRE) > 20_000 || i%5 > 0 && !common[l.ID] {
			continue
		}
		for _, text := range []string{
			sample(l.LRE, true), sample(l.LRE, false), "# Licence\n\nCopyright (c) 2026 Somebody\n\n" + strings.ReplaceAll(sample(l.LRE, false), " ", "\n * "),
			strings.Replace(sample(l.LRE, true), " ", " <b>", 1) + " [MIT License](https://a.example/mit) Permission is <i>hereby</i> granted&copy;", strings.ToUpper(sample(l.LRE, false)),
		} {
			s := newShelf(some)
			got, want := s.Scan([]byte(text)), all.Scan([]byte(text))
			if !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %v, want %v in %.200q", l.ID, got, want, text)
			}
			if len(want.Match) > 0 {
				found++
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d texts were found: nothing was tested", found)
	}
}

func TestWhatIsPreparedGrows(t *testing.T) {
	s := newShelf(ofLibrary("MIT", "Zlib", "Apache-2.0"))
	if got := s.Scan([]byte("nothing of the kind")); len(got.Match) != 0 || s.prepared != nil {
		t.Errorf("%v, and something was prepared", got)
	}
	for _, id := range []string{"MIT", "Zlib"} {
		if got := s.Scan([]byte(sample(ofLibrary(id)[0].LRE, true))); len(got.Match) != 1 || got.Match[0].ID != id {
			t.Errorf("%s is found as %v", id, got.Match)
		}
	}
}
