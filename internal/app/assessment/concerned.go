package assessment

import (
	"context"
	"slices"
	"strconv"
	"time"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
)

// Telling lists the verbs of which somebody should hear.
var Telling = []good.Verb{good.ApplicationSubmitted, good.ChallengeFiled, good.ApplicationScreened, good.ApplicationAssigned, good.ApplicationVacated, good.ApplicationReviewed,
	good.ApplicationConsolidated, good.ClarificationAsked, good.ClarificationAnswered, good.ExtensionAsked, good.ClarificationExtended, good.ExpertAsked, good.ExpertAnswered,
	good.ApplicationDecided, good.ApplicationAppealed, good.ApplicationPublished, good.ApplicationWithdrawn, good.ApplicationClosed, good.ApplicationReminded, good.AnswerSuggested,
	good.RenewalReminded, good.RenewalOpened, good.RecognitionLapsed, good.AnnouncementMade}

// Concerned says who should hear of an entry that the assessment wrote. What
// was brought in from elsewhere concerns nobody.
func (a *App) Concerned(ctx context.Context, e good.Entry) ([]good.Notice, error) {
	if e.Actor.Role == access.Importer || len(e.Subjects) == 0 {
		return nil, nil
	}
	switch e.Verb {
	case good.RenewalReminded, good.RenewalOpened, good.RecognitionLapsed:
		return a.ownersHear(ctx, e)
	case good.AnnouncementMade:
		return a.allHear(ctx, e)
	}
	var app *assess.Application
	for _, id := range e.Subjects {
		found, err := a.DB.Primary().Application(ctx, id)
		if err != nil && good.KindOf(err) != good.NotFound {
			return nil, err
		}
		if found != nil {
			app = found
			break
		}
	}
	if app == nil {
		return nil, nil
	}
	h := &hearing{app: app, args: map[string]string{"Good": app.Name}}
	if !app.Deadline.IsZero() {
		h.args["Until"] = app.Deadline.UTC().Format(time.DateOnly)
	}
	desk, err := a.desk(ctx)
	if err != nil {
		return nil, err
	}
	h.of(e, desk)
	return h.out, nil
}

// desk are those who take the next step where nobody in particular has to.
func (a *App) desk(ctx context.Context) ([]good.ID, error) {
	people, err := a.DB.Primary().WithRole(ctx, access.Coordinator)
	var out []good.ID
	for _, p := range people {
		out = append(out, p.ID)
	}
	return out, err
}

// hearing collects who hears of one entry about an application.
type hearing struct {
	app  *assess.Application
	args map[string]string
	out  []good.Notice
}

// tell tells people of a kind; the desk reads at the desk, owners where they
// apply.
func (h *hearing) tell(kind, room string, people ...good.ID) {
	for _, p := range people {
		h.out = append(h.out, good.Notice{Person: p, Kind: kind, About: h.app.ID, Args: h.args, Path: room + string(h.app.ID)})
	}
}

// The rooms in which an application is read on.
const (
	applying = "/apply/"
	atDesk   = "/desk/applications/"
)

func (h *hearing) owners(kind string)                  { h.tell(kind, applying, h.app.Owners...) }
func (h *hearing) desk(kind string, people ...good.ID) { h.tell(kind, atDesk, people...) }
func (h *hearing) seats() (out []good.ID) {
	for _, s := range h.app.Seats {
		out = append(out, s.Person)
	}
	return out
}

// of is who hears of what.
func (h *hearing) of(e good.Entry, desk []good.ID) {
	switch e.Verb {
	case good.ApplicationSubmitted:
		h.owners("submitted")
		h.desk("waiting", desk...)
	case good.ChallengeFiled:
		h.owners("challenged")
		h.desk("challenge-filed", desk...)
	case good.ApplicationScreened:
		var s struct {
			Accepted bool `json:"accepted"`
		}
		e.Value("screened", &s)
		if !s.Accepted {
			h.owners("returned")
		}
	case good.ApplicationAssigned:
		var pseudonym string
		e.Value("reviewer", &pseudonym)
		for _, s := range h.app.Seats {
			if s.Pseudonym == pseudonym && pseudonym != "" {
				h.desk("assigned", s.Person)
			}
		}
	case good.ApplicationVacated:
		h.desk("vacated", desk...)
	case good.ApplicationReviewed, good.ApplicationConsolidated:
		switch h.app.State {
		case assess.Consolidation:
			h.desk("consolidate", desk...)
		case assess.Deciding:
			h.desk("ready-to-decide", desk...)
		}
	case good.ClarificationAsked:
		h.owners("clarification-asked")
	case good.ClarificationAnswered:
		h.desk("clarification-answered", h.seats()...)
	case good.AnswerSuggested:
		h.owners("suggested")
	case good.ExtensionAsked:
		h.desk("extension-asked", desk...)
	case good.ClarificationExtended:
		h.owners("extended")
	case good.ExpertAsked, good.ExpertAnswered:
		h.experts(e)
	case good.ApplicationDecided, good.ApplicationPublished:
		h.outcome(e)
	case good.ApplicationAppealed:
		h.desk("appealed", desk...)
	case good.ApplicationWithdrawn:
		h.desk("withdrawn", h.seats()...)
	case good.ApplicationClosed:
		h.owners("closed")
	case good.ApplicationReminded:
		h.remind(e, desk)
	}
}

