package api

import (
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/checks"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// CheckStart is what a machine is to look at.
type CheckStart struct {
	Target string `json:"target" maxLength:"2048" doc:"Address of a repository of any forge, an archive, a page, a set of data, or the description of an API." example:"https://github.com/dhis2/dhis2-core"`
}

// CheckFindings is what a machine saw of an application, beside its questions.
type CheckFindings struct {
	Last      *checks.Check            `json:"last,omitempty" doc:"The newest check."`
	Commit    string                   `json:"commit,omitempty" doc:"What the findings were seen in."`
	Questions map[string]QuestionSeen  `json:"questions" doc:"By question, where something was looked for."`
	Disputes  map[string]CheckDisputed `json:"disputes,omitempty" doc:"By probe, what the applicant holds against it."`
}

// QuestionSeen is what was seen of one question. It informs; people decide.
type QuestionSeen struct {
	State    string            `json:"state" enum:"met,not-met,not-observable"`
	Findings []finding.Finding `json:"findings,omitempty"`
	Answer   *standard.Answer  `json:"answer,omitempty" doc:"What it would fill in."`
	Taken    bool              `json:"taken" doc:"The answer that stands is that one."`
	Against  bool              `json:"against" doc:"The answer that stands says another thing."`
}

// CheckDisputed is what an applicant holds against a finding.
type CheckDisputed struct {
	Reason string    `json:"reason"`
	Time   time.Time `json:"time"`
}

// CheckDispute disputes a finding.
type CheckDispute struct {
	Probe  string `json:"probe" doc:"Whose finding." example:"licence.accepted"`
	Reason string `json:"reason" maxLength:"2000" doc:"Why it is wrong; empty to take it back."`
}

// checking are the operations on what a machine looks at.
func (f *face) checking(d describer) []operation {
	required := func(name, text string) *huma.Param {
		p := param(name, "path", text, &huma.Schema{Type: "string"}, "01KB0ZZZZZZZZZZZZZZZZZZZZZ")
		p.Required = true
		return p
	}
	id, one := required("application", "Id of the application."), required("check", "Id of the check.")
	one.Example = nil // it is known to who began it alone
	return []operation{
		d.call(call{act: access.Nominate, method: http.MethodPost, path: "/api/v1/checks", id: "check-address", tag: "goods", summary: "Have a machine look at an address",
			text: "Anyone may, for a nomination say. What is found is kept for a week, for whoever holds the id.", takes: reflect.TypeFor[CheckStart](), gives: reflect.TypeFor[checks.Check](), handle: f.looks(f.checkAddress), statuses: []int{429}, created: true, anyoneMay: true}),
		d.call(call{act: access.Nominate, method: http.MethodGet, path: "/api/v1/checks/{check}", id: "get-check", tag: "goods", summary: "How far a check is, and what was found",
			params: []*huma.Param{one}, gives: reflect.TypeFor[checks.Check](), handle: f.looks(f.oneCheck), statuses: []int{404}, anyoneMay: true}),
		d.call(call{act: access.Nominate, method: http.MethodDelete, path: "/api/v1/checks/{check}", id: "end-address-check", tag: "goods", summary: "End a check of an address",
			text: "At once; one that has ended stays as it is.", params: []*huma.Param{one}, handle: f.looks(f.stopCheck), statuses: []int{404}, anyoneMay: true}),
		d.call(call{act: access.EditApplication, method: http.MethodPost, path: "/api/v1/applications/{application}/checks", id: "start-check", tag: "assessment", summary: "Have a machine look at what an application is about",
			text:   "It goes on in the background. What nobody has answered of a draft is filled in from what is seen. An address that is being looked at is not looked at twice.",
			params: []*huma.Param{id}, takes: reflect.TypeFor[CheckStart](), gives: reflect.TypeFor[checks.Check](), handle: f.looks(f.startCheck), statuses: []int{404, 429}, created: true}),
		d.call(call{act: access.ReadApplication, method: http.MethodGet, path: "/api/v1/applications/{application}/checks", id: "get-findings", tag: "assessment", summary: "What a machine saw of an application",
			text: "How far the newest check is, and, beside each question, what was seen.", params: []*huma.Param{id}, gives: reflect.TypeFor[CheckFindings](), handle: f.looks(f.findings), statuses: []int{404}}),
		d.call(call{act: access.EditApplication, method: http.MethodDelete, path: "/api/v1/applications/{application}/checks/{check}", id: "end-check", tag: "assessment", summary: "End a check",
			text: "At once; one that has ended stays as it is.", params: []*huma.Param{id, one}, handle: f.looks(f.endCheck), statuses: []int{404}}),
		d.call(call{act: access.EditApplication, method: http.MethodPost, path: "/api/v1/applications/{application}/disputes", id: "dispute-finding", tag: "assessment", summary: "Dispute what a machine saw",
			text: "Those who review read the reason beside the finding.", params: []*huma.Param{id}, takes: reflect.TypeFor[CheckDispute](), handle: f.looks(f.dispute), statuses: []int{404}}),
	}
}

// looks is a handler of calls to what has a machine look, where there is
// something.
func (f *face) looks(handle func(*checks.App, http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		if f.cfg.Checks == nil {
			return &good.Error{Kind: good.NotFound, Key: "api.detail.path"}
		}
		return handle(f.cfg.Checks, w, r)
	}
}

func (f *face) startCheck(app *checks.App, w http.ResponseWriter, r *http.Request) error {
	doc, err := received[CheckStart](r)
	if err != nil {
		return err
	}
	c, err := app.Begin(r.Context(), who(r), checks.Start{Application: application(r), Target: doc.Target})
	if err != nil {
		return err
	}
	w.Header().Set("Location", f.base+"/api/v1/applications/"+string(c.Application)+"/checks")
	return f.made(w, r, c)
}

// checkAddress answers POST /api/v1/checks.
func (f *face) checkAddress(app *checks.App, w http.ResponseWriter, r *http.Request) error {
	doc, err := received[CheckStart](r)
	if err != nil {
		return err
	}
	if f.cfg.Quota != nil {
		if err := f.cfg.Quota(r); err != nil {
			return err
		}
	}
	c, err := app.Begin(r.Context(), who(r), checks.Start{Target: doc.Target})
	if err != nil {
		return err
	}
	w.Header().Set("Location", f.base+"/api/v1/checks/"+string(c.ID))
	return f.made(w, r, c)
}

// oneCheck answers GET /api/v1/checks/{check}.
func (f *face) oneCheck(app *checks.App, w http.ResponseWriter, r *http.Request) error {
	c, err := app.Show(r.Context(), who(r), good.ID(strings.ToUpper(r.PathValue("check"))))
	if err != nil {
		return err
	}
	return f.write(w, r, c)
}

func (f *face) findings(app *checks.App, w http.ResponseWriter, r *http.Request) error {
	s, err := app.Beside(r.Context(), who(r), application(r))
	if err != nil {
		return err
	}
	return f.write(w, r, FindingsOf(s))
}

// FindingsOf is what a machine saw, as programs read it.
func FindingsOf(s *checks.Sight) CheckFindings {
	doc := CheckFindings{Last: s.Last, Questions: map[string]QuestionSeen{}}
	if s.Report != nil {
		doc.Commit = s.Report.Commit
	}
	for id, seen := range s.Of {
		q := QuestionSeen{State: string(seen.State), Findings: seen.Findings, Taken: seen.Taken, Against: seen.Against}
		if !seen.Answer.Empty() {
			q.Answer = &seen.Answer
		}
		doc.Questions[id] = q
	}
	for probe, d := range s.Disputes {
		if doc.Disputes == nil {
			doc.Disputes = map[string]CheckDisputed{}
		}
		doc.Disputes[probe] = CheckDisputed{Reason: d.Reason, Time: d.Time}
	}
	return doc
}

// stopCheck answers DELETE /api/v1/checks/{check}.
func (f *face) stopCheck(app *checks.App, w http.ResponseWriter, r *http.Request) error {
	if err := app.Stop(r.Context(), who(r), good.ID(strings.ToUpper(r.PathValue("check")))); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (f *face) endCheck(app *checks.App, w http.ResponseWriter, r *http.Request) error {
	c, err := app.Show(r.Context(), who(r), good.ID(strings.ToUpper(r.PathValue("check"))))
	if err == nil && c.Application != application(r) {
		err = &good.Error{Kind: good.NotFound, Key: "assess.error.check"}
	}
	if err == nil {
		_, err = app.Cancel(r.Context(), who(r), c.ID)
	}
	if err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (f *face) dispute(app *checks.App, w http.ResponseWriter, r *http.Request) error {
	doc, err := received[CheckDispute](r)
	if err != nil {
		return err
	}
	if err := app.Dispute(r.Context(), who(r), application(r), doc.Probe, strings.TrimSpace(doc.Reason)); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
