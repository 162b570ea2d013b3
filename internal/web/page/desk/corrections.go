package desk

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/access"
	registry "stoa/internal/app/goods"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Corrections is what the pages ask about corrections that sources contradict.
type Corrections interface {
	Good(ctx context.Context, slugOrID string) (*good.Good, error)
	Sources(ctx context.Context) (map[string]good.Source, error)
	Conflicts(ctx context.Context, who access.Who, q registry.ClashQuery) (registry.Clashes, error)
	ConflictsOf(ctx context.Context, who access.Who, slugOrID string) ([]registry.Clash, error)
	SettleConflict(ctx context.Context, who access.Who, slugOrID string, field good.Field, how, now, reason string) (*good.Good, int64, error)
}

// correcting are the pages of corrections that sources contradict.
func (h *pages) correcting() []page.Route {
	if h.Corrections == nil {
		return nil
	}
	return []page.Route{
		{Pattern: "GET /desk/corrections", Act: access.Edit, Handler: h.corrections},
		{Pattern: "GET /desk/corrections/{good}", Act: access.Edit, Handler: h.correctionsOf},
		{Pattern: "POST /desk/corrections/{good}", Act: access.Edit, Handler: h.settleCorrection},
	}
}

// contradicted is the page of all corrections to settle.
type contradicted struct {
	*page.Frame
	registry.Clashes
	Asked registry.ClashQuery
	Told  string
}

// asked is what a page or a file of corrections is to hold.
func askedCorrections(q url.Values) registry.ClashQuery {
	out := registry.ClashQuery{Field: good.Field(q.Get("field")), Source: q.Get("source"), Limit: perPage}
	if !slices.Contains(good.Merging, out.Field) {
		out.Field = ""
	}
	if n, err := strconv.Atoi(q.Get("from")); err == nil && n > 0 && n < 1_000_000 {
		out.Offset = n
	}
	return out
}

func (h *pages) corrections(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m := &contradicted{Frame: f, Asked: askedCorrections(r.URL.Query())}
	if how := r.URL.Query().Get("done"); slices.Contains(registry.SettleWays, how) {
		m.Told = f.T("clash.done." + how)
	}
	var err error
	if m.Clashes, err = h.Corrections.Conflicts(r.Context(), f.Reader(), m.Asked); err != nil {
		return err
	}
	f.Path, f.Query, f.Title, f.Work, f.Here = "/desk/corrections", m.query(m.Asked.Offset), f.T("clash.title"), true, "desk"
	return page.Write(w, r, f, http.StatusOK, correctionsPage(m))
}

func (m *contradicted) query(from int) string {
	q := url.Values{}
	if m.Asked.Field != "" {
		q.Set("field", string(m.Asked.Field))
	}
	if m.Asked.Source != "" {
		q.Set("source", m.Asked.Source)
	}
	if from > 0 {
		q.Set("from", strconv.Itoa(from))
	}
	return q.Encode()
}

func (m *contradicted) at(from int) string {
	return strings.TrimSuffix("/desk/corrections?"+m.query(from), "?")
}

// fields and sources are what the page can be narrowed to, with how many there
// are.
func (m *contradicted) fields() []page.Option {
	var out []page.Option
	for _, field := range good.Merging {
		if n := m.ByField[field]; n > 0 || field == m.Asked.Field {
			out = append(out, page.Option{Value: string(field), Label: m.Field(field) + " (" + m.Number(n) + ")"})
		}
	}
	return out
}

func (m *contradicted) sources() []page.Option {
	var out []page.Option
	past := page.Past{Frame: m.Frame, Sources: m.Sources}
	for id, n := range m.BySource {
		out = append(out, page.Option{Value: id, Label: past.Source(id) + " (" + m.Number(n) + ")"})
	}
	slices.SortFunc(out, func(a, b page.Option) int { return strings.Compare(a.Label+a.Value, b.Label+b.Value) })
	return out
}

// aField is a field in words, with the language where it is of one.
func aField(f *page.Frame, field good.Field) string {
	whole, lang, one := strings.Cut(string(field), "/")
	if !one {
		return f.Field(good.Field(whole))
	}
	return f.Field(good.Field(whole)) + " (" + f.Language(lang) + ")"
}

// ofGood is the page of what is to be settled about one good.
type ofGood struct {
	*page.Frame
	Subject *good.Good
	Items   []registry.Clash
	Sources map[string]good.Source
	On      *page.Form
}

func (h *pages) correctionsOf(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.writeCorrections(w, r, f, http.StatusOK, nil)
}

