package api

import (
	"context"
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/advise"
	"stoa/internal/app/advisory"
	"stoa/internal/good"
)

// AdvisoryGroup is who advises, and what they are asked.
type AdvisoryGroup struct {
	Sitting       []advise.Seat         `json:"sitting" doc:"By constituency."`
	Former        []advise.Seat         `json:"former" doc:"The last to leave first."`
	Consultations []advise.Consultation `json:"consultations" doc:"The newest first."`
}

// ConsultationRecord is everything said on one consultation.
type ConsultationRecord struct {
	advise.Consultation
	Opinions []advisory.Said  `json:"opinions"`
	Comments []advise.Comment `json:"comments"`
}

// SeatForm gives a seat.
type SeatForm struct {
	Person       string    `json:"person" format:"email" doc:"Address of the account; private."`
	Constituency string    `json:"constituency" enum:"private-sector,open-source-business,academia,ngo,government,united-nations"`
	Name         string    `json:"name,omitempty" maxLength:"200" doc:"Shown; only if the person agreed."`
	Organisation string    `json:"organisation,omitempty" maxLength:"200"`
	From         good.Date `json:"from" format:"date"`
	Until        good.Date `json:"until" format:"date" doc:"Last day of the term."`
}

// ConsultationForm opens a consultation.
type ConsultationForm struct {
	Subject       string    `json:"subject" enum:"standard,policy,appeal"`
	Ref           string    `json:"ref" doc:"What it is about." example:"dpg@1.2.0"`
	Title         string    `json:"title" maxLength:"200"`
	Text          string    `json:"text"`
	Lang          string    `json:"lang" doc:"BCP 47 tag of title and text." example:"en"`
	Public        bool      `json:"public,omitempty" doc:"Everybody may comment."`
	Opens         good.Date `json:"opens" format:"date"`
	Closes        good.Date `json:"closes" format:"date" doc:"Last day."`
	Organisations []string  `json:"organisations,omitempty" doc:"Slugs of whom it concerns: who has an interest in one stands aside."`
	Goods         []string  `json:"goods,omitempty" doc:"Slugs of what it concerns."`
}

// ExtensionForm gives a consultation a later last day.
type ExtensionForm struct {
	Closes good.Date `json:"closes" format:"date"`
}

// ConclusionForm ends a consultation.
type ConclusionForm struct {
	Outcome string `json:"outcome"`
	Minutes string `json:"minutes"`
}

// OpinionForm is the opinion of one's own seat.
type OpinionForm struct {
	Position string `json:"position" enum:"support,support-with-changes,oppose,abstain"`
	Text     string `json:"text,omitempty" doc:"Why; needed unless it supports or abstains."`
	Lang     string `json:"lang,omitempty"`
}

// CommentForm is a comment of the public.
type CommentForm struct {
	On   string `json:"on,omitempty" maxLength:"100" doc:"Indicator or paragraph." example:"9a"`
	Text string `json:"text"`
	Name string `json:"name,omitempty" doc:"Shown; without it a pseudonym stands there."`
	Lang string `json:"lang,omitempty"`
}

// AnswerForm answers a comment.
type AnswerForm struct {
	Disposition string `json:"disposition" enum:"accepted,partly,declined,noted"`
	Answer      string `json:"answer"`
}

// EndForm ends a seat.
type EndForm struct {
	Reason string `json:"reason"`
}

// InterestForm declares an interest of one's own seat.
type InterestForm struct {
	Text         string `json:"text" maxLength:"500"`
	Organisation string `json:"organisation,omitempty" doc:"Slug."`
	Good         string `json:"good,omitempty" doc:"Slug."`
}

