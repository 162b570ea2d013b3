package calls

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/calls"
	"stoa/internal/call"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/web/page"
	"stoa/internal/web/page/ask"
)

// desks are the pages on which a partner runs its calls.
func (h *pages) desks() []page.Route {
	run := func(pattern string, handler page.Handler) page.Route {
		return page.Route{Pattern: pattern, Act: access.RunCall, Handler: handler}
	}
	return []page.Route{
		run("GET /desk/calls", h.desk),
		run("POST /desk/calls", h.begin),
		{Pattern: "POST /desk/partners", Act: access.ManagePartners, Handler: h.partner},
		{Pattern: "GET /desk/calls/{call}", Act: access.SeeEntries, Handler: h.run},
		{Pattern: "GET /desk/calls/{call}/tables/{table}", Act: access.SeeEntries, Handler: h.table},
		run("POST /desk/calls/{call}", h.change),
		run("POST /desk/calls/{call}/questions", h.questions),
		run("POST /desk/calls/{call}/stages", h.stages),
		run("POST /desk/calls/{call}/announce", h.announce),
		run("POST /desk/calls/{call}/cancel", h.cancel),
		run("POST /desk/calls/{call}/drop", h.drop),
		run("POST /desk/calls/{call}/jurors", h.addJuror),
		run("POST /desk/calls/{call}/jurors/drop", h.dropJuror),
		run("POST /desk/calls/{call}/assign", h.assign),
		run("POST /desk/calls/{call}/decide", h.decide),
		run("POST /desk/calls/{call}/publish", h.publish),
	}
}

// home is the page of all one's calls.
type home struct {
	*page.Frame
	calls.Running
	All   []call.Partner // for who says who is a partner
	Which string
	Form  page.Form
}

// desk answers GET /desk/calls.
func (h *pages) desk(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.showHome(w, r, f, http.StatusOK, "", page.Form{})
}

func (h *pages) showHome(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, which string, on page.Form) error {
	m := &home{Frame: f, Which: which, Form: on}
	var err error
	if m.Running, err = h.Calls.Running(r.Context(), f.Reader()); err != nil {
		return err
	}
	if _, denied := access.As(f.Reader(), access.ManagePartners, access.Thing{}); denied == nil {
		if m.All, err = h.Calls.Partners(r.Context()); err != nil {
			return err
		}
		if m.All == nil {
			m.All = []call.Partner{}
		}
	}
	f.Work, f.Title, f.Path = true, f.T("calls.desk"), "/desk/calls"
	return page.Write(w, r, f, status, homePage(m))
}

// field fills a field of the form that was sent; the others stay as they are.
func (m *home) field(which string, d page.Field) page.Field {
	if m.Which != which {
		return d
	}
	return m.Form.Field(d)
}

func (h *pages) begun(w http.ResponseWriter, r *http.Request, f *page.Frame, which string, v url.Values, to string, err error) error {
	if err == nil {
		http.Redirect(w, r, f.Prefix+to, http.StatusSeeOther)
		return nil
	}
	on := page.Form{Values: v}
	if !on.Add(f, err) {
		return err
	}
	return h.showHome(w, r, f, edge.Status(w.Header(), err), which, on)
}

// begin answers POST /desk/calls.
func (h *pages) begin(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "partner", "title")
	if err != nil {
		return err
	}
	c, err := h.Calls.Begin(r.Context(), f.Reader(), v.Get("partner"), call.Call{Lang: f.Code, Title: good.Text{f.Code: v.Get("title")}})
	return h.begun(w, r, f, "begin", v, "/desk/calls/"+page.PathEscape(c0(c).Slug), err)
}

// c0 is a call, the zero one for none.
func c0(c *call.Call) call.Call {
	if c == nil {
		return call.Call{}
	}
	return *c
}

// partner answers POST /desk/partners.
func (h *pages) partner(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "organisation", "reason", "end")
	if err != nil {
		return err
	}
	_, _, err = h.Calls.MakePartner(r.Context(), f.Reader(), strings.TrimSpace(v.Get("organisation")), v.Get("end") == "", v.Get("reason"))
	return h.begun(w, r, f, "partner", v, "/desk/calls", err)
}

// running is the page of one call at the desk.
type running struct {
	*page.Frame
	Of    *calls.Whole
	Which string // the form that was sent
	Form  page.Form
	Lacks *good.Error // what keeps a draft from being announced
	lib   *standard.Library
}

// run answers GET /desk/calls/{call}.
func (h *pages) run(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.showRun(w, r, f, http.StatusOK, "", page.Form{})
}

func (h *pages) showRun(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, which string, on page.Form) error {
	c, err := h.Calls.Whole(r.Context(), f.Reader(), r.PathValue("call"))
	if err != nil {
		return err
	}
	m := &running{Frame: f, Of: c, Which: which, Form: on, lib: h.Standards}
	m.Lacks, _ = c.Ready(h.Now()).(*good.Error)
	f.Work, f.Title, f.Path = true, said(f, c.Title), "/desk/calls/"+c.Slug
	return page.Write(w, r, f, status, runPage(m))
}

