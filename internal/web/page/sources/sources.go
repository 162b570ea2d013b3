// Package sources is the pages of the sources that are read by themselves: what
// everybody may see of each and of its last runs, and where the secretariat says
// which are read, how and how often.
package sources

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/imports/runs"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Routes are the pages.
func Routes(app *runs.App) []page.Route {
	h := &pages{app}
	return []page.Route{
		{Pattern: "GET /sources", Act: access.Public, Handler: h.list},
		{Pattern: "GET /sources.csv", Act: access.Public, Handler: h.table},
		{Pattern: "GET /sources/{source}", Act: access.Public, Handler: h.show},
		{Pattern: "GET /sources/{source}/runs.csv", Act: access.Public, Handler: h.runsTable},
		{Pattern: "GET /sources/{source}/runs.atom", Act: access.Public, Handler: h.feed},
		{Pattern: "GET /desk/sources", Act: access.Harvest, Handler: h.desk},
		{Pattern: "POST /desk/sources", Act: access.Harvest, Handler: h.set},
		{Pattern: "GET /desk/sources/{source}", Act: access.Harvest, Handler: h.edit},
		{Pattern: "POST /desk/sources/{source}/run", Act: access.Harvest, Handler: h.run},
		{Pattern: "POST /desk/sources/{source}/pause", Act: access.Harvest, Handler: h.pause},
	}
}

type pages struct{ app *runs.App }

// Bounds of what a page shows.
const (
	shownRuns   = 20
	shownFaults = 100
)

// kept says that a page hangs on more than the journal: a run under way.
func kept(w http.ResponseWriter) { edge.Private(w.Header()) }

// list is every source.
type list struct {
	*page.Frame
	All []runs.Source
}

func (h *pages) list(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	all, err := h.app.Sources(r.Context())
	if err != nil {
		return err
	}
	kept(w)
	f.Path, f.Title, f.Description, f.Here, f.Work = "/sources", f.T("harvest.title"), f.T("harvest.lede"), "sources", true
	return page.Write(w, r, f, http.StatusOK, listPage(&list{f, all}))
}

// one is one source.
type one struct {
	*page.Frame
	runs.Source
	Past   []good.Run
	Of     *good.Run // whose faults are shown
	Faults []good.RunFault
	May    bool // the reader may have it read
	Told   string
}

