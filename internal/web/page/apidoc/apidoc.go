// Package apidoc is the page that explains the API: made of the description the
// API gives of itself, with requests to try and small clients in four
// languages.
package apidoc

import (
	_ "embed"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"sync"

	"stoa/internal/web/page"
)

// Style is the page's part of the style sheet.
//
//go:embed apidoc.css
var Style []byte

// Source is what the page is made of.
type Source struct {
	Spec     func() ([]byte, error) // makes the OpenAPI document, as JSON; nil for none
	Snippets fs.FS                  // client.sh, client.py, client.mjs and client.R
}

// snippet is one small client.
type snippet struct{ name, language, text string }

// clients are the snippets in the order they are shown.
var clients = []snippet{{name: "client.sh", language: "curl"}, {name: "client.py", language: "Python"},
	{name: "client.mjs", language: "JavaScript"}, {name: "client.R", language: "R"}}

// local is the instance the snippets name; the page names its own.
const local = "http://localhost:8080"

// Page answers /docs/api.
func Page(s Source) (page.Handler, error) {
	shown := sync.OnceValues(func() (*document, error) { // when it is first asked for
		spec, err := s.Spec()
		if err != nil {
			return nil, err
		}
		return read(spec)
	})
	all := make([]snippet, len(clients))
	for i, c := range clients {
		text, err := fs.ReadFile(s.Snippets, c.name)
		if err != nil {
			return nil, fmt.Errorf("read the snippets: %w", err)
		}
		c.text = string(text)
		all[i] = c
	}
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		f.Here, f.Title, f.Description = "api", f.T("web.apidoc.title"), f.T("web.apidoc.lede")
		if page.Fresh(w, r, f) {
			return nil
		}
		d, err := shown()
		if err != nil {
			return err
		}
		return page.Write(w, r, f, http.StatusOK, apidoc(f, d, all))
	}, nil
}

// at is a snippet for the instance at base.
func (s snippet) at(base string) string {
	return strings.TrimSpace(strings.ReplaceAll(s.text, local, base))
}

// run is the request of a line for the shell.
func run(base, path string) string { return `curl "` + base + path + `"` }

// piece is a part of a sentence, or a word of code in it.
type piece struct {
	text string
	code bool
}

// pieces are the parts of a sentence in which code stands between backquotes.
func pieces(sentence string) []piece {
	var out []piece
	for i, s := range strings.Split(sentence, "`") {
		if s != "" {
			out = append(out, piece{s, i%2 == 1})
		}
	}
	return out
}

// shown are the answers with those that carry a problem in one row.
func shown(in []answer) []answer {
	var out []answer
	problems := -1
	for _, a := range in {
		if a.media != "application/problem+json" {
			out = append(out, a)
			continue
		}
		if problems < 0 {
			problems = len(out)
			a.about = ""
			out = append(out, a)
			continue
		}
		out[problems].status += ", " + a.status
	}
	return out
}

// asked are the parameters an operation has of its own: the conditional
// request works everywhere and is explained once.
func asked(in []parameter) []parameter {
	var out []parameter
	for _, p := range in {
		if p.in != "header" {
			out = append(out, p)
		}
	}
	return out
}

// try is how a parameter's example is written into an address.
func (p parameter) try() string {
	if len(p.examples) == 0 {
		return ""
	}
	if p.in == "path" {
		return p.examples[0]
	}
	return p.name + "=" + strings.Join(p.examples, "&"+p.name+"=")
}

// place says where a parameter is written.
func (p parameter) place(f *page.Frame) string {
	if p.in == "path" {
		return f.T("web.apidoc.in.path")
	}
	return f.T("web.apidoc.in.query")
}

// others are where the registry answers as programs know it that were written
// for other registries, and the keys of what they are.
var others = []struct{ at, key string }{{"/v1/software", "web.apidoc.other.v1"}, {"/catalog", "web.apidoc.other.catalog"},
	{"/oai?verb=Identify", "web.apidoc.other.oai"}, {"/code.json", "web.take.form.code.json"}}