// field fills a field of the form that was sent; the others stay as they are.
func (m *running) field(which string, d page.Field) page.Field {
	if m.Which != which {
		return d
	}
	return m.Form.Field(d)
}

// does runs a verb with what a form on the page of a call holds.
func (h *pages) does(w http.ResponseWriter, r *http.Request, f *page.Frame, which string, do func(ctx context.Context, key string, v url.Values) (to string, err error), names ...string) error {
	v, err := page.Sent(r, names...)
	if err != nil {
		return err
	}
	key := r.PathValue("call")
	to, err := do(r.Context(), key, v)
	if err != nil {
		on := page.Form{Values: v}
		if !on.Add(f, err) {
			return err
		}
		return h.showRun(w, r, f, edge.Status(w.Header(), err), which, on)
	}
	if !strings.HasPrefix(to, "/") {
		to = "/desk/calls/" + page.PathEscape(key) + "#" + to
	}
	http.Redirect(w, r, f.Prefix+to, http.StatusSeeOther)
	return nil
}

// changed changes a call as it stands, from the version the form was made of.
func (h *pages) changed(ctx context.Context, f *page.Frame, key string, v url.Values, change func(*call.Call)) error {
	c, err := h.Calls.Whole(ctx, f.Reader(), key)
	if err != nil {
		return err
	}
	change(&c.Call)
	_, _, err = h.Calls.Change(ctx, f.Reader(), key, ask.Number(v.Get("version")), c.Call)
	return err
}

// change answers POST /desk/calls/{call}.
func (h *pages) change(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.does(w, r, f, "words", func(ctx context.Context, key string, v url.Values) (string, error) {
		return "words", h.changed(ctx, f, key, v, func(c *call.Call) {
			c.Title[f.Code], c.Themes = v.Get("title"), strings.Split(v.Get("themes"), "\n")
			if c.Text == nil {
				c.Text = good.Text{}
			}
			c.Text[f.Code], c.Closes = v.Get("text"), v.Get("closes")
			if !v.Has("whole") { // announced: the rest stays
				return
			}
			c.Zone, c.Opens = strings.TrimSpace(v.Get("zone")), v.Get("opens")
			c.Kinds, c.SDGs, c.Countries = nil, nil, ask.Named(f, standard.Countries, v.Get("countries"))
			for _, k := range v["kinds"] {
				c.Kinds = append(c.Kinds, good.Kind(k))
			}
			for _, s := range v["sdgs"] {
				n, _ := strconv.Atoi(s)
				c.SDGs = append(c.SDGs, n)
			}
			if was := c.Standard; was == v.Get("standard") {
				c.Asks = v["asks"]
			} else {
				c.Standard, c.Asks = v.Get("standard"), nil
			}
		})
	}, "version", "whole", "title", "text", "themes", "zone", "opens", "closes", "kinds*", "sdgs*", "countries", "standard", "asks*")
}

// questions answers POST /desk/calls/{call}/questions: one more, or one less.
func (h *pages) questions(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.does(w, r, f, "questions", func(ctx context.Context, key string, v url.Values) (string, error) {
		return "questions", h.changed(ctx, f, key, v, func(c *call.Call) {
			if id := v.Get("drop"); id != "" {
				c.Questions = slices.DeleteFunc(c.Questions, func(q call.Question) bool { return q.ID == id })
				return
			}
			q := call.Question{Type: v.Get("type"), Label: v.Get("label"), Help: v.Get("help"), Required: v.Get("required") != ""}
			if q.Type == "choice" || q.Type == "choices" {
				q.Options = strings.Split(strings.TrimSpace(v.Get("options")), "\n")
			}
			q.ID, _ = good.FreeSlug(func(id string) (bool, error) { // of a list in memory: no error
				return slices.ContainsFunc(c.Questions, func(o call.Question) bool { return o.ID == id }), nil
			}, page.Cut(q.Label, 40))
			c.Questions = append(c.Questions, q)
		})
	}, "version", "drop", "type", "label", "help", "options", "required")
}

// stages answers POST /desk/calls/{call}/stages: one more, or one less.
func (h *pages) stages(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.does(w, r, f, "stages", func(ctx context.Context, key string, v url.Values) (string, error) {
		return "stages", h.changed(ctx, f, key, v, func(c *call.Call) {
			if n, err := strconv.Atoi(v.Get("drop")); err == nil && n >= 0 && n < len(c.Stages) {
				c.Stages = slices.Delete(c.Stages, n, n+1)
				return
			}
			s := call.Stage{Name: v.Get("stage")}
			s.Jurors, _ = strconv.Atoi(v.Get("jurors"))
			s.Places, _ = strconv.Atoi(v.Get("places"))
			s.Sheet = criteria(v.Get("sheet"))
			c.Stages = append(c.Stages, s)
		})
	}, "version", "drop", "stage", "jurors", "places", "sheet")
}

