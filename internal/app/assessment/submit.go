package assessment

import (
	"context"
	"maps"
	"slices"
	"strings"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// Gaps names everything that stands between an application and its submission.
func (a *App) Gaps(ctx context.Context, who access.Who, id good.ID) ([]standard.Gap, error) {
	app, set, err := a.read(ctx, who, id)
	if err != nil {
		return nil, err
	}
	answers, err := answersOf(ctx, a.DB, id)
	if err != nil {
		return nil, err
	}
	gaps := set.Gaps(app.Goods, answers)
	if app.Authority == nil {
		gaps = append(gaps, standard.Gap{Key: "assess.error.authority"})
	}
	return gaps, nil
}

// asking are the questions that gaps are about, each once, and not too many to
// be read in a sentence.
func asking(set *standard.Set, gaps []standard.Gap) []good.Text {
	const most = 10
	var out []good.Text
	last := ""
	for _, g := range gaps {
		if q, ok := set.Question(g.Question); ok && g.Question != last && len(out) < most {
			out, last = append(out, q.Label), g.Question
		}
	}
	return out
}

// Submit hands an application in. A renewal in which nothing changed goes
// straight to the decision.
func (a *App) Submit(ctx context.Context, who access.Who, id good.ID, version int64) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.Submit, id, version, func(ctx context.Context, s *scene) (assess.Event, error) {
		answers, err := answersOf(ctx, s.tx, id)
		if err != nil {
			return assess.Event{}, err
		}
		if gaps := s.set.Gaps(s.Goods, answers); len(gaps) > 0 && (s.State == assess.Draft || s.State == assess.Returned) {
			return assess.Event{}, &good.Error{Kind: good.Invalid, Key: "assess.error.gaps", Field: gaps[0].Question, Args: map[string]any{"Questions": asking(s.set, gaps)}}
		}
		leaves := judged(s.set)
		var e assess.Event
		if s.Kind == assess.Renewal {
			if err := a.touch(ctx, s, answers); err != nil {
				return assess.Event{}, err
			}
		}
		if s.Kind == assess.Renewal && len(s.Touched) == 0 {
			e, err = s.Reaffirm(s.turn, leaves)
		} else {
			e, err = s.Submit(s.turn, leaves)
		}
		if err != nil {
			return assess.Event{}, err
		}
		e.Values = append(e.Values,
			assess.Value{Name: "application", Value: assess.PublicApplication{Kind: s.Kind, Standard: s.Standard, Name: s.Name, Kinds: s.Goods, Scope: s.Scope}},
			assess.Value{Name: "answers", Value: public(s.set, s.Goods, answers)})
		return e, nil
	})
}

// judged are the indicators on which there is a verdict.
func judged(set *standard.Set) []string {
	var out []string
	for _, i := range set.Judged() {
		out = append(out, i.ID)
	}
	return out
}

// oneOf refuses an indicator that the pinned standard does not have judged.
func oneOf(set *standard.Set, indicator string) error {
	if slices.Contains(judged(set), indicator) {
		return nil
	}
	return &good.Error{Kind: good.Invalid, Key: "assess.error.indicator_unknown", Field: "indicator",
		Args: map[string]any{"Indicator": indicator, "Standard": set.Key(), "Known": strings.Join(judged(set), ", ")}}
}

// sound refuses findings on what nobody judges, and reasons that are too long.
func sound(set *standard.Set, findings map[string]assess.Finding) error {
	for _, id := range slices.Sorted(maps.Keys(findings)) {
		f := findings[id]
		if !slices.Contains(judged(set), id) {
			return &good.Error{Kind: good.Invalid, Key: "assess.error.indicator", Field: id, Args: map[string]any{"Indicator": id}}
		}
		if !slices.Contains(assess.Verdicts, f.Verdict) {
			return &good.Error{Kind: good.Invalid, Key: "assess.error.verdict", Field: id}
		}
		if err := short(id, f.Reason); err != nil {
			return err
		}
	}
	return nil
}

// screened are the indicators that screening looks at.
func screened(set *standard.Set) []string {
	var out []string
	for _, i := range set.Judged() {
		if i.Screening {
			out = append(out, i.ID)
		}
	}
	return out
}

// Withdraw takes an application back.
func (a *App) Withdraw(ctx context.Context, who access.Who, id good.ID, version int64, reason string) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.Withdraw, id, version, func(_ context.Context, s *scene) (assess.Event, error) {
		if err := short("reason", reason); err != nil {
			return assess.Event{}, err
		}
		return s.Withdraw(s.turn, reason)
	})
}

// Reply answers what was asked back about an indicator. What the applicant
// changed in that indicator's answers is told with it.
func (a *App) Reply(ctx context.Context, who access.Who, id good.ID, indicator, text string) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.Clarify, id, 0, func(ctx context.Context, s *scene) (assess.Event, error) {
		e, err := s.Reply(s.turn, indicator, text)
		if err != nil {
			return e, err
		}
		answers, err := answersOf(ctx, s.tx, id)
		if err != nil {
			return e, err
		}
		told := public(s.set, s.Goods, answers)
		for q := range told {
			if question, _ := s.set.Question(q); question.Indicator != indicator {
				delete(told, q)
			}
		}
		if len(told) > 0 {
			e.Values = append(e.Values, assess.Value{Name: "answers", Value: told})
		}
		return e, nil
	})
}

// AskMore asks for more time to answer.
func (a *App) AskMore(ctx context.Context, who access.Who, id good.ID, reason string) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.Clarify, id, 0, func(_ context.Context, s *scene) (assess.Event, error) {
		if err := short("reason", reason); err != nil {
			return assess.Event{}, err
		}
		return s.AskMore(s.turn, reason)
	})
}

// Appeal asks people who did not decide to look at a decision once more.
func (a *App) Appeal(ctx context.Context, who access.Who, id good.ID, text string, links []good.Link) (*assess.Application, int64, error) {
	return a.do(ctx, who, access.Appeal, id, 0, func(_ context.Context, s *scene) (assess.Event, error) {
		if err := evidence(text, links); err != nil {
			return assess.Event{}, err
		}
		return s.AppealTo(s.turn, text, links)
	})
}

// evidence checks a text with addresses that somebody hands in.
func evidence(text string, links []good.Link) error {
	if err := needText("text", text); err != nil {
		return err
	}
	if len(links) > 50 || slices.ContainsFunc(links, func(l good.Link) bool { return !good.WebAddress(l.URL) || len(l.Name) > good.MaxName }) {
		return &good.Error{Kind: good.Invalid, Key: "assess.error.link", Field: "links"}
	}
	return nil
}
