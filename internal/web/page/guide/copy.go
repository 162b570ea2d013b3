package guide

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"stoa/internal/access"
	app "stoa/internal/app/guides"
	"stoa/internal/export"
	"stoa/internal/good"
	"stoa/internal/guide"
	"stoa/internal/recipe"
	"stoa/internal/web/page"
	"stoa/internal/web/page/recipes"
)

func (c Config) change(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "title", "country", "body", "version")
	if err != nil {
		return err
	}
	version, _ := strconv.ParseInt(v.Get("version"), 10, 64)
	return c.sent(w, r, f, "change", "/guides/"+page.PathEscape(r.PathValue("guide")), &page.Form{Values: v}, func(ctx context.Context, who access.Who, id good.ID) error {
		_, err := c.App.Change(ctx, who, id, app.Input{Title: v.Get("title"), Country: v.Get("country"), Body: v.Get("body"), Version: version})
		return err
	})
}

func (c Config) mark(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "item", "state", "note", "owner", "due", "version")
	if err != nil {
		return err
	}
	seen, _ := strconv.Atoi(v.Get("version"))
	item := v.Get("item")
	return c.sent(w, r, f, item, "/guides/"+page.PathEscape(r.PathValue("guide"))+"#"+page.PathEscape(item), &page.Form{Values: v}, func(ctx context.Context, who access.Who, id good.ID) error {
		_, err := c.App.Mark(ctx, who, id, item, guide.Mark{State: guide.State(v.Get("state")), Note: v.Get("note"), Owner: v.Get("owner"), Due: good.Date(v.Get("due"))}, seen)
		return err
	})
}

func (c Config) renew(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r)
	if err != nil {
		return err
	}
	return c.sent(w, r, f, "renew", "/guides/"+page.PathEscape(r.PathValue("guide")), &page.Form{Values: v}, func(ctx context.Context, who access.Who, id good.ID) error {
		_, err := c.App.Renew(ctx, who, id)
		return err
	})
}

func (c Config) drop(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r)
	if err != nil {
		return err
	}
	return c.sent(w, r, f, "drop", "/guides", &page.Form{Values: v}, c.App.Drop)
}

// named has a browser keep what follows as a file.
func named(w http.ResponseWriter, m *one, ending string) {
	w.Header().Set("Content-Disposition", `attachment; filename="guide-`+m.Of.Slug+ending+`"`)
}

// file is the copy as one file that needs nothing besides.
func (c Config) file(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := c.look(r, f)
	if err != nil {
		return err
	}
	named(w, m, ".html")
	return page.Write(w, r, f, http.StatusOK, standalone(m))
}

// text is the copy as a text document.
func (c Config) text(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := c.look(r, f)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := export.Document(&b, export.TextDocument{Title: m.called(), Lang: f.Code, Lines: m.lines(), Made: m.Copy.Changed}); err != nil {
		return err
	}
	named(w, m, ".odt")
	w.Header().Set("Content-Type", export.TypeDocument)
	_, _ = w.Write(b.Bytes()) // a client that went away needs no answer
	return nil
}

// data is the copy as the program keeps it.
func (c Config) data(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m, err := c.look(r, f)
	if err != nil {
		return err
	}
	out := struct {
		guide.Copy
		Recipes []recipe.Recipe `json:"recipes,omitempty"`
	}{Copy: m.Copy}
	if m.Ways != nil {
		out.Recipes = m.Ways.Vouched()
		for i := range out.Recipes {
			out.Recipes[i].By = ""
		}
	}
	raw, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return err
	}
	named(w, m, ".json")
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(raw) // as above
	return nil
}

// counts say how far the copy is.
func (m *one) counts() []string {
	out := []string{m.T("guide.progress", "Done", m.Progress.Done, "All", m.Progress.All())}
	if m.Progress.InHand > 0 {
		out = append(out, m.T("guide.progress.hand", "Number", m.Progress.InHand))
	}
	if m.Progress.Late > 0 {
		out = append(out, m.T("guide.progress.late", "Number", m.Progress.Late))
	}
	return out
}

