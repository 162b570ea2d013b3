package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/nominations"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/nominate"
	"stoa/internal/web/page"
)

// nominated are the pages of nominations that wait for a person.
func (h *pages) nominated() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/nominations", Act: access.SortNominations, Handler: h.nominations},
		{Pattern: "POST /desk/nominations", Act: access.SortNominations, Handler: h.sortAll},
		{Pattern: "GET /desk/nominations/{nomination}", Act: access.SortNominations, Handler: h.nomination},
		{Pattern: "POST /desk/nominations/{nomination}", Act: access.SortNominations, Handler: h.sort},
	}
}

// sift is a way to look through the queue, as an address has it.
type sift struct {
	name string
	nominations.Sift
}

var sifts = []sift{{"", nominations.All}, {"honest", nominations.Honest}, {"spam", nominations.Spam}}

// proposals is the page of the nominations that wait.
type proposals struct {
	*page.Frame
	Now    time.Time
	Items  []nominations.Item
	Counts nominations.Counts
	Sift   string
	After  good.ID // behind whom the list begins
	More   bool
	On     *page.Form
	Told   string
}

// at is the address of the list from another place on.
func (m *proposals) at(sift string, after good.ID) string {
	q := url.Values{}
	for name, v := range map[string]string{"sift": sift, "after": string(after)} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if len(q) == 0 {
		return "/desk/nominations"
	}
	return "/desk/nominations?" + q.Encode()
}

// count is how many there are of a sort.
func (m *proposals) count(sift string) int {
	return map[string]int{"": m.Counts.All, "honest": m.Counts.Honest, "spam": m.Counts.Spam}[sift]
}

func (h *pages) nominations(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	q := r.URL.Query()
	m := &proposals{Frame: f, Sift: q.Get("sift"), After: good.ID(q.Get("after"))}
	if n, err := strconv.Atoi(q.Get("n")); err == nil && n >= 0 && n <= perPage && q.Get("done") != "" {
		m.Told = f.N("office.sorted", n)
	}
	return h.writeNominations(w, r, http.StatusOK, m)
}

func (h *pages) writeNominations(w http.ResponseWriter, r *http.Request, status int, m *proposals) error {
	i := slices.IndexFunc(sifts, func(s sift) bool { return s.name == m.Sift })
	if i < 0 {
		i, m.Sift = 0, ""
	}
	var err error
	if m.Items, m.Counts, err = h.Nominations.Sifted(r.Context(), m.Reader(), sifts[i].Sift, m.After, perPage+1); err != nil {
		return err
	}
	if m.More = len(m.Items) > perPage; m.More {
		m.Items = m.Items[:perPage]
	}
	m.Now, m.Title, m.Work, m.Here, m.Path = h.app.Now(), m.T("office.nominations"), true, "desk", "/desk/nominations"
	_, m.Query, _ = strings.Cut(m.at(m.Sift, m.After), "?")
	return page.Write(w, r, m.Frame, status, nominationsPage(m))
}

// sorting is what a form decides.
func sorting(v url.Values) nominations.Sorting {
	s := nominations.Sorting{Reason: strings.TrimSpace(v.Get("reason")), Kind: good.Kind(v.Get("kind")), Licence: strings.TrimSpace(v.Get("licence"))}
	s.SDG, _ = strconv.Atoi(v.Get("sdg")) // none is chosen from the list where it is no number
	switch v.Get("decision") {
	case "publish":
		s.Publish = true
	case "into":
		s.Into = strings.TrimSpace(v.Get("into"))
	case "refuse":
		s.Drop = true
	case "spam":
		s.Drop, s.Spam = true, true
	}
	return s
}

