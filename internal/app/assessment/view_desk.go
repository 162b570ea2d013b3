package assessment

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/store"
)

// List is one page of a list of applications.
type List struct {
	Items  []Item
	Total  int
	People map[good.ID]Person // who has a part in them
}

// Queue lists applications by age or deadline, for those who work at the desk.
func (a *App) Queue(ctx context.Context, who access.Who, f Filter) (List, error) {
	if _, err := access.As(who, access.SeeDesk, access.Thing{}); err != nil {
		if _, asked := access.As(who, access.SeeDesk, access.Thing{Consulted: []good.ID{who.Person}}); asked != nil || f.Person != who.Person {
			return List{}, err
		}
	}
	if _, err := access.As(who, access.ReadApplication, access.Thing{}); err != nil && slices.Contains(f.States, assess.Draft) { // nobody's business yet
		if f.States = slices.DeleteFunc(slices.Clone(f.States), func(s assess.State) bool { return s == assess.Draft }); len(f.States) == 0 {
			return List{}, nil
		}
	}
	return a.list(ctx, f)
}

func (a *App) list(ctx context.Context, f Filter) (List, error) {
	items, total, err := a.DB.Applications(ctx, f)
	if err != nil {
		return List{}, err
	}
	ids := map[good.ID]bool{}
	for _, i := range items {
		for part, people := range i.People {
			if i.Kind == assess.Challenge && part == store.PartOwner {
				continue
			}
			for _, p := range people {
				ids[p] = true
			}
		}
	}
	people, err := persons(ctx, a.DB, slices.Collect(maps.Keys(ids)))
	return List{Items: items, Total: total, People: people}, err
}

// Late lists what is past its deadline, the latest first.
func (a *App) Late(ctx context.Context, who access.Who, limit, offset int) (List, error) {
	return a.Queue(ctx, who, Filter{LateAt: a.Now(), Deadline: true, Limit: limit, Offset: offset})
}

// Stuck lists what has been in one state for too long, the longest first.
func (a *App) Stuck(ctx context.Context, who access.Who, limit, offset int) (List, error) {
	settings, err := a.DB.Settings(ctx)
	if err != nil {
		return List{}, err
	}
	return a.Queue(ctx, who, Filter{Before: a.Now().AddDate(0, 0, -settings.Settings.Stuck), Limit: limit, Offset: offset})
}

// Mine lists a person's own applications, the newest first.
func (a *App) Mine(ctx context.Context, who access.Who) ([]Item, error) {
	if who.Person == "" {
		return nil, &good.Error{Kind: good.Unauthenticated, Key: "error.access.unknown"}
	}
	return a.DB.Mine(ctx, who.Person, store.PartOwner, 200)
}

// Board counts every application by state and kind, for those who look after
// the whole.
func (a *App) Board(ctx context.Context, who access.Who) ([]StateCount, error) {
	if _, err := access.As(who, access.SeePipeline, access.Thing{}); err != nil {
		return nil, err
	}
	return a.DB.Board(ctx, a.Now())
}

// Reviewers lists everybody who reviews with what they have to do.
func (a *App) Reviewers(ctx context.Context, who access.Who) ([]assess.Reviewer, error) {
	if _, err := access.As(who, access.SeePipeline, access.Thing{}); err != nil {
		return nil, err
	}
	people, err := a.DB.ActingAs(ctx, access.Reviewer)
	if err != nil {
		return nil, err
	}
	return a.loads(ctx, a.DB, people)
}

type loadReader interface {
	Loads(ctx context.Context, people []good.ID) (map[good.ID]store.Load, error)
	ReviewerProfiles(ctx context.Context) (map[good.ID]store.ReviewerProfile, error)
}

func (a *App) loads(ctx context.Context, r loadReader, people []Person) ([]assess.Reviewer, error) {
	loads, err := r.Loads(ctx, idsOf(people))
	if err != nil {
		return nil, err
	}
	profiles, err := r.ReviewerProfiles(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]assess.Reviewer, 0, len(people))
	for _, p := range people {
		profile := profiles[p.ID]
		out = append(out, assess.Reviewer{Party: assess.Party{Person: p.ID, Pseudonym: p.Pseudonym, Role: access.Reviewer}, Name: p.Name,
			Kinds: profile.Kinds, Knows: profile.Knows, Away: assess.AwayUntil(p.Away, profile.Away, a.Now()), Open: loads[p.ID].Open, Last: loads[p.ID].Last})
	}
	return out, nil
}

func idsOf(people []Person) []good.ID {
	ids := make([]good.ID, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	return ids
}

// candidates are reviewers with their loads and why they must not judge.
func (a *App) candidates(ctx context.Context, r interface {
	reader
	loadReader
}, app *assess.Application, people []Person) ([]assess.Reviewer, error) {
	out, err := a.loads(ctx, r, people)
	if err != nil {
		return nil, err
	}
	against, err := a.conflicts(ctx, r, app, idsOf(people))
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Reason = against[out[i].Person]
	}
	return out, nil
}

// Candidates lists who may be given an application, those who suit best
// first, and then those who may not, with the reason.
func (a *App) Candidates(ctx context.Context, who access.Who, id good.ID) (fit, unfit []assess.Reviewer, err error) {
	app, err := a.DB.Application(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if _, err := access.As(who, access.Assign, access.Thing{Owners: app.Owners}); err != nil {
		return nil, nil, err
	}
	people, err := a.DB.ActingAs(ctx, access.Reviewer)
	if err != nil {
		return nil, nil, err
	}
	all, err := a.candidates(ctx, a.DB, app, people)
	if err != nil {
		return nil, nil, err
	}
	settings, err := a.DB.Settings(ctx)
	if err != nil {
		return nil, nil, err
	}
	fit = assess.Candidates(app, all, a.Now(), settings.Settings)
	for _, r := range all {
		if r.Unfit = app.Unfit(r, a.Now(), settings.Settings); r.Unfit != "" {
			unfit = append(unfit, r)
		}
	}
	return fit, unfit, nil
}

// Experts lists whom one may ask about an application: experts without a
// conflict of interest in it.
func (a *App) Experts(ctx context.Context, who access.Who, id good.ID) ([]Person, error) {
	app, err := a.open(ctx, who, access.Consult, id)
	if err != nil {
		return nil, err
	}
	people, err := a.DB.ActingAs(ctx, access.Expert)
	if err != nil {
		return nil, err
	}
	against, err := a.conflicts(ctx, a.DB, app, idsOf(people))
	return slices.DeleteFunc(people, func(p Person) bool { return len(against[p.ID]) > 0 || app.Seated(p.ID) }), err
}

// ProfileOf is what a reviewer said of themselves, or the secretariat for them.
func (a *App) ProfileOf(ctx context.Context, who access.Who, person good.ID) (Profile, error) {
	act := access.SeePipeline
	if person == who.Person {
		act = access.SeeDesk
	}
	if _, err := access.As(who, act, access.Thing{}); err != nil {
		return Profile{}, err
	}
	all, err := a.DB.ReviewerProfiles(ctx)
	p := all[person]
	p.Person = person
	return p, err
}

// Settings returns the settings in force with their version.
func (a *App) Settings(ctx context.Context) (SettingsVersion, error) { return a.DB.Settings(ctx) }

// SettingsHistory returns every version of the settings, the newest first.
func (a *App) SettingsHistory(ctx context.Context, who access.Who) ([]SettingsVersion, error) {
	if _, err := access.As(who, access.SeePipeline, access.Thing{}); err != nil {
		return nil, err
	}
	return a.DB.SettingsHistory(ctx)
}

// SetSettings puts new settings in force, from version on; what is under way
// keeps the deadlines it has.
func (a *App) SetSettings(ctx context.Context, who access.Who, version int64, s assess.Settings, reason string) error {
	actor, err := access.As(who, access.ManageSettings, access.Thing{})
	if err != nil {
		return err
	}
	if err := needText("reason", reason); err != nil {
		return err
	}
	if err := s.Check(); err != nil {
		return err
	}
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		held, err := tx.Settings(ctx)
		if err != nil {
			return err
		}
		if held.Version != version {
			return &good.Error{Kind: good.Conflict, Key: "assess.error.stale"}
		}
		tx.Append(good.SettingsChanged, nil, store.NamedValue{Name: "settings", Value: s}, store.NamedValue{Name: "reason", Value: reason})
		return tx.PutSettings(ctx, version, reason, s)
	})
	return err
}

// maxAnnouncement is how long an announcement is at most, in characters: each
// who hears it keeps it.
const maxAnnouncement = 10_000

// Announce says something to many people at once.
func (a *App) Announce(ctx context.Context, who access.Who, in Announcement) (good.ID, error) {
	actor, err := access.As(who, access.Announce, access.Thing{})
	if err != nil {
		return "", err
	}
	for field, text := range map[string]good.Text{"title": in.Title, "body": in.Body} {
		if text["en"] == "" { // what is only in another language is not understood by all
			return "", &good.Error{Kind: good.Invalid, Key: "assess.error.text", Field: field}
		}
		most := map[string]int{"title": good.MaxName, "body": maxAnnouncement}[field]
		for _, t := range text {
			if utf8.RuneCountInString(t) > most {
				return "", &good.Error{Kind: good.Invalid, Key: "assess.error.long", Field: field, Args: map[string]any{"Max": most}}
			}
		}
	}
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		in.ID, in.Time, in.Person = tx.NewID(), tx.Now(), who.Person
		tx.Append(good.AnnouncementMade, []good.ID{in.ID}, store.NamedValue{Name: "announcement", Value: in})
		return tx.PutAnnouncement(ctx, in)
	})
	return in.ID, err
}

// Announcements returns the newest announcements.
func (a *App) Announcements(ctx context.Context, limit int) ([]Announcement, error) {
	return a.DB.Announcements(ctx, limit)
}

// RemindAll reminds those who should act on some applications, once a day at
// most each.
func (a *App) RemindAll(ctx context.Context, who access.Who, ids []good.ID) (int, error) {
	n := 0
	for _, id := range ids {
		_, _, err := a.do(ctx, who, access.Remind, id, 0, func(_ context.Context, s *scene) (assess.Event, error) {
			if s.State.Over() || s.State == assess.Draft {
				return assess.Event{}, errDone
			}
			d := assess.Due{Subject: id, Kind: assess.DueLate, Key: "by-hand/" + string(s.State) + "/" + s.tx.Now().Format(time.DateOnly)}
			if slices.Contains(s.Done, d.Key) {
				return assess.Event{}, errDone
			}
			return s.Remind(s.turn, d), nil
		})
		switch {
		case err == nil:
			n++
		case !errors.Is(err, errDone):
			return n, err
		}
	}
	return n, nil
}
