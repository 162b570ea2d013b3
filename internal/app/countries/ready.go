package countries

import (
	"context"
	"slices"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// readinessID names the criteria set by which a country says how ready it is.
const readinessID = "readiness"

// Readiness is what a country's team answered to the checklist.
type Readiness struct {
	Code    string         `json:"country"`  // ISO 3166-1 alpha-2
	Key     string         `json:"standard"` // the version that is answered, "readiness@1.0"; the current one where nothing was answered yet
	Areas   []Area         `json:"areas"`
	Answers []deploy.Ready `json:"answers"` // in the order of the questions
	History []Turn         `json:"history"` // the newest first
	Version int64          `json:"version"`

	Set   *standard.Set `json:"-"` // that of Key
	Now   *standard.Set `json:"-"` // that a new answer is to
	Keeps bool          `json:"-"` // the reader may answer
	Today good.Date     `json:"-"`
}

// Area is how many questions of a part of the checklist are answered how. They
// are never added up over areas: the parts of a country are no score.
type Area struct {
	ID     string `json:"id"` // of the indicator
	Yes    int    `json:"yes"`
	Partly int    `json:"partly"`
	No     int    `json:"no"`
	Open   int    `json:"open"` // not answered
}

// Turn is one time at which answers changed.
type Turn struct {
	At      time.Time `json:"at"`
	Changes []Changed `json:"changes"`
}

// Changed is an answer that became another one.
type Changed struct {
	Question string `json:"question"`
	From     string `json:"from,omitempty"` // "" where there was none
	To       string `json:"to,omitempty"`   // "" where it was taken back
}

// Checklist is the version of a key, or the current one for ""; nil where there
// is none.
func (a *App) Checklist(key string) *standard.Set {
	if a.Library == nil {
		return nil
	}
	if s, ok := a.Library.Find(key); ok && key != "" {
		return s
	}
	s, _ := a.Library.Set(readinessID, "")
	return s
}

// asked are the ids of a checklist's questions.
func asked(s *standard.Set) []string {
	var out []string
	if s != nil {
		for _, q := range s.Questions() {
			out = append(out, q.ID)
		}
	}
	return out
}

// Ready returns what a country answered to the checklist.
func (a *App) Ready(ctx context.Context, who access.Who, key string) (Readiness, error) {
	c, err := find(key)
	if err != nil {
		return Readiness{}, err
	}
	out := Readiness{Code: c.Alpha2, Answers: []deploy.Ready{}, History: []Turn{}, Today: day(a.Now()), Keeps: a.keeps(ctx, who, c.Alpha2)}
	l, err := a.DB.Land(ctx, c.Alpha2)
	if err != nil {
		return out, err
	}
	if l == nil {
		l = &deploy.Land{}
	}
	if out.Set = a.Checklist(l.Standard); out.Set == nil {
		return out, &good.Error{Kind: good.NotFound, Key: "error.topic.unknown", Args: map[string]any{"Name": readinessID}}
	}
	out.Now = a.Checklist("")
	out.Key, out.Version, out.Areas = out.Set.Key(), l.Version, areas(out.Set, l.Ready)
	out.Answers = append(out.Answers, l.Ready...)
	if l.ID == "" {
		return out, nil
	}
	past, err := a.DB.History(ctx, l.ID, historyRead)
	out.History = append(out.History, turns(past, len(past) == historyRead)...)
	return out, err
}

// Answer is the answer to a question; false where there is none.
func (r Readiness) Answer(question string) (deploy.Ready, bool) {
	i := slices.IndexFunc(r.Answers, func(x deploy.Ready) bool { return x.Question == question })
	if i < 0 {
		return deploy.Ready{}, false
	}
	return r.Answers[i], true
}

// areas counts the answers to a checklist by its parts.
func areas(s *standard.Set, list []deploy.Ready) []Area {
	var out []Area
	by := Readiness{Answers: list}
	for _, i := range s.Leaves() {
		area := Area{ID: i.ID}
		for _, q := range i.Questions {
			switch r, _ := by.Answer(q.ID); r.Answer {
			case "yes":
				area.Yes++
			case "partly":
				area.Partly++
			case "no":
				area.No++
			default:
				area.Open++
			}
		}
		out = append(out, area)
	}
	return out
}

// ready counts what a country answered; nil where it answered nothing.
func (a *App) ready(l *deploy.Land) []Area {
	s := a.Checklist(l.Standard)
	if s == nil || len(l.Ready) == 0 {
		return nil
	}
	return areas(s, l.Ready)
}

// historyRead bounds how much of a country's past is read for its answers.
const historyRead = 1_000

// turns are the times at which answers changed; entries are the newest first,
// and what was erased of them is passed over. Where they are cut, the oldest
// tells only what stood before the others.
func turns(entries []good.Entry, cut bool) []Turn {
	var out []Turn
	was := map[string]string{}
	for _, e := range slices.Backward(entries) {
		var l deploy.Land
		if !e.Value("country", &l) {
			continue
		}
		now, t := map[string]string{}, Turn{At: e.Time}
		for _, r := range l.Ready {
			now[r.Question] = r.Answer
			if was[r.Question] != r.Answer {
				t.Changes = append(t.Changes, Changed{r.Question, was[r.Question], r.Answer})
			}
		}
		for q, answer := range was {
			if now[q] == "" {
				t.Changes = append(t.Changes, Changed{q, answer, ""})
			}
		}
		slices.SortFunc(t.Changes, func(a, b Changed) int { return strings.Compare(a.Question, b.Question) })
		if was = now; len(t.Changes) > 0 && !cut {
			out = append(out, t)
		}
		cut = false
	}
	slices.Reverse(out)
	return out
}

// Answer says how ready a country is: all answers to the current checklist at
// once. One without a date that stood before as it is keeps its date. version is
// the one that this changes, 0 where nothing was said yet; nil for whichever
// stands.
func (a *App) Answer(ctx context.Context, who access.Who, key string, list []deploy.Ready, version *int64) (*deploy.Land, int64, error) {
	return a.state(ctx, who, key, version, func(l *deploy.Land) { a.answer(l, slices.Clone(list)) })
}

// answer makes list, which it changes, what a country answers.
func (a *App) answer(l *deploy.Land, list []deploy.Ready) {
	before := Readiness{Answers: l.Ready}
	for i, r := range list {
		if was, ok := before.Answer(r.Question); ok && r.Date == "" && was.Answer == r.Answer && was.Evidence == r.Evidence {
			list[i].Date = was.Date
		}
	}
	if l.Ready = list; a.Checklist("") != nil {
		l.Standard = a.Checklist("").Key()
	}
}

// AnswerSome says how ready a country is in the questions that are named; the
// others stay, but for what the current checklist asks no more. An answer of ""
// takes one back.
func (a *App) AnswerSome(ctx context.Context, who access.Who, key string, list []deploy.Ready) (*deploy.Land, int64, error) {
	return a.state(ctx, who, key, nil, func(l *deploy.Land) {
		asks := asked(a.Checklist(""))
		all := slices.DeleteFunc(slices.Clone(l.Ready), func(r deploy.Ready) bool {
			return !slices.Contains(asks, r.Question) || slices.ContainsFunc(list, func(n deploy.Ready) bool { return n.Question == r.Question })
		})
		for _, r := range list {
			if r.Answer != "" || r.Evidence != "" || r.Date != "" {
				all = append(all, r)
			}
		}
		a.answer(l, all)
	})
}