func (h *pages) writeCorrections(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, on *page.Form) error {
	m := &ofGood{Frame: f, On: on}
	var err error
	if m.Subject, err = h.Corrections.Good(r.Context(), r.PathValue("good")); err != nil {
		return err
	}
	if m.Items, err = h.Corrections.ConflictsOf(r.Context(), f.Reader(), string(m.Subject.ID)); err != nil {
		return err
	}
	if m.Sources, err = h.Corrections.Sources(r.Context()); err != nil {
		return err
	}
	f.Path, f.Title, f.Work, f.Here = "/desk/corrections/"+m.Subject.Slug, f.Tell("clash.one.title", "Name", m.Subject.Name), true, "desk"
	return page.Write(w, r, f, status, correctionsOfPage(m))
}

// says is who says now what a correction is contradicted by.
func (m *ofGood) says(c registry.Clash) string {
	return m.Tell("clash.now", "Source", page.Past{Frame: m.Frame, Sources: m.Sources}.Source(c.By.Source))
}

// form is a field of the form about one correction; what was typed and what is
// wrong belong to one of them.
func (m *ofGood) form(c registry.Clash, d page.Field) page.Field {
	d.ID = d.Name + "-" + strings.ReplaceAll(string(c.Field), "/", "-")
	if m.On == nil || m.On.Values.Get("field") != string(c.Field) {
		return d
	}
	return m.On.Field(d)
}

func (m *ofGood) ways() []page.Option {
	var out []page.Option
	for _, how := range registry.SettleWays {
		out = append(out, page.Option{Value: how, Label: m.T("clash.how." + how)})
	}
	return out
}

func (h *pages) settleCorrection(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "field", "how", "now", "reason")
	if err != nil {
		return err
	}
	_, _, err = h.Corrections.SettleConflict(r.Context(), f.Reader(), r.PathValue("good"), good.Field(v.Get("field")), v.Get("how"), v.Get("now"), v.Get("reason"))
	if err != nil {
		on := &page.Form{Values: v}
		if !on.Add(f, err) {
			return err
		}
		for i := range on.Wrong {
			if on.Wrong[i].Field != "" {
				on.Wrong[i].Field += "-" + strings.ReplaceAll(v.Get("field"), "/", "-")
			}
		}
		return h.writeCorrections(w, r, f, edge.Status(w.Header(), err), on)
	}
	http.Redirect(w, r, f.Prefix+"/desk/corrections?done="+url.QueryEscape(v.Get("how")), http.StatusSeeOther)
	return nil
}

// valueOf is the value of a field in words, one for each thing it lists.
func valueOf(f *page.Frame, field good.Field, raw json.RawMessage) []string {
	switch registry.WholeField(field) {
	case good.FieldKinds:
		return wordsFor(raw, f.Kind)
	case good.FieldLanguages:
		return wordsFor(raw, f.Language)
	case good.FieldSectors:
		return wordsFor(raw, f.Sector)
	case good.FieldDevelopedIn:
		return wordsFor(raw, f.Country)
	case good.FieldStandards:
		return wordsFor(raw, func(s string) string { return s })
	case good.FieldDocumentation:
		return wordsFor(raw, func(l good.Link) string { return l.URL })
	case good.FieldLicences:
		return wordsFor(raw, func(l good.Licence) string { return l.SPDX })
	case good.FieldGoals:
		return wordsFor(raw, func(g good.Goal) string { return f.Number(g.SDG) + " · " + f.SDG(g.SDG) })
	case good.FieldParties:
		return wordsFor(raw, func(p good.Party) string { return p.Name + " · " + f.Role(p.Role) })
	}
	var s string
	if json.Unmarshal(raw, &s) != nil || s == "" {
		return nil
	}
	return []string{page.Cut(s, 600)}
}

func wordsFor[T any](raw json.RawMessage, word func(T) string) []string {
	var list []T
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	var out []string
	for _, v := range list {
		out = append(out, word(v))
	}
	return out
}

// correctionsTable is what is to be settled, as a file.
func (h *pages) correctionsTable(r *http.Request, f *page.Frame, row func(...string)) error {
	if h.Corrections == nil {
		return &good.Error{Kind: good.NotFound, Key: "assess.error.unknown"}
	}
	q := askedCorrections(r.URL.Query())
	row("good", "name", "field", "said", "then", "now", "source", "foreign_id", "seen", "since")
	q.Limit = tableRows
	for q.Offset = 0; q.Offset < tableMost; q.Offset += tableRows {
		list, err := h.Corrections.Conflicts(r.Context(), f.Reader(), q)
		if err != nil {
			return err
		}
		for _, c := range list.Items {
			row(c.Good.Slug, c.Good.Name, string(c.Field), string(c.Said), string(c.Then), string(c.Now), c.By.Source, c.By.ForeignID, string(c.By.Seen), instant(c.Since))
		}
		if len(list.Items) < tableRows {
			break
		}
	}
	return nil
}