// said are what is said of an item, in words.
func (m *one) said(x guide.Mark) []page.Pair {
	out := []page.Pair{{Name: m.T("guide.state"), Value: m.T("guide.state." + string(x.State))}}
	if x.Owner != "" {
		out = append(out, page.Pair{Name: m.T("guide.owner"), Value: x.Owner})
	}
	if x.Due != "" {
		due := m.Date(x.Due)
		if m.late(x) {
			due += " · " + m.T("guide.late")
		}
		out = append(out, page.Pair{Name: m.T("guide.due"), Value: due})
	}
	if x.Note != "" {
		out = append(out, page.Pair{Name: m.T("guide.note"), Value: x.Note})
	}
	return out
}

// lines are the copy as a text document has it.
func (m *one) lines() []export.Line {
	out := []export.Line{{Text: m.Tell("guide.of", "Name", m.Of.Name)}}
	if m.For != "" {
		out = append(out, export.Line{Text: m.T("guide.country") + ": " + m.Frame.Country(m.For)})
	}
	for _, s := range m.counts() {
		out = append(out, export.Line{Text: s})
	}
	for _, p := range m.Parts {
		out = append(out, export.Line{Level: 2, Text: m.in(p.Title)}, export.Line{Text: m.in(p.Requirement)})
		for _, i := range p.Items {
			out = append(out, export.Line{Level: 3, Text: m.in(i.Label)})
			for n, t := range append([]good.Text{i.Help}, i.HelpFor(m.Of.Kinds)...) {
				if n == 0 || t["en"] != i.Help["en"] {
					out = append(out, export.Line{Text: m.in(t)})
				}
			}
			for _, x := range m.said(i.Mark) {
				out = append(out, export.Line{Item: true, Text: x.Name + ": " + x.Value})
			}
			for _, k := range i.Known {
				text := says(m.Frame, k)
				if k.About == app.AboutDocumentation {
					text += ": " + strings.Join(k.Values, " · ")
				}
				if k.Origin.Source != "" {
					text += " (" + told(m.Frame, &m.Guide, k.Origin) + ")"
				}
				out = append(out, export.Line{Item: true, Text: text})
			}
		}
	}
	if len(m.Left) > 0 {
		out = append(out, export.Line{Level: 2, Text: m.T("guide.left")})
		for _, l := range m.Left {
			out = append(out, export.Line{Level: 3, Text: m.label(l)})
			for _, x := range m.said(l.Mark) {
				out = append(out, export.Line{Item: true, Text: x.Name + ": " + x.Value})
			}
		}
	}
	out = append(out, m.beside()...)
	return append(out, export.Line{Text: m.T("guide.version", "Version", m.List.Version)})
}

// beside is how the good is run and who works with it, as a text document has it.
func (m *one) beside() []export.Line {
	var out []export.Line
	if m.Ways != nil {
		if list := m.Ways.Vouched(); len(list) > 0 {
			out = append(out, export.Line{Level: 2, Text: m.T("ways.title")})
			for i := range list[:min(len(list), waysShown)] {
				out = append(out, export.Line{Item: true, Text: recipes.Told(m.Frame, &list[i])})
			}
		}
	}
	if len(m.Communities) > 0 {
		out = append(out, export.Line{Level: 2, Text: m.T("community.title")})
		for _, c := range m.Communities {
			out = append(out, export.Line{Item: true, Text: m.in(c.Name) + ": " + m.Site.Base + m.Prefix + "/communities/" + c.Slug})
		}
	}
	return out
}

// in is a text of the checklist in the reader's language.
func (m *one) in(t good.Text) string {
	s, _ := t.In(m.Code)
	return s
}

// label is what an item is called that is asked no more.
func (m *one) label(l app.Left) string {
	if s := m.in(l.Label); s != "" {
		return s
	}
	return l.ID
}

// changes say what is different in the newer version of the checklist.
func (m *one) changes() []string {
	var out []string
	for _, c := range m.Changes {
		q, ok := m.Newer.Question(c.Question)
		if !ok {
			q, ok = m.List.Question(c.Question)
		}
		if !ok {
			continue
		}
		key := "guide.change.changed"
		if c.Sort == "added" || c.Sort == "removed" {
			key = "guide.change." + c.Sort
		}
		out = append(out, m.Tell(key, "What", m.in(q.Label)))
	}
	return out
}

// sharing are the organisations that the copy can be shared with: none where
// that is another's to say.
func (m *one) sharing() []page.Option {
	if !m.Owns {
		return nil
	}
	return bodies(m.Bodies)
}

// shared is the organisation that the copy is shared with.
func (m *one) shared() string {
	if m.Body == nil {
		return ""
	}
	return m.Body.Slug
}