// advising are the operations on the advisory group.
func (f *face) advising(d describer) []operation {
	path := func(name, text, example string) *huma.Param {
		p := param(name, "path", text, &huma.Schema{Type: "string"}, example)
		p.Required = true
		return p
	}
	slug := []*huma.Param{path("consultation", "Slug of the consultation.", "draft-1-2-0")}
	seat := []*huma.Param{path("seat", "Id of the seat.", "01KB0ZZZZZZZZZZZZZZZZZZZZZ")}
	comment := []*huma.Param{path("comment", "Id of the comment.", "01KB0ZZZZZZZZZZZZZZZZZZZZZ")}
	nth := path("n", "Which of the seat's interests, from 1 on.", "1")
	post := func(act access.Act, at, name, summary string, params []*huma.Param, takes, gives reflect.Type, h answer) operation {
		return d.call(call{act: act, method: http.MethodPost, path: "/api/v1/" + at, id: name, tag: "advisory", summary: summary, params: params, takes: takes, gives: gives,
			handle: h, created: gives != nil, statuses: []int{404, 409}})
	}
	return []operation{
		d.read("get-advisory-group", "/api/v1/advisory", "advisory", "The advisory group", "Seats with their holders, as far as they agreed to be named, and every consultation.", nil, f.group, d.of(reflect.TypeFor[AdvisoryGroup]())),
		d.read("get-consultation", "/api/v1/consultations/{consultation}", "advisory", "One consultation", "What was asked, what seats and the public say, and what came of it.", slug, f.consultation, d.of(reflect.TypeFor[ConsultationRecord]()), 404),
		post(access.ManageGroup, "advisory/seats", "appoint-advisor", "Give a seat", nil, reflect.TypeFor[SeatForm](), reflect.TypeFor[advise.Seat](), f.appoint),
		post(access.ManageGroup, "advisory/seats/{seat}/end", "end-seat", "End a seat", seat, reflect.TypeFor[EndForm](), nil, f.endSeat),
		post(access.Opine, "advisory/seats/{seat}/interests", "declare-interest", "Declare an interest of one's own seat", seat, reflect.TypeFor[InterestForm](), nil, f.declareInterest),
		d.call(call{act: access.Opine, method: http.MethodDelete, path: "/api/v1/advisory/seats/{seat}/interests/{n}", id: "withdraw-interest", tag: "advisory", summary: "Withdraw an interest that has passed",
			text: "What was declared stays in the journal.", params: append(seat, nth), handle: f.withdrawInterest, statuses: []int{404}}),
		post(access.ManageGroup, "consultations", "open-consultation", "Open a consultation", nil, reflect.TypeFor[ConsultationForm](), reflect.TypeFor[advise.Consultation](), f.openConsultation),
		post(access.ManageGroup, "consultations/{consultation}/extension", "extend-consultation", "Give a consultation more time", slug, reflect.TypeFor[ExtensionForm](), nil, f.extendConsultation),
		post(access.ManageGroup, "consultations/{consultation}/conclusion", "conclude-consultation", "End a consultation with its minutes", slug, reflect.TypeFor[ConclusionForm](), nil, f.concludeConsultation),
		post(access.Opine, "consultations/{consultation}/opinion", "give-opinion", "Give the opinion of one's own seat", slug, reflect.TypeFor[OpinionForm](), nil, f.opine),
		post(access.CommentDraft, "consultations/{consultation}/comments", "comment", "Comment on a consultation", slug, reflect.TypeFor[CommentForm](), reflect.TypeFor[advise.Comment](), f.comment),
		post(access.AnswerComment, "comments/{comment}/answer", "answer-comment", "Answer a comment, once", comment, reflect.TypeFor[AnswerForm](), nil, f.answerComment),
	}
}

// advises runs do with the advisory group; without one there is nothing here.
func (f *face) advises(r *http.Request, do func(ctx context.Context, a *advisory.App, who access.Who) error) error {
	if f.cfg.Advisory == nil {
		return &good.Error{Kind: good.NotFound, Key: "advisory.error.consultation", Args: map[string]any{"Name": r.PathValue("consultation")}}
	}
	return do(r.Context(), f.cfg.Advisory, who(r))
}

// told runs do with what was sent and answers that it is done.
func told[T any](f *face, w http.ResponseWriter, r *http.Request, do func(ctx context.Context, a *advisory.App, who access.Who, in T) error) error {
	in, err := received[T](r)
	if err != nil {
		return err
	}
	err = f.advises(r, func(ctx context.Context, a *advisory.App, who access.Who) error { return do(ctx, a, who, in) })
	if err == nil {
		w.WriteHeader(http.StatusNoContent)
	}
	return err
}

// begun runs do with what was sent and answers with what is there now.
func begun[T, Out any](f *face, w http.ResponseWriter, r *http.Request, do func(ctx context.Context, a *advisory.App, who access.Who, in T) (Out, error)) error {
	in, err := received[T](r)
	if err != nil {
		return err
	}
	var out Out
	err = f.advises(r, func(ctx context.Context, a *advisory.App, who access.Who) (err error) {
		out, err = do(ctx, a, who, in)
		return err
	})
	if err != nil {
		return err
	}
	return f.made(w, r, out)
}

func (f *face) group(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	return f.advises(r, func(ctx context.Context, a *advisory.App, _ access.Who) error {
		g, err := a.Group(ctx)
		if err != nil {
			return err
		}
		return f.write(w, r, AdvisoryGroup{Sitting: some(g.Sitting), Former: some(g.Former), Consultations: some(g.Consultations)})
	})
}

