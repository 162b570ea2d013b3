package localisation

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"stoa/internal/access"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/store"
)

// Which says which tasks are looked at; the zero value, every one.
type Which struct {
	Good     string // slug or id
	Language string
	State    l10n.Standing
	Before   good.ID // begin behind this one
}

// Work is a task with its good.
type Work struct {
	l10n.Task
	Slug  string `json:"good_slug"`
	Title string `json:"title"` // what is translated
	Of    string `json:"-"`     // name of the good
}

// List is a page of tasks, the newest first.
type List struct {
	Good  *good.Good // the one that was asked for
	Tasks []Work
	Next  good.ID // before which the next page begins; "" at the end
}

// PageLength is how many tasks a page shows, and UnitsShown how many units.
const (
	PageLength = 50
	UnitsShown = 20
)

// List returns a page of the tasks that fit.
func (a *App) List(ctx context.Context, w Which, limit int) (List, error) {
	var out List
	that := store.TasksThat{State: w.State}
	bad := func(field, value string) error {
		return &good.Error{Kind: good.Invalid, Key: "l10n.error.filter", Field: field, Args: map[string]any{"Field": field, "Value": good.Short(value)}}
	}
	if w.State != "" && !slices.Contains(l10n.Standings, w.State) {
		return out, bad("state", string(w.State))
	}
	if w.Before != "" && !w.Before.Valid() {
		return out, bad("before", string(w.Before))
	}
	if w.Language != "" {
		tag, err := l10n.Language(w.Language)
		if err != nil {
			return out, err
		}
		that.Language = tag
	}
	if w.Good != "" {
		g, err := find(ctx, a.DB, w.Good)
		if err != nil {
			return out, err
		}
		out.Good, that.Good = g, g.ID
	}
	list, err := a.DB.LocalisationTasks(ctx, that, w.Before, limit+1)
	if err != nil {
		return out, err
	}
	if len(list) > limit {
		list = list[:limit]
		out.Next = list[limit-1].ID
	}
	out.Tasks, err = a.named(ctx, list)
	return out, err
}

// named puts the names of their goods to tasks.
func (a *App) named(ctx context.Context, list []l10n.Task) ([]Work, error) {
	var ids []good.ID
	for _, t := range list {
		ids = append(ids, t.Good)
	}
	slices.Sort(ids)
	goods, err := a.DB.Goods(ctx, slices.Compact(ids))
	out := []Work{}
	for _, t := range list {
		w := Work{Task: t, Slug: string(t.Good), Of: string(t.Good)}
		if g := goods[t.Good]; g != nil {
			w.Slug, w.Of = g.Slug, g.Name
			w.Title = title(g, &t)
		}
		out = append(out, w)
	}
	return out, err
}

// View is one task as somebody sees it.
type View struct {
	Work
	Rows    []l10n.Unit       // a page of its units
	After   int               // the number behind which that page begins
	Words   []l10n.Term       // of the glossary, in the language of the task
	People  map[string]string // names by pseudonym, of those who gave one
	History []good.Entry      // the newest first
	// What the reader may do.
	Claims, Translates, HandsIn, Reviews, Releases, Withdraws bool
}

// historyShown bounds how much of the past a page shows.
const historyShown = 50

// Show returns one task with up to limit of its units behind a number, as who
// sees it.
func (a *App) Show(ctx context.Context, who access.Who, id good.ID, after, limit int) (View, error) {
	var out View
	t, err := task(ctx, a.DB, id)
	if err != nil {
		return out, err
	}
	named, err := a.named(ctx, []l10n.Task{*t})
	if err != nil {
		return out, err
	}
	out.Work, out.After, out.People = named[0], max(0, after), map[string]string{}
	if out.Rows, err = a.DB.Units(ctx, id, out.After, limit); err != nil {
		return out, err
	}
	words, err := a.DB.Terms(ctx, t.Good)
	if err != nil {
		return out, err
	}
	out.Words = slices.DeleteFunc(words, func(w l10n.Term) bool { return w.Language != t.Language })
	for _, p := range []string{t.Opener, t.Translator, t.Reviewer} {
		one, err := a.DB.PersonByPseudonym(ctx, p)
		if err != nil {
			return out, err
		}
		if one != nil {
			out.People[p] = one.Name
		}
	}
	if out.History, err = a.DB.History(ctx, id, historyShown); err != nil || who.Anonymous() {
		return out, err
	}
	return out, a.may(ctx, who, t, &out)
}