// sortAll decides the same about those that were chosen.
func (h *pages) sortAll(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "nomination*", "decision", "reason", "sift", "after")
	if err != nil {
		return err
	}
	var ids []good.ID
	for _, id := range v["nomination"] {
		if len(ids) < perPage {
			ids = append(ids, good.ID(id))
		}
	}
	m := &proposals{Frame: f, Sift: v.Get("sift"), After: good.ID(v.Get("after")), On: &page.Form{Values: v}}
	done, left, err := h.Nominations.SortAll(r.Context(), f.Reader(), ids, sorting(v))
	for _, l := range left {
		one := &page.Form{}
		if !one.Add(f, l.Err) {
			one.Wrong = []page.Problem{{Text: f.T("office.gone")}}
		}
		m.On.Wrong = append(m.On.Wrong, page.Problem{Text: f.Tell("office.left", "Name", page.Cut(page.Valid(l.Name), 100), "Why", one.Wrong[0].Text)})
	}
	switch {
	case err != nil && m.On.Add(f, err):
		if last := &m.On.Wrong[len(m.On.Wrong)-1]; last.Field == "sorting" {
			last.Field = "decision"
		}
	case err != nil:
		return err
	case len(left) == 0:
		to := m.at(m.Sift, m.After)
		mark := "?"
		if strings.Contains(to, "?") {
			mark = "&"
		}
		http.Redirect(w, r, f.Prefix+to+mark+"done=1&n="+strconv.Itoa(done), http.StatusSeeOther)
		return nil
	}
	if done > 0 {
		m.Told = f.N("office.sorted", done)
	}
	return h.writeNominations(w, r, http.StatusUnprocessableEntity, m)
}

// nomination is the page of one nomination.
type nomination struct {
	*page.Frame
	nominations.Item
	Like []good.Card // the goods it may be about
	On   *page.Form
}

func (h *pages) nomination(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.writeNomination(w, r, http.StatusOK, &nomination{Frame: f})
}

func (h *pages) writeNomination(w http.ResponseWriter, r *http.Request, status int, m *nomination) error {
	id := good.ID(r.PathValue("nomination"))
	var err error
	if m.Item, m.Like, err = h.Nominations.Waiting(r.Context(), m.Reader(), id); err != nil {
		return err
	}
	m.Path, m.Title, m.Work, m.Here = "/desk/nominations/"+string(id), m.Item.Name, true, "desk"
	return page.Write(w, r, m.Frame, status, nominationPage(m))
}

// sort decides about one.
func (h *pages) sort(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, "decision", "into", "kind", "licence", "sdg", "reason")
	if err != nil {
		return err
	}
	_, _, err = h.Nominations.Sort(r.Context(), f.Reader(), good.ID(r.PathValue("nomination")), sorting(v))
	if err == nil {
		http.Redirect(w, r, f.Prefix+"/desk/nominations?done=1&n=1", http.StatusSeeOther)
		return nil
	}
	m := &nomination{Frame: f, On: &page.Form{Values: v}}
	if good.KindOf(err) == good.NotFound && v.Get("decision") == "into" {
		err = &good.Error{Kind: good.Invalid, Key: "assess.error.duplicate_of", Field: "into"}
	}
	if good.KindOf(err) == good.Conflict || !m.On.Add(f, err) {
		return err
	}
	if m.On.Wrong[0].Field == "sorting" {
		m.On.Wrong[0].Field = "decision"
	}
	return h.writeNomination(w, r, edge.Status(w.Header(), err), m)
}

// ticked says whether a nomination was chosen in the form that was sent.
func (m *proposals) ticked(id good.ID) bool {
	return m.On != nil && slices.Contains(m.On.Values["nomination"], string(id))
}

// decisions are what can become of a nomination; into another good only where
// one is looked at alone.
func decisions(f *page.Frame, alone bool) []page.Option {
	var out []page.Option
	for _, d := range []string{"publish", "into", "refuse", "spam"} {
		if d != "into" || alone {
			out = append(out, page.Option{Value: d, Label: f.T("office.decision." + d)})
		}
	}
	return out
}

// doubt is a doubt in words.
func doubt(f *page.Frame, d nominate.Doubt) string { return f.T("nominate.doubt." + d.Code()) }

// into is what a nomination may be about, as far as its doubts say.
func (m *nomination) into() string {
	for _, d := range m.Doubts {
		if d.Code() == string(nominate.MayBe) {
			return d.Value()
		}
	}
	return ""
}

// sdgs are the goals to choose from.
func sdgs(f *page.Frame) []page.Option {
	var out []page.Option
	for n := 1; n <= 17; n++ {
		out = append(out, page.Option{Value: itoa(n), Label: f.Digits(n) + " · " + f.Goal(n)})
	}
	return out
}

// sinceOf is since when a nomination waits.
func sinceOf(i nominations.Item) time.Time {
	t, err := time.Parse(time.RFC3339, i.Since)
	if err != nil {
		return time.Time{}
	}
	return t
}