// experts are told of what is asked of them, and whoever asked of the answer.
func (h *hearing) experts(e good.Entry) {
	var indicator, pseudonym string
	e.Value("indicator", &indicator)
	e.Value("expert", &pseudonym)
	h.args["Indicator"] = indicator
	for _, c := range h.app.Consultations {
		if c.Indicator != indicator {
			continue
		}
		if e.Verb == good.ExpertAnswered && !c.Answered.IsZero() {
			h.desk("consultation-answered", c.By.Person)
		}
		if e.Verb == good.ExpertAsked && c.Expert.Pseudonym == pseudonym {
			h.desk("consulted", c.Expert.Person)
		}
	}
}

// outcome tells owners of a decision: that they are recognised once it is
// published, that they are not as soon as they can appeal.
func (h *hearing) outcome(e good.Entry) {
	var d struct {
		Outcome assess.Outcome `json:"outcome"`
		Appeal  bool           `json:"appeal"`
		Until   string         `json:"until"`
	}
	e.Value("decision", &d)
	e.Value("published", &d)
	if d.Until != "" {
		h.args["Until"] = d.Until
	}
	switch {
	case h.app.Kind == assess.Challenge && e.Verb == good.ApplicationPublished:
		h.owners("challenge-decided")
	case h.app.Kind == assess.Challenge:
	case e.Verb == good.ApplicationPublished && d.Outcome == assess.Recognised:
		h.owners("recognised")
	case e.Verb == good.ApplicationDecided && d.Appeal:
		h.owners("appeal-decided")
	case e.Verb == good.ApplicationDecided && d.Outcome == assess.NotEligible:
		h.owners("not-eligible")
	}
}

// remind tells whoever has to act.
func (h *hearing) remind(e good.Entry, desk []good.ID) {
	var r struct {
		State assess.State `json:"state"`
		Late  bool         `json:"late"`
	}
	e.Value("reminder", &r)
	kind := map[bool]string{false: "deadline-near", true: "deadline-passed"}[r.Late]
	switch r.State {
	case assess.Returned, assess.Clarification:
		h.owners(kind)
	case assess.Review:
		for _, s := range h.app.Seats {
			if !s.Done {
				h.desk(kind, s.Person)
			}
		}
		if r.Late {
			h.desk("review-late", desk...)
		}
	default:
		h.desk("waiting", desk...)
	}
}

// ownersHear tells the owners of a good what becomes of its recognition.
func (a *App) ownersHear(ctx context.Context, e good.Entry) ([]good.Notice, error) {
	g, err := a.DB.Primary().Good(ctx, e.Subjects[0])
	if err != nil || g == nil {
		return nil, err
	}
	owners, err := a.DB.Primary().OwnersOf(ctx, g.ID)
	if err != nil {
		return nil, err
	}
	last, _, err := lastOf(ctx, a.DB.Primary(), g.ID)
	if err != nil {
		return nil, err
	}
	if last != nil { // for whom it was recognised, claimed or not
		owners = append(owners, last.Owners...)
	}
	slices.Sort(owners)
	owners = slices.Compact(owners)
	args := map[string]string{"Good": g.Name}
	var until string
	var reminder struct {
		Days  int    `json:"days"`
		Until string `json:"until"`
	}
	e.Value("until", &until)
	e.Value("reminder", &reminder)
	args["Until"], args["Count"] = until+reminder.Until, strconv.Itoa(reminder.Days)
	kind := map[good.Verb]string{good.RenewalReminded: "renewal-due", good.RenewalOpened: "renewal-open", good.RecognitionLapsed: "lapsed"}[e.Verb]
	var out []good.Notice
	for _, p := range owners {
		out = append(out, good.Notice{Person: p, Kind: kind, About: g.ID, Args: args, Path: "/goods/" + g.Slug})
	}
	return out, nil
}

// allHear tells those of an announcement whom it is for: who has one of its
// roles or, as an applicant, an application that is not over; all of them where
// it names none.
func (a *App) allHear(ctx context.Context, e good.Entry) ([]good.Notice, error) {
	var in Announcement
	e.Value("announcement", &in)
	paths := map[good.ID]string{} // what each looks at
	if len(in.To) == 0 || slices.Contains(in.To, access.Applicant) {
		applying, err := a.DB.Primary().Applying(ctx)
		if err != nil {
			return nil, err
		}
		for _, p := range applying {
			paths[p] = "/apply"
		}
	}
	roles, err := a.DB.Primary().AllRoles(ctx)
	if err != nil {
		return nil, err
	}
	for p, has := range roles {
		if len(in.To) == 0 || slices.ContainsFunc(in.To, func(r string) bool { return slices.Contains(has, r) }) {
			paths[p] = "/desk"
		}
	}
	ids := make([]string, 0, len(paths))
	for p := range paths {
		ids = append(ids, string(p))
	}
	people, err := a.DB.Primary().PeopleOf(ctx, ids)
	var out []good.Notice
	for _, p := range people {
		title, _ := in.Title.In(p.Language)
		text, _ := in.Body.In(p.Language)
		out = append(out, good.Notice{Person: p.ID, Kind: "announcement", About: e.Subjects[0], Args: map[string]string{"Title": title, "Text": text}, Path: paths[p.ID]})
	}
	return out, err
}