// may says what who may do with a task.
func (a *App) may(ctx context.Context, who access.Who, t *l10n.Task, out *View) error {
	can := map[access.Act]bool{}
	for _, act := range []access.Act{access.ClaimLocalisation, access.Translate, access.ReviewLocalisation, access.KeepLocalisation} {
		thing, err := owner(ctx, a.DB, t, act)
		if err != nil {
			return err
		}
		_, no := access.As(who, act, thing)
		can[act] = no == nil
	}
	out.Claims = t.State == l10n.Open && can[access.ClaimLocalisation]
	out.Translates = t.State == l10n.Claimed && can[access.Translate]
	out.HandsIn = out.Translates && t.Ready == t.Units
	out.Reviews = t.State == l10n.InReview && can[access.ReviewLocalisation]
	out.Releases = t.State == l10n.Claimed && (can[access.Translate] || can[access.KeepLocalisation])
	out.Withdraws = can[access.KeepLocalisation] && (t.State == l10n.Open || t.State == l10n.Claimed || t.State == l10n.InReview)
	return nil
}

// Export writes a task as a file that translators' programs read: PO or XLIFF.
func (a *App) Export(ctx context.Context, id good.ID, format l10n.Format) (file []byte, name string, err error) {
	v, err := a.Show(ctx, access.Who{}, id, 0, l10n.MaxTask)
	if err != nil {
		return nil, "", err
	}
	p := l10n.Project{Name: v.Of + ": " + v.Title, Source: v.Source, Target: v.Language}
	name = v.Slug + "-" + v.Language + "-" + string(v.ID)
	if format == l10n.PO {
		return l10n.WritePO(p, v.Rows), name + ".po", nil
	}
	file, err = l10n.WriteXLIFF(p, v.Rows)
	return file, name + ".xlf", err
}

// Languages is what is known of the languages of a good.
type Languages struct {
	Good     *good.Good
	Coverage *l10n.Coverage // as people said; nil where nobody did
	Seen     *l10n.Coverage // as a machine saw it in the repository; nil where none did
	Failed   time.Time      // when the last reading failed; zero: it did not
	Failure  *finding.Text  // why
	Reading  bool           // somebody reads it now, or soon
	Reads    bool           // the reader may have it read
	Texts    []l10n.Texts   // its own name and description
	Words    []l10n.Term
	Tasks    []Work
	Keeps    bool // the reader may state how much speaks which language
	Mine     map[good.ID]bool
}

// Sight names what of them no journal tells: how the reading of the repository
// gets on.
func (l Languages) Sight() string {
	out := strconv.FormatBool(l.Reading) + "." + strconv.FormatInt(l.Failed.Unix(), 36)
	if l.Seen != nil {
		out += "." + strconv.FormatInt(l.Seen.At.Unix(), 36)
	}
	return out
}

// Languages returns what is known of the languages of a good, as who sees it.
func (a *App) Languages(ctx context.Context, who access.Who, key string) (out Languages, err error) {
	if out.Good, err = find(ctx, a.DB, key); err != nil {
		return out, err
	}
	id := out.Good.ID
	if out.Coverage, err = a.DB.Coverage(ctx, id); err != nil {
		return out, err
	}
	if err = a.looked(ctx, &out); err != nil {
		return out, err
	}
	if out.Texts, err = a.DB.TextsOf(ctx, id); err != nil {
		return out, err
	}
	if out.Words, err = a.DB.Terms(ctx, id); err != nil {
		return out, err
	}
	list, err := a.DB.LocalisationTasks(ctx, store.TasksThat{Good: id}, "", PageLength)
	if err != nil {
		return out, err
	}
	if out.Tasks, err = a.named(ctx, list); err != nil || who.Anonymous() {
		return out, err
	}
	thing, err := keepers(ctx, a.DB, id)
	if err != nil {
		return out, err
	}
	_, no := access.As(who, access.KeepLocalisation, thing)
	out.Reads = no == nil && host(out.Good) != "" && a.Reader != nil && a.Queue != nil
	out.Keeps, out.Mine = no == nil, map[good.ID]bool{}
	for _, w := range out.Words {
		out.Mine[w.ID] = out.Keeps || w.By != "" && w.By == who.Pseudonym
	}
	return out, nil
}

// looked puts what a machine read to what is known.
func (a *App) looked(ctx context.Context, out *Languages) error {
	l, err := a.DB.LanguagesLook(ctx, out.Good.ID)
	if err != nil || l == nil {
		return err
	}
	if out.Failed, out.Reading = l.Failed, !l.Began.IsZero(); len(l.Failure) > 0 {
		out.Failure = &finding.Text{}
		if err := json.Unmarshal(l.Failure, out.Failure); err != nil {
			return err
		}
	}
	out.Seen, err = a.DB.LanguagesSeen(ctx, out.Good.ID)
	return err
}
