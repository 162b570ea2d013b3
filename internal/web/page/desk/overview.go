package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// overview are the pages of those who look after the whole.
func (h *pages) overview() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/pipeline", Act: access.SeePipeline, Handler: h.pipeline},
		{Pattern: "GET /desk/late", Act: access.SeePipeline, Handler: h.late},
		{Pattern: "GET /desk/stuck", Act: access.SeePipeline, Handler: h.stuck},
		{Pattern: "POST /desk/remind", Act: access.Remind, Handler: h.remind},
		{Pattern: "GET /desk/reviewers", Act: access.SeePipeline, Handler: h.reviewers},
		{Pattern: "GET /desk/reviewers/{person}", Act: access.Assign, Handler: h.oneReviewer},
		{Pattern: "POST /desk/reviewers/{person}/absence", Act: access.Assign, Handler: h.absence},
		{Pattern: "POST /desk/reviewers/{person}/reassign", Act: access.Assign, Handler: h.reassign},
		{Pattern: "GET /desk/profile", Act: access.ClaimReview, Handler: h.profile},
		{Pattern: "POST /desk/profile", Act: access.ClaimReview, Handler: h.setProfile},
		{Pattern: "GET /desk/announcements", Act: access.Announce, Handler: h.announcements},
		{Pattern: "POST /desk/announcements", Act: access.Announce, Handler: h.announce},
		{Pattern: "GET /desk/settings", Act: access.SeePipeline, Handler: h.settings},
		{Pattern: "POST /desk/settings", Act: access.ManageSettings, Handler: h.set},
		{Pattern: "GET /desk/tables/{table}", Act: access.Export, Handler: h.table},
	}
}

// told is what a page says that a form led back to.
func told(r *http.Request, f *page.Frame) string {
	q := r.URL.Query()
	n, err := strconv.Atoi(q.Get("n"))
	switch {
	case q.Get("done") == "":
		return ""
	case err != nil || n < 0 || n > 1_000_000:
		return f.T("desk.saved")
	case q.Get("done") == "reminded":
		return f.N("desk.reminded", n)
	}
	return f.N("desk.reassigned", n)
}

// cell is one field of the board.
type cell struct {
	Count, Late int
	Oldest      time.Time
	Median, P90 int // hours that such took
}

// board is the pipeline: how many applications of each kind are in each state.
type board struct {
	*page.Frame
	Now   time.Time
	Cells map[assess.State]map[assess.Kind]cell
	Told  string
}

// pipeline answers /desk/pipeline.
func (h *pages) pipeline(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	m := &board{Frame: f, Now: h.app.Now(), Cells: map[assess.State]map[assess.Kind]cell{}}
	figures, err := h.app.Statistics(r.Context())
	if err != nil {
		return err
	}
	at := func(s assess.State, k assess.Kind, change func(*cell)) {
		if m.Cells[s] == nil {
			m.Cells[s] = map[assess.Kind]cell{}
		}
		c := m.Cells[s][k]
		change(&c)
		m.Cells[s][k] = c
	}
	for _, s := range figures.States {
		at(s.State, s.Kind, func(c *cell) { c.Count, c.Late, c.Oldest = s.Count, s.Late, s.Oldest })
	}
	for _, t := range figures.Whole {
		at(t.State, t.Kind, func(c *cell) { c.Median, c.P90 = t.Median, t.Ninety })
	}
	f.Title, f.Work, f.Here = f.T("desk.pipeline"), true, "desk"
	return page.Write(w, r, f, http.StatusOK, boardPage(m))
}

// shown are the states of the board, in order.
func shown() []assess.State {
	return slices.DeleteFunc(slices.Clone(assess.States), func(s assess.State) bool { return s == assess.Draft })
}

// listed is a page with one list.
type listed struct {
	*page.Frame
	Lede, None string
	Now        time.Time
	Me         good.ID
	List       table
	Name       string // of the table as a file
	Told       string
}

func from(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("from"))
	if err != nil || n < 0 || n > 1_000_000 {
		return 0
	}
	return n
}

func (h *pages) late(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	list, err := h.app.Late(r.Context(), f.Reader(), perPage, from(r))
	if err != nil {
		return err
	}
	f.Title = f.T("desk.late.title")
	return h.list(w, r, f, &listed{Lede: f.T("desk.late.lede"), None: f.T("desk.late.none"), Name: "late", List: table{List: list, Path: "/desk/late", Late: true}})
}

func (h *pages) stuck(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	settings, err := h.app.Settings(r.Context())
	if err != nil {
		return err
	}
	list, err := h.app.Stuck(r.Context(), f.Reader(), perPage, from(r))
	if err != nil {
		return err
	}
	f.Title = f.T("desk.stuck")
	return h.list(w, r, f, &listed{Lede: f.N("desk.stuck.lede", settings.Settings.Stuck), None: f.T("desk.stuck.none"), Name: "stuck", List: table{List: list, Path: "/desk/stuck", Oldest: true}})
}