func (h *pages) show(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	s, err := h.app.Show(r.Context(), r.PathValue("source"))
	if err != nil {
		return err
	}
	m := &one{Frame: f, Source: *s}
	if m.Past, err = h.app.Runs(r.Context(), s.Source, 0, shownRuns); err != nil {
		return err
	}
	which := r.URL.Query().Get("run")
	for i, run := range m.Past {
		if run.Faulty > 0 && (which == "" || which == strconv.Itoa(run.N)) {
			m.Of = &m.Past[i]
			if m.Faults, err = h.app.Faults(r.Context(), s.Source, run.N, shownFaults); err != nil {
				return err
			}
			break
		}
	}
	switch r.URL.Query().Get("done") {
	case "set", "run", "paused", "resumed":
		m.Told = f.T("harvest.done." + r.URL.Query().Get("done"))
	}
	_, denied := access.As(f.Reader(), access.Harvest, access.Thing{})
	m.May = denied == nil
	kept(w)
	f.Path, f.Title, f.Here, f.Work = "/sources/"+s.Source, f.Tell("harvest.source.title", "Name", s.About.Name), "sources", true
	return page.Write(w, r, f, http.StatusOK, showPage(m))
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// kindNames are the kinds of source: what each is, and what it is called.
var kindNames = map[string][2]string{
	"publiccode": {"software", "publiccode API"}, "github": {"forge", "GitHub"}, "gitlab": {"forge", "GitLab"}, "forgejo": {"forge", "Forgejo, Gitea"},
	"hugging-face": {"models", "Hugging Face"}, "dcat": {"portal", "DCAT-AP"}, "ckan": {"portal", "CKAN"}, "oai-pmh": {"content", "OAI-PMH"},
	"code-json": {"files", "code.json"}, "codemeta": {"files", "CodeMeta"}, "citation": {"files", "CITATION.cff"},
	"dpga": {"register", "DPGA"}, "table": {"table", "CSV, XLSX"}, "stoa": {"instance", "Stoa"},
}

// kindName is a kind of source in words.
func kindName(f *page.Frame, kind string) string {
	if n, known := kindNames[kind]; known {
		return f.Tell("harvest.form."+n[0], "Name", n[1])
	}
	return kind
}

// said is a sentence of a report with its values.
func said(f *page.Frame, key string, args map[string]string) string {
	e := &good.Error{Key: key, Args: map[string]any{}}
	for k, v := range args {
		e.Args[k] = page.Cut(page.Valid(v), 200)
	}
	return f.Say(e)
}

// number is a count of a run.
type number struct {
	name string
	n    int
}

func numbers(r good.Run) []number {
	return []number{{"new", r.New}, {"changed", r.Changed}, {"unchanged", r.Unchanged}, {"gone", r.Gone}, {"faulty", r.Faulty}, {"waiting", r.Waiting}}
}

// form is the form of a source at the desk.
type form struct {
	*page.Frame
	runs.Source
	On    *page.Form
	Known bool // it is read already
	Kinds []runs.Kind
	All   []runs.Source
}

func (h *pages) desk(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	in := runs.Source{Harvest: good.Harvest{Kind: r.URL.Query().Get("kind"), Hours: 24}}
	return h.write(w, r, f, http.StatusOK, &form{Source: in})
}

func (h *pages) edit(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	s, err := h.app.Show(r.Context(), r.PathValue("source"))
	if err != nil {
		return err
	}
	return h.write(w, r, f, http.StatusOK, &form{Source: *s, Known: true})
}

func (h *pages) write(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, m *form) error {
	m.Frame, m.Kinds = f, runs.Kinds()
	var err error
	if m.All, err = h.app.Sources(r.Context()); err != nil {
		return err
	}
	f.Path, f.Title, f.Here, f.Work = "/desk/sources", f.T("harvest.desk"), "desk", true
	if m.Known {
		f.Path, f.Title = "/desk/sources/"+m.Source.Source, f.Tell("harvest.source.title", "Name", m.About.Name)
	}
	return page.Write(w, r, f, status, formPage(m))
}

// option is the field for something that a kind asks for.
func option(m *form, o runs.Option) page.Field {
	key := "harvest.option." + o.Name
	f := page.Field{Name: "option-" + o.Name, Label: m.T(key), Hint: m.T(key + ".hint"), Value: m.Options[o.Name], Lines: lines(o.Long), Dir: "ltr", Required: o.Required}
	for _, w := range o.Words {
		f.Options = append(f.Options, page.Option{Value: w, Label: m.T(key + "." + w)})
	}
	if len(o.Words) > 0 && f.Value == "" {
		f.Value = o.Words[0]
	}
	return f
}

// options are what the chosen kind asks for.
func (m *form) options() []runs.Option {
	i := slices.IndexFunc(m.Kinds, func(k runs.Kind) bool { return k.Name == m.Source.Kind })
	if i < 0 {
		return nil
	}
	return m.Kinds[i].Options
}

// set takes the form of a source.
func (h *pages) set(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	names := []string{"source", "version", "name", "kind", "address", "url", "issuer", "licence", "priority", "keeper", "hours", "rate", "most", "agreed"}
	for _, k := range runs.Kinds() {
		for _, o := range k.Options {
			names = append(names, "option-"+o.Name)
		}
	}
	v, err := page.Sent(r, names...)
	if err != nil {
		return err
	}
	in, err := read(v)
	if err == nil && in.Version > 0 { // what the form does not say stays
		var have *runs.Source
		if have, err = h.app.Show(r.Context(), in.Harvest.Source); err == nil {
			in.Paused = have.Paused
		}
	}
	if err == nil {
		_, err = h.app.Set(r.Context(), f.Reader(), in)
	}
	if err != nil {
		on := &page.Form{Values: v}
		if !on.Add(f, err) {
			return err
		}
		if _, isOption := in.Options[on.Wrong[0].Field]; isOption {
			on.Wrong[0].Field = "option-" + on.Wrong[0].Field
		}
		return h.write(w, r, f, edge.Status(w.Header(), err), &form{Source: in, On: on, Known: in.Version > 0})
	}
	http.Redirect(w, r, f.Prefix+"/sources/"+page.PathEscape(in.Harvest.Source)+"?done=set", http.StatusSeeOther)
	return nil
}

// read reads the form.
func read(v url.Values) (in runs.Source, err error) {
	get := func(name string) string { return strings.TrimSpace(v.Get(name)) }
	in = runs.Source{Harvest: good.Harvest{Source: get("source"), Kind: get("kind"), Address: get("address"), Keeper: get("keeper"), Agreed: get("agreed") == "yes"},
		About: good.Source{Name: get("name"), URL: get("url"), Issuer: get("issuer"), Licence: get("licence")}}
	in.Options = map[string]string{}
	for name := range v {
		if option, found := strings.CutPrefix(name, "option-"); found && get(name) != "" {
			in.Options[option] = v.Get(name)
		}
	}
	if kind := slices.IndexFunc(runs.Kinds(), func(k runs.Kind) bool { return k.Name == in.Kind }); kind >= 0 {
		for name := range in.Options { // of a kind that was chosen before
			if !slices.ContainsFunc(runs.Kinds()[kind].Options, func(o runs.Option) bool { return o.Name == name }) {
				delete(in.Options, name)
			}
		}
	}
	version := 0
	for name, into := range map[string]*int{"version": &version, "priority": &in.About.Priority, "hours": &in.Hours, "rate": &in.Rate, "most": &in.Most} {
		if s := get(name); s != "" {
			n, bad := strconv.Atoi(s)
			if bad != nil {
				err = &good.Error{Kind: good.Invalid, Key: "harvest.error.value", Field: name, Args: map[string]any{"Field": name, "Value": page.Cut(page.Valid(s), 60)}}
			}
			*into = n
		}
	}
	in.Version = int64(version)
	return in, err
}

// run makes a source due.
func (h *pages) run(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if _, err := page.Sent(r); err != nil {
		return err
	}
	return h.done(w, r, f, "run", h.app.Hurry(r.Context(), f.Reader(), r.PathValue("source")))
}

// pause pauses a source, or resumes it.
func (h *pages) pause(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "pause")
	if err != nil {
		return err
	}
	what := "resumed"
	if v.Get("pause") == "yes" {
		what = "paused"
	}
	return h.done(w, r, f, what, h.app.Pause(r.Context(), f.Reader(), r.PathValue("source"), what == "paused"))
}

func (h *pages) done(w http.ResponseWriter, r *http.Request, f *page.Frame, what string, err error) error {
	if err != nil {
		return err
	}
	http.Redirect(w, r, f.Prefix+"/sources/"+page.PathEscape(r.PathValue("source"))+"?done="+what, http.StatusSeeOther)
	return nil
}

// source is what a row shows.
type source = runs.Source

func kindOptions(m *form) []page.Option {
	var out []page.Option
	for _, k := range m.Kinds {
		out = append(out, page.Option{Value: k.Name, Label: kindName(m.Frame, k.Name)})
	}
	return out
}

func lines(long bool) int {
	if long {
		return 10
	}
	return 0
}

func positive(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}
