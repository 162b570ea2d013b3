// Package desk holds the pages of those who judge applications and of those
// who look after the whole: what waits for whom, one application with all that
// is known of it, the pipeline, who reviews, announcements and settings.
package desk

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/app/checks"
	"stoa/internal/app/imports"
	"stoa/internal/app/messages"
	"stoa/internal/app/nominations"
	accounts "stoa/internal/app/people"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Style is the style of these pages.
//
//go:embed desk.css
var Style []byte

// Config is what the pages ask.
type Config struct {
	Assessment  *assessment.App
	Nominations *nominations.App
	People      *accounts.App
	Crowd       Crowd
	Checks      Checks        // nil where no machine looks
	Watch       Watch         // nil where nothing is looked at again
	Owners      *messages.App // nil where nobody is written to
	Duplicates  Duplicates    // nil where none are looked for
	Corrections Corrections   // nil where nobody edits
	Priorities  Priorities    // nil where no source is weighed
}

// Checks knows what a machine saw.
type Checks interface {
	Beside(ctx context.Context, who access.Who, application good.ID) (*checks.Sight, error)
}

// Crowd knows what volunteers elsewhere found of a good.
type Crowd interface {
	CommunityReviews(ctx context.Context, id good.ID) ([]imports.CommunityReview, error)
}

// Routes are the pages of the desk.
func Routes(c Config) []page.Route {
	h := &pages{c, c.Assessment}
	out := []page.Route{
		{Pattern: "GET /desk", Act: access.SeeDesk, Handler: h.home},
		{Pattern: "GET /desk/applications/{application}", Act: access.SeeDesk, Handler: h.show},
		{Pattern: "GET /desk/applications/{application}/answers/{question}", Act: access.SeeDesk, Handler: h.whole},
		{Pattern: "GET /desk/applications/{application}/assign", Act: access.Assign, Handler: h.choose},
		{Pattern: "GET /desk/applications/{application}/reporter", Act: access.SeeConfidential, Handler: h.reporter},
	}
	for _, d := range deeds {
		out = append(out, page.Route{Pattern: "POST /desk/applications/{application}/" + d.name, Act: d.act, Handler: h.deed(d)})
	}
	return slices.Concat(out, h.overview(), h.nominated(), h.sought(), h.peopled(), h.watched(), h.doubled(), h.correcting(), h.preferring())
}

type pages struct {
	Config
	app *assessment.App
}

// path is the address of an application at the desk.
func path(id good.ID) string { return "/desk/applications/" + page.PathEscape(string(id)) }

// deed is something that a form on an application's page does.
type deed struct {
	name   string
	act    access.Act
	fields []string // as page.Sent knows them; one that ends in "-" begins the names of several
	do     func(h *pages, s *sent) error
}

// sent is a form that was sent.
type sent struct {
	*http.Request
	who   access.Who
	id    good.ID
	v     url.Values
	which string // the form's name in the page
	only  string // the indicator that was shown alone
	to    string // where to go on: an anchor, or a path
}

// get is the value of a field without space around it.
func (s *sent) get(name string) string { return strings.TrimSpace(s.v.Get(name)) }

// version is that of what the form was made from.
func (s *sent) version() int64 { return number(s.v.Get("version")) }

// deed answers a form: it does what was asked and leads on, or shows the page
// again with what was typed and what is wrong.
func (h *pages) deed(d deed) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		v, err := fields(r, d.fields)
		if err != nil {
			return err
		}
		s := &sent{Request: r, who: f.Reader(), id: good.ID(r.PathValue("application")), v: v, which: d.name, only: v.Get("alone")}
		if err := d.do(h, s); err != nil {
			return h.again(w, f, s, err)
		}
		to := s.to
		if !strings.HasPrefix(to, "/") {
			if s.only != "" {
				to = "?on=" + url.QueryEscape(s.only) + to
			}
			to = path(s.id) + to
		}
		http.Redirect(w, r, f.Prefix+to, http.StatusSeeOther)
		return nil
	}
}

// fields reads a form of which some names are made of a beginning and an
// indicator.
func fields(r *http.Request, names []string) (url.Values, error) {
	if err := r.ParseForm(); err != nil {
		return nil, &good.Error{Kind: good.Invalid, Key: "form.error.unread", Err: err}
	}
	all := []string{"alone"}
	for _, n := range names {
		if !strings.HasSuffix(n, "-") {
			all = append(all, n)
			continue
		}
		for sent := range r.PostForm {
			if strings.HasPrefix(sent, n) && len(sent) < len(n)+100 {
				all = append(all, sent)
			}
		}
	}
	return page.Sent(r, all...)
}

// again shows the page of an application once more, with what was typed and
// what is wrong with it; what a person cannot mend there is the caller's.
func (h *pages) again(w http.ResponseWriter, f *page.Frame, s *sent, wrong error) error {
	var e *good.Error
	if !errors.As(wrong, &e) || !strings.HasPrefix(e.Key, "assess.") && !strings.HasPrefix(e.Key, "standard.") && e.Kind != good.Conflict {
		return wrong
	}
	status := http.StatusUnprocessableEntity
	switch e.Kind {
	case good.Conflict:
		status = http.StatusConflict
	case good.Forbidden:
		status = http.StatusForbidden
	}
	m, err := h.review(s.Context(), f, s.id, s.only)
	if err != nil {
		return wrong // the application is not theirs to see any more
	}
	m.On, m.Which = &page.Form{Values: s.v}, s.which
	m.On.Wrong = []page.Problem{{Field: m.place(e), Text: f.Say(e)}}
	return page.Write(w, s.Request, f, status, reviewPage(m))
}

// days is how many whole days passed from one moment to another.
func days(from, to time.Time) int { return int(to.Sub(from) / (24 * time.Hour)) }

// way is one page of the desk.
type way struct{ Path, Label string }

// waysOf are the pages of the desk that the reader may see.
func waysOf(f *page.Frame) []way {
	who := f.Reader()
	out := []way{{"/desk", f.T("desk.work")}}
	add := func(act access.Act, path, label string) {
		if may(who, act) {
			out = append(out, way{path, label})
		}
	}
	add(access.SeePipeline, "/desk/pipeline", f.T("desk.pipeline"))
	add(access.SeePipeline, "/desk/late", f.T("desk.late.title"))
	add(access.SeePipeline, "/desk/stuck", f.T("desk.stuck"))
	add(access.SeePipeline, "/desk/reviewers", f.T("desk.reviewers"))
	add(access.SortNominations, "/desk/nominations", f.T("office.nominations"))
	add(access.Settle, "/imports", f.T("web.nav.imports"))
	add(access.Harvest, "/desk/sources", f.T("harvest.desk"))
	add(access.SeeDuplicates, "/desk/duplicates", f.T("match.title"))
	add(access.Edit, "/desk/corrections", f.T("clash.title"))
	add(access.Harvest, "/desk/priorities", f.T("clash.priority.title"))
	add(access.SeeWatch, "/desk/watch", f.T("sign.desk"))
	add(access.SeekOwners, "/desk/owners", f.T("sought.title"))
	add(access.SeePeople, "/desk/people", f.T("office.people"))
	add(access.Announce, "/desk/announcements", f.T("desk.announcements"))
	add(access.SeePipeline, "/desk/settings", f.T("desk.settings"))
	add(access.ManageAlliance, "/desk/alliance", f.T("alliance.title"))
	add(access.ManageGroup, "/desk/advisory", f.T("advisory.title"))
	add(access.ClaimReview, "/desk/profile", f.T("desk.profile"))
	return out
}
