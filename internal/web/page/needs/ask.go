package needs

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/access"
	app "stoa/internal/app/needs"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/web/page"
)

// steps are the fields of each question, in the order in which they are asked.
var steps = [][]string{
	{"problem", "lang"},
	{"country", "users", "people", "languages"},
	{"sectors", "sdgs"},
	{"kinds", "building_blocks"},
	{"use_case", "musts", "licence_family", "standards", "budget", "time"},
}

// fields are those of what is asked, as page.Sent takes them.
var fields = []string{"problem", "lang", "use_case", "country", "kinds*", "sectors*", "sdgs*", "building_blocks*", "users", "people", "languages", "musts*", "licence_family", "standards", "budget", "time"}

// interview is one question of it, or what comes of it.
type interview struct {
	*page.Frame
	Step   int // from 0
	Form   *page.Form
	Ask    need.Ask
	Found  []need.Ranked
	Aids   app.Aids
	Signed bool
}

// hidden are the values of the questions that are not on the page.
func (m *interview) hidden(all bool) []page.Pair {
	var out []page.Pair
	for i, names := range steps {
		if i == m.Step && !all {
			continue
		}
		for _, name := range names {
			for _, v := range m.Form.Values[name] {
				if v != "" {
					out = append(out, page.Pair{Name: name, Value: v})
				}
			}
		}
	}
	return out
}

// read is what a form asks. What is no number is no number of people.
func read(v url.Values) need.Ask {
	a := need.Ask{Problem: v.Get("problem"), Lang: v.Get("lang"), Use: v.Get("use_case"), Country: v.Get("country"), Users: v.Get("users"), Sectors: v["sectors"], Blocks: v["building_blocks"],
		Licence: v.Get("licence_family"), Budget: v.Get("budget"), Time: v.Get("time")}
	list := func(s string) []string {
		var out []string
		for x := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(",;،؛，、\n", r) }) {
			if x = strings.TrimSpace(x); x != "" {
				out = append(out, x)
			}
		}
		return out
	}
	a.Tongues, a.Standards = list(v.Get("languages")), list(v.Get("standards"))
	for _, k := range v["kinds"] {
		a.Kinds = append(a.Kinds, good.Kind(k))
	}
	for _, m := range v["musts"] {
		a.Musts = append(a.Musts, need.Must(m))
	}
	for _, s := range v["sdgs"] {
		n, err := strconv.Atoi(s)
		if err != nil {
			n = -1 // no goal has it: said beside the field
		}
		a.SDGs = append(a.SDGs, n)
	}
	if s := strings.TrimSpace(v.Get("people")); s != "" {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			n = -1
		}
		a.People = n
	}
	return a
}

// values is what is asked as a form has it: a field that is empty is not in it.
func values(a need.Ask) url.Values {
	v := url.Values{}
	add := func(name string, list ...string) {
		for _, s := range list {
			if s != "" {
				v.Add(name, s)
			}
		}
	}
	add("problem", a.Problem)
	add("lang", a.Lang)
	add("use_case", a.Use)
	add("country", a.Country)
	add("users", a.Users)
	add("sectors", a.Sectors...)
	add("building_blocks", a.Blocks...)
	add("licence_family", a.Licence)
	add("budget", a.Budget)
	add("time", a.Time)
	add("languages", strings.Join(a.Tongues, ", "))
	add("standards", strings.Join(a.Standards, ", "))
	if a.People > 0 {
		add("people", strconv.FormatInt(a.People, 10))
	}
	for _, k := range a.Kinds {
		add("kinds", string(k))
	}
	for _, m := range a.Musts {
		add("musts", string(m))
	}
	for _, n := range a.SDGs {
		add("sdgs", strconv.Itoa(n))
	}
	return v
}

func (c Config) begin(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.question(w, r, f, http.StatusOK, 0, &page.Form{Values: url.Values{"lang": {f.Code}, "problem": {page.Cut(page.Valid(r.URL.Query().Get("problem")), need.MaxProblem)}}})
}

func (c Config) question(w http.ResponseWriter, r *http.Request, f *page.Frame, status, step int, form *page.Form) error {
	f.Path, f.Title, f.Description, f.Work = "/needs/new", f.T("need.ask"), f.T("need.ask.lede"), true
	return page.Write(w, r, f, status, questionPage(&interview{Frame: f, Step: step, Form: form}))
}

// ask goes on with the interview, back, or to the goods.
func (c Config) ask(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, append(slices.Clone(fields), "step", "go")...)
	if err != nil {
		return err
	}
	form, a := &page.Form{Values: v}, read(v)
	step, _ := strconv.Atoi(v.Get("step"))
	step = min(max(step, 0), len(steps)-1)
	if v.Get("go") == "back" {
		return c.question(w, r, f, http.StatusOK, max(step-1, 0), form)
	}
	if err := a.Check(); err != nil {
		if !form.Add(f, err) {
			return err
		}
		return c.question(w, r, f, page.Status(w, err), stepOf(err, step), form)
	}
	switch {
	case v.Get("go") == "again":
		return c.question(w, r, f, http.StatusOK, 0, form)
	case v.Get("go") == "next" && step+1 < len(steps):
		return c.question(w, r, f, http.StatusOK, step+1, form)
	}
	found, err := c.App.Match(r.Context(), &a, 10)
	if err != nil {
		return err
	}
	beside, err := c.App.Aids(r.Context(), &a, found)
	if err != nil {
		return err
	}
	f.Path, f.Title, f.Work, f.Unlisted = "/needs/new", f.T("need.found"), true, true
	return page.Write(w, r, f, http.StatusOK, foundPage(&interview{Frame: f, Form: form, Ask: a, Found: found, Aids: beside, Signed: access.May(f.Reader(), access.AskNeed) == nil}))
}

// stepOf is the question in which a mistake can be mended.
func stepOf(err error, at int) int {
	var e *good.Error
	if errors.As(err, &e) {
		for i, names := range steps {
			if slices.Contains(names, e.Field) {
				return i
			}
		}
	}
	return at
}

// written is a need as a form has it.
func written(r *http.Request, more ...string) (need.Record, *page.Form, error) {
	v, err := page.Sent(r, append(slices.Concat(fields, more), "title", "visibility", "wanted")...)
	if err != nil {
		return need.Record{}, nil, err
	}
	return need.Record{Ask: read(v), Title: v.Get("title"), Visibility: need.Visibility(v.Get("visibility")), Wanted: v.Get("wanted") == "yes"}, &page.Form{Values: v}, nil
}

// keep keeps what the interview ended in. On a mistake its last page is there
// again with everything.
func (c Config) keep(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	in, form, err := written(r)
	if err != nil {
		return err
	}
	rec, err := c.App.Keep(r.Context(), f.Reader(), in)
	if err == nil {
		http.Redirect(w, r, string(f.Href("/needs/"+string(rec.ID))), http.StatusSeeOther)
		return nil
	}
	status := page.Status(w, err)
	if !form.Add(f, err) {
		return err
	}
	f.Path, f.Title, f.Work, f.Unlisted = "/needs/new", f.T("need.found"), true, true
	m := &interview{Frame: f, Form: form, Ask: in.Ask, Signed: true}
	if m.Found, err = c.App.Match(r.Context(), &m.Ask, 10); err != nil {
		return c.question(w, r, f, status, stepOf(err, 0), form)
	}
	if m.Aids, err = c.App.Aids(r.Context(), &m.Ask, m.Found); err != nil {
		return err
	}
	return page.Write(w, r, f, status, foundPage(m))
}
