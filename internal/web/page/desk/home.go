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

// perPage is how many applications a list shows at a time.
const perPage = 50

// home is what waits for the reader.
type home struct {
	*page.Frame
	Now   time.Time
	Me    good.ID
	Mine  assessment.List // reviews they have yet to finish
	Asked assessment.List // about which they were asked as an expert
	Queue table
	Words string // of the secretariat, to all who come here
	Told  string
}

// table is one page of a list of applications, with how it was narrowed.
type table struct {
	assessment.List
	State  assess.State // "" for all that are under way
	Kind   assess.Kind
	Late   bool
	Oldest bool // the oldest first, not the most pressing
	From   int
	Path   string // where the list is
	Claims bool   // the reader may take reviews
	Plain  bool   // a list that is not narrowed
	Bulk   bool   // the reader may remind those who should act
}

// home answers /desk.
func (h *pages) home(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	who := f.Reader()
	m := &home{Frame: f, Now: h.app.Now(), Me: who.Person}
	var err error
	if who.Has(access.Reviewer) {
		filter := unfinished(who.Person)
		if m.Mine, err = h.app.Queue(r.Context(), who, filter); err != nil {
			return err
		}
	}
	if m.Asked, err = h.app.Queue(r.Context(), who, assessment.Filter{Person: who.Person, Part: assessment.PartExpert, Undone: true, Deadline: true}); err != nil {
		return err
	}
	if looks(who) {
		if m.Queue, err = h.queue(r, who); err != nil {
			return err
		}
	}
	settings, err := h.app.Settings(r.Context())
	if err != nil {
		return err
	}
	m.Words = say(f, settings.Settings.Texts[welcome])
	if r.URL.Query().Get("done") != "" {
		m.Told = f.T("desk.done")
	}
	f.Title, f.Work, f.Here, f.Query = f.T("desk.title"), true, "desk", m.Queue.query(m.Queue.From).Encode()
	return page.Write(w, r, f, http.StatusOK, homePage(m))
}

// looks says whether somebody looks through the queue, and is not only asked.
func looks(who access.Who) bool {
	return slices.ContainsFunc([]string{access.Community, access.Reviewer, access.Coordinator, access.Secretariat, access.Administrator, access.Advisor}, who.Has)
}

// queue reads the list that an address asks for. What it does not know is left
// out: an address of yesterday still answers.
func (h *pages) queue(r *http.Request, who access.Who) (table, error) {
	q := r.URL.Query()
	t := table{Path: "/desk", Kind: assess.Kind(q.Get("kind")), State: assess.State(q.Get("state")), Late: q.Get("late") != "", Oldest: q.Get("order") == "age",
		Claims: who.Has(access.Reviewer), Bulk: may(who, access.Remind)}
	if !slices.Contains(assess.Kinds, t.Kind) {
		t.Kind = ""
	}
	if !slices.Contains(assess.States, t.State) || t.State == assess.Draft {
		t.State = ""
	}
	if _, chosen := q["state"]; !chosen && !may(who, access.SeePipeline) {
		t.State = assess.Queued // what a reviewer can take
	}
	if n, err := strconv.Atoi(q.Get("from")); err == nil && n > 0 && n < 1_000_000 {
		t.From = n
	}
	var err error
	t.List, err = h.app.Queue(r.Context(), who, t.filter(h.app.Now()))
	return t, err
}

func (t table) filter(now time.Time) assessment.Filter {
	f := assessment.Filter{Kind: t.Kind, Deadline: !t.Oldest, Offset: t.From, Limit: perPage}
	if t.State != "" {
		f.States = []assess.State{t.State}
	}
	if t.Late {
		f.LateAt = now
	}
	return f
}

// query is the address of the same list from another place on.
func (t table) query(from int) url.Values {
	q := url.Values{}
	if t.Plain {
		if from > 0 {
			q.Set("from", strconv.Itoa(from))
		}
		return q
	}
	if t.Path != "" {
		q.Set("state", string(t.State))
	}
	for name, value := range map[string]string{"kind": string(t.Kind), "late": yes(t.Late), "order": order(t.Oldest), "from": itoa(from)} {
		if value != "" && value != "0" {
			q.Set(name, value)
		}
	}
	return q
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func order(oldest bool) string {
	if oldest {
		return "age"
	}
	return ""
}

func may(who access.Who, act access.Act) bool {
	_, err := access.As(who, act, access.Thing{})
	return err == nil
}

// free is how many seats of an application nobody has.
func free(i assessment.Item) int { return assess.Quorum - len(i.People[assessment.PartReviewer]) }

// has says whether a person has a part in an application.
func has(i assessment.Item, part string, person good.ID) bool {
	return slices.Contains(i.People[part], person)
}

// names are those of the people who have a part in an application, as each is
// called.
func (t table) names(i assessment.Item, part string, called func(assessment.Person) string) []string {
	var out []string
	for _, id := range i.People[part] {
		if p, ok := t.People[id]; ok {
			out = append(out, called(p))
		}
	}
	return out
}

// isolated keeps names apart from the words around them, whatever their script.
func isolated(f *page.Frame, names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = f.Apart(n)
	}
	return out
}
