// Package cases is the page of what needs a person, imported records and signs
// of the watch that stay: which, why, and how each is settled.
package cases

import (
	"context"
	_ "embed"
	"net/http"
	"strconv"
	"strings"
	"time"

	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Style is the style of this page.
//
//go:embed cases.css
var Style []byte

// Cases is what the page asks.
type Cases interface {
	OpenCases(ctx context.Context) ([]good.OpenCase, error)
}

// pageSize is how many cases a page shows.
const pageSize = 50

// Page answers /imports. What waits is not in the journal, so the page is made
// anew each time.
func Page(all Cases) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		f.Title, f.Here = f.T("web.cases.title"), "imports"
		edge.Private(w.Header())
		var list []good.OpenCase
		if all != nil {
			var err error
			if list, err = all.OpenCases(r.Context()); err != nil {
				return err
			}
		}
		n := 1
		if s := r.URL.Query().Get("page"); s != "" {
			var err error
			if n, err = strconv.Atoi(s); err != nil || n < 1 {
				return &good.Error{Kind: good.Invalid, Key: "error.query.number", Field: "page", Args: map[string]any{"Field": "page", "Value": s}}
			}
			f.Query = "page=" + strconv.Itoa(n)
		}
		m := &model{Frame: f, Total: len(list), Number: n, Pages: (len(list) + pageSize - 1) / pageSize}
		if from := (n - 1) * pageSize; n <= m.Pages {
			m.Cases = list[from:min(from+pageSize, len(list))]
		}
		return page.Write(w, r, f, http.StatusOK, cases(m))
	}
}

// model is what the page shows.
type model struct {
	*page.Frame
	Cases  []good.OpenCase
	Total  int
	Number int
	Pages  int
}

// mayBe is the reason that names a good the record may be about.
const mayBe = "may-be"

// near are the slugs of the goods a case may be about.
func near(c good.OpenCase) []string {
	var out []string
	for _, s := range c.Reasons {
		if code, slug, _ := strings.Cut(s, ": "); code == mayBe && slug != "" {
			out = append(out, slug)
		}
	}
	return out
}

// reason is a reason in words: "code" or "code: what it is about".
func (m *model) reason(s string) string {
	code, value, _ := strings.Cut(s, ": ")
	words := m.Word("web.reason." + code)
	if words == "" {
		words = m.Word("sign.name." + code)
	}
	switch {
	case words == "":
		return page.Cut(page.Valid(s), 200)
	case value == "":
		return words
	}
	return m.Tell("web.reason", "Reason", words, "Value", page.Cut(page.Valid(value), 120))
}

func (m *model) at(n int) string { return "/imports?page=" + strconv.Itoa(n) }

func (m *model) day(t time.Time) string { return m.Date(good.Date(t.UTC().Format(time.DateOnly))) }
