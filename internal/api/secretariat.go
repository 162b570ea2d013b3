package api

import (
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
)

// Chosen names applications.
type Chosen struct {
	Applications []string `json:"applications" minItems:"1" maxItems:"500" doc:"Ids."`
}

// Reminded says how many were reminded.
type Reminded struct {
	Reminded int `json:"reminded"`
}

// Reassigned says how many reviews were taken.
type Reassigned struct {
	Reassigned int `json:"reassigned"`
}

// ReviewerProfile is what a reviewer knows, and until when they are away.
type ReviewerProfile struct {
	Version    int64     `json:"version" doc:"That was seen; 0 where there is none yet."`
	Kinds      []string  `json:"kinds,omitempty" enum:"software,data,ai,standard,content"`
	Indicators []string  `json:"indicators,omitempty" doc:"Indicators they know best." example:"[\"9a\"]"`
	Away       good.Date `json:"away,omitempty" format:"date" doc:"Until when; more than a week ahead their unfinished reviews are given to others."`
}

// CandidateList is who may be given an application, and who not.
type CandidateList struct {
	Fit   []assess.Reviewer `json:"fit" doc:"Who suits best first."`
	Unfit []assess.Reviewer `json:"unfit"`
}

// AnnouncementForm says something to many people at once.
type AnnouncementForm struct {
	Title good.Text `json:"title" doc:"By language; English is needed."`
	Body  good.Text `json:"body" doc:"By language; English is needed."`
	To    []string  `json:"to,omitempty" doc:"Roles; everybody with a role unless said."`
}

// AnnouncementMade names an announcement.
type AnnouncementMade struct {
	ID string `json:"id"`
}

// AnnouncementList are announcements.
type AnnouncementList struct {
	Items []assessment.Announcement `json:"items" doc:"The newest 100, the newest first."`
}

// keeping are the operations of those who look after the whole.
func (f *face) keeping(d describer, id []*huma.Param) []operation {
	person := param("person", "path", "Id of the reviewer; me for oneself.", &huma.Schema{Type: "string"}, "me")
	person.Required = true
	whose, profile := []*huma.Param{person}, reflect.TypeFor[ReviewerProfile]()
	desk := func(act access.Act, method, at, name, summary, text string, params []*huma.Param, takes, gives reflect.Type, h func(http.ResponseWriter, *http.Request, *assessment.App) error, statuses ...int) operation {
		return d.call(call{act: act, method: method, path: "/api/v1/" + at, id: name, tag: "assessment", summary: summary, text: text, params: params, takes: takes, gives: gives, handle: f.assessed(h), statuses: statuses})
	}
	announce := d.call(call{act: access.Announce, method: http.MethodPost, path: "/api/v1/desk/announcements", id: "announce", tag: "assessment", summary: "Say something to many people at once",
		takes: reflect.TypeFor[AnnouncementForm](), gives: reflect.TypeFor[AnnouncementMade](), created: true, handle: f.assessed(f.announce)})
	return []operation{announce,
		desk(access.Announce, http.MethodGet, "desk/announcements", "list-announcements", "What was announced", "", nil, nil, reflect.TypeFor[AnnouncementList](), f.announcements),
		desk(access.Remind, http.MethodPost, "desk/reminders", "remind", "Remind those who should act", "Once a day at most for each application.", nil, reflect.TypeFor[Chosen](), reflect.TypeFor[Reminded](), f.remind, 404),
		desk(access.SeeDesk, http.MethodGet, "desk/reviewers/{person}", "get-reviewer", "What a reviewer knows", "", whose, nil, profile, f.reviewerProfile),
		desk(access.DeclareConflict, http.MethodPut, "desk/reviewers/{person}", "set-reviewer", "Say what a reviewer knows, and until when they are away", "Reviewers say it of themselves, coordinators and the secretariat of anyone.", whose, profile, nil, f.setReviewer),
		desk(access.Assign, http.MethodPost, "desk/reviewers/{person}/reassignment", "reassign", "Give somebody's reviews to others", "Each goes to whoever suits best, or back to the queue.", whose, reflect.TypeFor[Chosen](), reflect.TypeFor[Reassigned](), f.reassign, 404),
		desk(access.Assign, http.MethodGet, "applications/{application}/candidates", "list-candidates", "Who may be given an application, and who not, and why", "", id, nil, reflect.TypeFor[CandidateList](), f.candidates, 404),
	}
}

// person is the reviewer who is asked about.
func person(r *http.Request) good.ID {
	if p := r.PathValue("person"); p != "me" {
		return good.ID(p)
	}
	return who(r).Person
}

func chosen(r *http.Request) ([]good.ID, error) {
	in, err := received[Chosen](r)
	if err != nil {
		return nil, err
	}
	if len(in.Applications) == 0 || len(in.Applications) > 500 {
		return nil, &good.Error{Kind: good.Invalid, Key: "api.detail.shape", Field: "applications"}
	}
	ids := make([]good.ID, len(in.Applications))
	for i, id := range in.Applications {
		ids[i] = good.ID(id)
	}
	return ids, nil
}

func (f *face) announce(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
	in, err := received[AnnouncementForm](r)
	if err != nil {
		return err
	}
	id, err := a.Announce(r.Context(), who(r), assessment.Announcement{Title: in.Title, Body: in.Body, To: in.To})
	if err != nil {
		return err
	}
	return f.made(w, r, AnnouncementMade{string(id)})
}

func (f *face) announcements(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
	list, err := a.Announcements(r.Context(), 100)
	if err != nil {
		return err
	}
	return f.write(w, r, AnnouncementList{some(list)})
}

func (f *face) remind(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
	ids, err := chosen(r)
	if err != nil {
		return err
	}
	n, err := a.RemindAll(r.Context(), who(r), ids)
	if err != nil {
		return err
	}
	return f.write(w, r, Reminded{n})
}

func (f *face) reviewerProfile(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
	p, err := a.ProfileOf(r.Context(), who(r), person(r))
	if err != nil {
		return err
	}
	doc := ReviewerProfile{Version: p.Version, Kinds: words(p.Kinds), Indicators: p.Knows}
	if !p.Away.IsZero() {
		doc.Away = good.Date(p.Away.UTC().Format(time.DateOnly))
	}
	return f.write(w, r, doc)
}

func (f *face) setReviewer(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
	in, err := received[ReviewerProfile](r)
	if err != nil {
		return err
	}
	p := assessment.Profile{Person: person(r), Version: in.Version, Knows: in.Indicators, Away: assess.Midnight(in.Away)}
	if in.Away != "" && p.Away.IsZero() {
		return &good.Error{Kind: good.Invalid, Key: "assess.error.day", Field: "away"}
	}
	for _, k := range in.Kinds {
		p.Kinds = append(p.Kinds, good.Kind(k))
	}
	return done(w, a.SetProfile(r.Context(), who(r), p))
}

func (f *face) reassign(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
	ids, err := chosen(r)
	if err != nil {
		return err
	}
	n, err := a.Reassign(r.Context(), who(r), person(r), ids)
	if err != nil {
		return err
	}
	return f.write(w, r, Reassigned{n})
}

func (f *face) candidates(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
	fit, unfit, err := a.Candidates(r.Context(), who(r), application(r))
	if err != nil {
		return err
	}
	return f.write(w, r, CandidateList{some(fit), some(unfit)})
}