func (f *face) consultation(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	return f.advises(r, func(ctx context.Context, a *advisory.App, _ access.Who) error {
		rec, err := a.Record(ctx, r.PathValue("consultation"))
		if err != nil {
			return err
		}
		return f.write(w, r, ConsultationRecord{Consultation: rec.Consultation, Opinions: some(rec.Opinions), Comments: some(rec.Comments)})
	})
}

// some is a list that is never null.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (f *face) appoint(w http.ResponseWriter, r *http.Request) error {
	return begun(f, w, r, func(ctx context.Context, a *advisory.App, who access.Who, in SeatForm) (advise.Seat, error) {
		s, _, err := a.Appoint(ctx, who, in.Person, advise.Seat{Constituency: advise.Constituency(in.Constituency), Name: in.Name, Organisation: in.Organisation, From: in.From, Until: in.Until})
		return s, err
	})
}

func (f *face) endSeat(w http.ResponseWriter, r *http.Request) error {
	return told(f, w, r, func(ctx context.Context, a *advisory.App, who access.Who, in EndForm) error {
		_, err := a.EndSeat(ctx, who, good.ID(r.PathValue("seat")), in.Reason)
		return err
	})
}

func (f *face) declareInterest(w http.ResponseWriter, r *http.Request) error {
	return told(f, w, r, func(ctx context.Context, a *advisory.App, who access.Who, in InterestForm) error {
		_, err := a.Declare(ctx, who, good.ID(r.PathValue("seat")), advise.Interest{Text: in.Text, Organisation: in.Organisation, Good: in.Good})
		return err
	})
}

func (f *face) withdrawInterest(w http.ResponseWriter, r *http.Request) error {
	return f.advises(r, func(ctx context.Context, a *advisory.App, who access.Who) error {
		n, err := strconv.Atoi(r.PathValue("n"))
		if err != nil {
			return &good.Error{Kind: good.NotFound, Key: "advisory.error.no-interest"}
		}
		_, err = a.Undeclare(ctx, who, good.ID(r.PathValue("seat")), n-1)
		return done(w, err)
	})
}

func (f *face) openConsultation(w http.ResponseWriter, r *http.Request) error {
	return begun(f, w, r, func(ctx context.Context, a *advisory.App, who access.Who, in ConsultationForm) (advise.Consultation, error) {
		c, _, err := a.Consult(ctx, who, advise.Consultation{Subject: advise.SubjectKind(in.Subject), Ref: in.Ref, Title: in.Title, Text: in.Text, Lang: in.Lang,
			Public: in.Public, Opens: in.Opens, Closes: in.Closes, Organisations: in.Organisations, Goods: in.Goods})
		return c, err
	})
}

func (f *face) extendConsultation(w http.ResponseWriter, r *http.Request) error {
	return told(f, w, r, func(ctx context.Context, a *advisory.App, who access.Who, in ExtensionForm) error {
		_, err := a.Extend(ctx, who, r.PathValue("consultation"), in.Closes)
		return err
	})
}

func (f *face) concludeConsultation(w http.ResponseWriter, r *http.Request) error {
	return told(f, w, r, func(ctx context.Context, a *advisory.App, who access.Who, in ConclusionForm) error {
		_, err := a.Conclude(ctx, who, r.PathValue("consultation"), in.Minutes, in.Outcome)
		return err
	})
}

func (f *face) opine(w http.ResponseWriter, r *http.Request) error {
	return told(f, w, r, func(ctx context.Context, a *advisory.App, who access.Who, in OpinionForm) error {
		_, err := a.Opine(ctx, who, r.PathValue("consultation"), advise.Opinion{Position: advise.Position(in.Position), Text: in.Text, Lang: in.Lang})
		return err
	})
}

func (f *face) comment(w http.ResponseWriter, r *http.Request) error {
	return begun(f, w, r, func(ctx context.Context, a *advisory.App, who access.Who, in CommentForm) (advise.Comment, error) {
		m, _, err := a.Comment(ctx, who, r.PathValue("consultation"), advise.Comment{On: in.On, Text: in.Text, Name: in.Name, Lang: in.Lang})
		return m, err
	})
}

func (f *face) answerComment(w http.ResponseWriter, r *http.Request) error {
	return told(f, w, r, func(ctx context.Context, a *advisory.App, who access.Who, in AnswerForm) error {
		_, err := a.Answer(ctx, who, good.ID(r.PathValue("comment")), advise.Disposition(in.Disposition), in.Answer)
		return err
	})
}