// criteria reads one criterion a line: what is judged, the most points, and its
// weight where it has one.
func criteria(text string) []call.Criterion {
	var out []call.Criterion
	for line := range strings.Lines(text) {
		parts := strings.FieldsFunc(strings.TrimSpace(line), func(r rune) bool { return r == ';' || r == '؛' || r == '；' || r == '|' })
		if len(parts) == 0 {
			continue
		}
		k := call.Criterion{Label: strings.TrimSpace(parts[0]), Most: 5, Weight: 1}
		if len(parts) > 1 {
			k.Most = int(ask.Number(strings.TrimSpace(parts[1])))
		}
		if len(parts) > 2 {
			k.Weight = int(ask.Number(strings.TrimSpace(parts[2])))
		}
		out = append(out, k)
	}
	return out
}

func (h *pages) announce(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.does(w, r, f, "announce", func(ctx context.Context, key string, v url.Values) (string, error) {
		_, _, err := h.Calls.Announce(ctx, f.Reader(), key, ask.Number(v.Get("version")))
		return "state", err
	}, "version")
}

func (h *pages) cancel(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.does(w, r, f, "cancel", func(ctx context.Context, key string, v url.Values) (string, error) {
		_, _, err := h.Calls.Cancel(ctx, f.Reader(), key, v.Get("reason"))
		return "state", err
	}, "reason")
}

func (h *pages) drop(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.does(w, r, f, "drop", func(ctx context.Context, key string, _ url.Values) (string, error) {
		return "/desk/calls", h.Calls.Drop(ctx, f.Reader(), key)
	})
}

func (h *pages) addJuror(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.does(w, r, f, "jurors", func(ctx context.Context, key string, v url.Values) (string, error) {
		_, err := h.Calls.AddJuror(ctx, f.Reader(), key, v.Get("person"))
		return "jury", err
	}, "person")
}

func (h *pages) dropJuror(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.does(w, r, f, "jurors", func(ctx context.Context, key string, v url.Values) (string, error) {
		_, err := h.Calls.DropJuror(ctx, f.Reader(), key, v.Get("juror"))
		return "jury", err
	}, "juror")
}

func (h *pages) assign(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.does(w, r, f, "jurors", func(ctx context.Context, key string, _ url.Values) (string, error) {
		given, err := h.Calls.Assign(ctx, f.Reader(), key)
		if err == nil && len(given.Short) > 0 { // what could be given is given
			err = &good.Error{Kind: good.Conflict, Key: "calls.error.short", Args: map[string]any{"Count": len(given.Short)}}
		}
		return "jury", err
	})
}

// decide answers POST /desk/calls/{call}/decide.
func (h *pages) decide(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	names := []string{"version"}
	_ = r.ParseForm() // Sent says what is wrong with it
	for name := range r.PostForm {
		for _, part := range []string{"v.", "reason-"} {
			if id, ok := strings.CutPrefix(name, part); ok && good.ID(id).Valid() {
				names = append(names, name)
			}
		}
	}
	return h.does(w, r, f, "decide", func(ctx context.Context, key string, v url.Values) (string, error) {
		var verdicts []call.Verdict
		for name := range v {
			if id, ok := strings.CutPrefix(name, "v."); ok && v.Get(name) != "" {
				verdicts = append(verdicts, call.Verdict{Entry: good.ID(id), Passes: v.Get(name) == "yes", Reason: v.Get("reason-" + id)})
			}
		}
		slices.SortFunc(verdicts, func(a, b call.Verdict) int { return strings.Compare(string(a.Entry), string(b.Entry)) })
		_, _, err := h.Calls.Decide(ctx, f.Reader(), key, ask.Number(v.Get("version")), verdicts)
		return "state", err
	}, names...)
}

func (h *pages) publish(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.does(w, r, f, "publish", func(ctx context.Context, key string, v url.Values) (string, error) {
		c, _, err := h.Calls.Publish(ctx, f.Reader(), key, v.Get("words"))
		return "/calls/" + page.PathEscape(c0(c).Slug) + "#results", err
	}, "words")
}

// table answers GET /desk/calls/{call}/tables/{table}.
func (h *pages) table(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	if r.PathValue("table") != "entries.csv" {
		return &good.Error{Kind: good.NotFound, Key: "assess.error.unknown"}
	}
	c, err := h.Calls.Whole(r.Context(), f.Reader(), r.PathValue("call"))
	if err != nil {
		return err
	}
	return page.WriteTable(w, "entries", h.Now(), func(row func(...string)) error {
		head := []string{"id", "name", "link", "kinds", "sdgs", "country", "sent", "state", "stage", "score", "raw", "spread", "rank", "reason", "application"}
		for _, q := range c.Set.Questions() {
			head = append(head, q.ID)
		}
		row(head...)
		for _, e := range c.Entries {
			s := c.Standing(e.ID)
			stage := ""
			if e.Stage < len(c.Stages) {
				stage = c.Stages[e.Stage].Name
			}
			line := []string{string(e.ID), e.Name, e.Link, kinds(e.Kinds), numbers(e.SDGs), e.Country, e.Sent.Format(time.RFC3339), string(e.State), stage, float(s.Score), float(s.Raw), float(s.Spread), strconv.Itoa(s.Rank), e.Reason, string(e.Application)}
			for _, q := range c.Set.Questions() {
				line = append(line, string(e.Answers[q.ID]))
			}
			row(line...)
		}
		return nil
	})
}

func float(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }
