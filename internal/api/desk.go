package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/standard"
)

func (f *face) reporter(w http.ResponseWriter, r *http.Request) error {
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		p, err := a.Reporter(r.Context(), who(r), application(r))
		if err != nil {
			return err
		}
		if p == nil {
			return &good.Error{Kind: good.NotFound, Key: "assess.error.person"}
		}
		return f.write(w, r, p)
	})(w, r)
}

func (f *face) renew(w http.ResponseWriter, r *http.Request) error {
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		app, err := a.Renew(r.Context(), who(r), r.PathValue("good"))
		if err != nil {
			return err
		}
		return f.write(w, r, assessment.StateOf(app, 0))
	})(w, r)
}

func (f *face) challenge(w http.ResponseWriter, r *http.Request) error {
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		doc, err := received[ChallengeForm](r)
		if err != nil {
			return err
		}
		if f.cfg.Quota != nil {
			if err := f.cfg.Quota(r); err != nil {
				return err
			}
		}
		app, position, err := a.Challenge(r.Context(), who(r), assessment.Doubt{Good: r.PathValue("good"), Indicators: doc.Indicators, Text: doc.Text, Links: doc.Links,
			Confidential: doc.Confidential, Name: doc.Name, Contact: doc.Contact})
		if err != nil {
			return err
		}
		return f.made(w, r, assessment.StateOf(app, position))
	})(w, r)
}

func (f *face) declareConflict(w http.ResponseWriter, r *http.Request) error {
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		doc, err := received[ConflictForm](r)
		if err != nil {
			return err
		}
		err = a.Declare(r.Context(), who(r), assess.Declared{Person: good.ID(doc.Person), Good: good.ID(doc.Good), Organisation: doc.Organisation, Reason: doc.Reason})
		if err == nil {
			w.WriteHeader(http.StatusNoContent)
		}
		return err
	})(w, r)
}

func (f *face) queueParams() []*huma.Param {
	states := param("state", "query", "States; all that are not over unless said. Repeat to give several.", &huma.Schema{Type: "array", Items: &huma.Schema{Type: "string", Enum: anys(assess.States)}}, []string{"queued"})
	states.Style, states.Explode = "form", new(true)
	return []*huma.Param{states,
		param("kind", "query", "Kind of application.", &huma.Schema{Type: "string", Enum: anys(assess.Kinds)}, "first"),
		param("mine", "query", "Only what the reader has to review or was asked about.", &huma.Schema{Type: "boolean"}, true),
		param("order", "query", "By age or by deadline.", &huma.Schema{Type: "string", Enum: []any{"age", "deadline"}, Default: "age"}, "deadline"),
		param("only", "query", "Only what is past its deadline, or in one state for too long.", &huma.Schema{Type: "string", Enum: []any{"late", "stuck"}}, "late"),
		param("limit", "query", "How many.", integer(1, 500, 50), 25),
		param("offset", "query", "How many to leave out.", integer(0, good.MaxOffset, 0), 50)}
}

func (f *face) queue(w http.ResponseWriter, r *http.Request) error {
	v, err := parameters(r, "state", "kind", "mine", "order", "only", "limit", "offset")
	if err != nil {
		return err
	}
	bad := &badParameters{code: "invalid-parameter"}
	limit, offset := bad.number(v, "limit", 50, 500), 0
	if v.Has("offset") {
		offset = bad.number(v, "offset", 0, good.MaxOffset)
	}
	if len(bad.parts) > 0 {
		return bad
	}
	q := assessment.Filter{Kind: assess.Kind(last(v, "kind")), Deadline: last(v, "order") == "deadline", Limit: limit, Offset: offset}
	for _, s := range v["state"] {
		q.States = append(q.States, assess.State(s))
	}
	if last(v, "mine") == "true" {
		q.Person, q.Undone = who(r).Person, true
	}
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		var list assessment.List
		switch last(v, "only") {
		case "late":
			list, err = a.Late(r.Context(), who(r), limit, offset)
		case "stuck":
			list, err = a.Stuck(r.Context(), who(r), limit, offset)
		default:
			list, err = a.Queue(r.Context(), who(r), q)
		}
		if err != nil {
			return err
		}
		return f.write(w, r, listed(list))
	})(w, r)
}

func (f *face) board(w http.ResponseWriter, r *http.Request) error {
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		states, err := a.Board(r.Context(), who(r))
		if err != nil {
			return err
		}
		return f.write(w, r, Board{States: states})
	})(w, r)
}

func (f *face) reviewers(w http.ResponseWriter, r *http.Request) error {
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		list, err := a.Reviewers(r.Context(), who(r))
		if err != nil {
			return err
		}
		return f.write(w, r, ReviewerList{Reviewers: list})
	})(w, r)
}

func (f *face) settings(w http.ResponseWriter, r *http.Request) error {
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		versions, err := a.SettingsHistory(r.Context(), who(r))
		if err != nil {
			return err
		}
		if len(versions) == 0 { // nobody set any: those we begin with
			held, err := a.Settings(r.Context())
			if err != nil {
				return err
			}
			versions = append(versions, held)
		}
		return f.write(w, r, SettingsHistory{Versions: versions})
	})(w, r)
}

func (f *face) setSettings(w http.ResponseWriter, r *http.Request) error {
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		doc, err := received[SettingsForm](r)
		if err != nil {
			return err
		}
		if err := a.SetSettings(r.Context(), who(r), doc.Version, doc.Settings, doc.Reason); err != nil {
			return err
		}
		w.WriteHeader(http.StatusNoContent)
		return nil
	})(w, r)
}

func (f *face) record(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		g, rec, err := a.RecordOf(r.Context(), r.PathValue("good"))
		if err != nil {
			return err
		}
		if f.freshWith(w, r, g.Position, a.Library.Digest()) { // a new version asks anew though nothing happened to the good
			return nil
		}
		asks, err := a.NextRenewal(r.Context(), g.ID)
		if err != nil {
			return err
		}
		return f.write(w, r, GoodRecord{Applications: some(rec.Applications), Names: rec.Names, Next: nextRenewal(asks)})
	})(w, r)
}

func nextRenewal(a *assessment.Asks) *NextRenewal {
	if a == nil {
		return nil
	}
	asked := func(list []standard.Asked) []RenewalQuestion {
		return some(each(list, func(q standard.Asked) RenewalQuestion {
			return RenewalQuestion{q.Question.Indicator, q.Question.ID, q.Required}
		}))
	}
	return &NextRenewal{From: a.From, To: a.To, New: asked(a.New), Again: asked(a.Again)}
}

func (f *face) statistics(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	return f.assessed(func(w http.ResponseWriter, r *http.Request, a *assessment.App) error {
		s, err := a.Statistics(r.Context())
		if err != nil {
			return err
		}
		edge.Public(w.Header(), 0)
		return f.write(w, r, s)
	})(w, r)
}