func (h *pages) list(w http.ResponseWriter, r *http.Request, f *page.Frame, m *listed) error {
	m.Frame, m.Now, m.Me, m.Told = f, h.app.Now(), f.Reader().Person, told(r, f)
	m.List.From, m.List.Plain, m.List.Bulk = from(r), true, may(f.Reader(), access.Remind)
	f.Work, f.Here, f.Query = true, "desk", m.List.query(m.List.From).Encode()
	return page.Write(w, r, f, http.StatusOK, listPage(m))
}

// remind reminds those who should act on the applications that were chosen.
func (h *pages) remind(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "application*", "back")
	if err != nil {
		return err
	}
	n, err := h.app.RemindAll(r.Context(), f.Reader(), ticked(v["application"]))
	if err != nil {
		return err
	}
	back := "/desk/late"
	if v.Get("back") == "/desk/stuck" {
		back = "/desk/stuck"
	}
	http.Redirect(w, r, f.Prefix+back+"?"+url.Values{"done": {"reminded"}, "n": {strconv.Itoa(n)}}.Encode(), http.StatusSeeOther)
	return nil
}

// reviewers answers /desk/reviewers.
func (h *pages) reviewers(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	list, err := h.app.Reviewers(r.Context(), f.Reader())
	if err != nil {
		return err
	}
	slices.SortStableFunc(list, func(x, y assess.Reviewer) int { return y.Open - x.Open })
	f.Title, f.Work, f.Here = f.T("desk.reviewers"), true, "desk"
	return page.Write(w, r, f, http.StatusOK, reviewersPage(f, list, h.app.Now()))
}

// unfinished are the reviews that somebody has yet to finish.
func unfinished(person good.ID) assessment.Filter {
	return assessment.Filter{States: []assess.State{assess.Queued, assess.Review}, Person: person, Part: assessment.PartReviewer, Undone: true, Deadline: true}
}

// reviewer is the page of one reviewer.
type reviewer struct {
	listed
	Profile assessment.Profile
	Called  string
	On      *page.Form
}

func (h *pages) oneReviewer(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.writeReviewer(w, r, f, http.StatusOK, nil)
}

func (h *pages) writeReviewer(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, on *page.Form) error {
	id := good.ID(r.PathValue("person"))
	filter := unfinished(id)
	filter.Limit = 10 * perPage
	list, err := h.app.Queue(r.Context(), f.Reader(), filter)
	if err != nil {
		return err
	}
	all, err := h.app.Reviewers(r.Context(), f.Reader())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(x assess.Reviewer) bool { return x.Person == id })
	if i < 0 {
		return &good.Error{Kind: good.NotFound, Key: "assess.error.person"}
	}
	m := &reviewer{listed: listed{Frame: f, Now: h.app.Now(), Me: f.Reader().Person, List: table{List: list}, Told: told(r, f)}, Called: called(f, all[i]), On: on}
	if m.Profile, err = h.app.ProfileOf(r.Context(), f.Reader(), id); err != nil {
		return err
	}
	f.Path, f.Title, f.Work, f.Here = "/desk/reviewers/"+page.PathEscape(string(id)), m.Called, true, "desk"
	return page.Write(w, r, f, status, reviewerPage(m))
}

// absence notes until when somebody is away: their unfinished reviews are free
// again where that is long.
func (h *pages) absence(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "version", "away")
	if err != nil {
		return err
	}
	p, err := h.app.ProfileOf(r.Context(), f.Reader(), good.ID(r.PathValue("person")))
	if err != nil {
		return err
	}
	p.Version = number(v.Get("version"))
	on := &page.Form{Values: v}
	if err = day(v.Get("away"), &p.Away); err == nil {
		err = h.app.SetProfile(r.Context(), f.Reader(), p)
	}
	if err != nil {
		if !on.Add(f, err) {
			return err
		}
		return h.writeReviewer(w, r, f, http.StatusUnprocessableEntity, on)
	}
	http.Redirect(w, r, f.Prefix+"/desk/reviewers/"+page.PathEscape(string(p.Person))+"?done=1", http.StatusSeeOther)
	return nil
}

// day reads the day until which somebody is away; "" is no absence.
func day(s string, into *time.Time) error {
	*into = time.Time{}
	if s == "" {
		return nil
	}
	if *into = assess.Midnight(good.Date(s)); into.IsZero() {
		return &good.Error{Kind: good.Invalid, Key: "assess.error.day", Field: "away"}
	}
	return nil
}

// reassign gives the reviews that were chosen to others: to whoever suits best,
// or back into the queue where nobody is free.
func (h *pages) reassign(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "application*")
	if err != nil {
		return err
	}
	person := good.ID(r.PathValue("person"))
	n, err := h.app.Reassign(r.Context(), f.Reader(), person, ticked(v["application"]))
	if err != nil {
		return err
	}
	http.Redirect(w, r, f.Prefix+"/desk/reviewers/"+page.PathEscape(string(person))+"?"+url.Values{"done": {"reassigned"}, "n": {strconv.Itoa(n)}}.Encode(), http.StatusSeeOther)
	return nil
}

// ticked are the applications that were ticked in a list.
func ticked(sent []string) []good.ID {
	var ids []good.ID
	for _, id := range sent[:min(len(sent), 10*perPage)] {
		ids = append(ids, good.ID(id))
	}
	return ids
}
