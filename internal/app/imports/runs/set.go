package runs

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/harvest/connect"
	"stoa/internal/store"
)

// Source is a source that is read by itself: what is said of it, how it is
// read, and how that gets on.
type Source struct {
	good.Harvest
	About   good.Source
	Version int64     // for the next change; 0 where it is new
	Due     time.Time // when it is read next; zero: when somebody asks
	Run     *good.Run // under way, nil for none
	Last    *good.Run // that ended, nil for none
}

// Running says whether a run is under way.
func (s Source) Running() bool { return s.Run != nil }

// sourceID is how the id of a source looks.
var sourceID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,59}$`)

// Bounds of what is said of a source.
const (
	mostHours    = 24 * 366
	mostRate     = 6000 // requests a minute
	mostPriority = 90   // persons go before every source
	mostOption   = 256 << 10
)

// Set says how a source is read, as who may; a new one is due at once.
func (a *App) Set(ctx context.Context, who access.Who, in Source) (*Source, error) {
	actor, err := access.As(who, access.Harvest, access.Thing{})
	if err != nil {
		return nil, err
	}
	if err := in.tidy(); err != nil {
		return nil, err
	}
	c, err := connect.New(in.Kind, connect.Config{Source: in.About, Address: in.Address, Options: in.Options, Temp: a.Temp}, connect.NewClient(a.Client(), a.Hosts, a.Manners))
	if err != nil {
		return nil, err
	}
	if err := connect.Close(c); err != nil {
		return nil, err
	}
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error { return set(ctx, tx, in) })
	if err != nil {
		return nil, err
	}
	return a.Show(ctx, in.Source)
}

func set(ctx context.Context, tx *store.Tx, in Source) error {
	sources, err := tx.Sources(ctx)
	if err != nil {
		return err
	}
	have, known := sources[in.Source]
	if have.Person {
		return taken(in.Source)
	}
	due, before := tx.Now(), (*store.Harvested)(nil)
	if in.Version > 0 {
		if before, err = tx.Harvest(ctx, in.Source); err != nil {
			return err
		}
		due = before.Due
		if before.Paused && !in.Paused || due.IsZero() && in.Hours > 0 {
			due = tx.Now()
		}
		if in.Hours == 0 {
			due = time.Time{}
		}
	}
	in.About.ID, in.About.AsOf, in.About.Fields = in.Source, have.AsOf, have.Fields
	if !known || !have.Same(in.About) {
		if err := tx.PutSource(ctx, in.About); err != nil {
			return err
		}
		tx.Append(good.SourceDeclared, nil, store.NamedValue{Name: "source", Value: in.About})
	}
	if err := tx.PutHarvest(ctx, in.Harvest, in.Version, due); err != nil {
		return err
	}
	tx.Append(good.HarvestSet, nil, store.NamedValue{Name: "harvest", Value: in.Harvest})
	if before != nil && (before.Kind != in.Kind || before.Address != in.Address || !maps.Equal(before.Options, in.Options)) {
		return restart(ctx, tx, before)
	}
	return nil
}

// restart forgets where a run stands: it was about another place. Who reads it
// now finds that it is theirs no more.
func restart(ctx context.Context, tx *store.Tx, h *store.Harvested) error {
	p, err := readProgress(h.Progress)
	if err != nil {
		return err
	}
	ended := p.Run
	if p.under() {
		ended.End, ended.Ended, ended.Why = good.RunPartial, tx.Now(), "harvest.why.set"
		tx.Append(good.SourceHarvested, nil, store.NamedValue{Name: "run", Value: ended})
		if err := tx.PutRun(ctx, ended); err != nil {
			return err
		}
	}
	ended.Pages = 0 // so that the next begins at the beginning
	return tx.RestartHarvest(ctx, h.Source, encoded(progress{Run: ended, Pass: p.Pass}))
}

func taken(id string) error {
	return &good.Error{Kind: good.Invalid, Key: "harvest.error.id", Field: "source", Args: map[string]any{"Value": id}}
}

// tidy checks what was said of a source.
func (s *Source) tidy() error {
	for _, text := range []*string{&s.Source, &s.Kind, &s.Address, &s.Keeper, &s.About.Name, &s.About.URL, &s.About.Issuer, &s.About.Licence} {
		*text = strings.TrimSpace(*text)
	}
	s.Options = maps.Clone(s.Options)
	maps.DeleteFunc(s.Options, func(_, v string) bool { return strings.TrimSpace(v) == "" })
	kind, known := connect.KindOf(s.Kind)
	if !known {
		return &good.Error{Kind: good.Invalid, Key: "harvest.error.kind", Field: "kind", Args: map[string]any{"Value": s.Kind}}
	}
	d := kind.Source
	s.About.Issuer, s.About.Licence = cmp.Or(s.About.Issuer, d.Issuer), cmp.Or(s.About.Licence, d.Licence)
	s.About.Priority, s.About.URL = cmp.Or(s.About.Priority, d.Priority), cmp.Or(s.About.URL, s.Address)
	bad := func(field, value string) error {
		return &good.Error{Kind: good.Invalid, Key: "harvest.error.value", Field: field, Args: map[string]any{"Field": field, "Value": value}}
	}
	between := func(n, least, most int) bool { return n >= least && n <= most }
	switch {
	case !sourceID.MatchString(s.Source), s.Source == good.Here, strings.HasPrefix(s.Source, "publiccode-posted"), s.Source == "person", s.Source == good.FromWatch:
		return taken(s.Source)
	case !good.WebAddress(s.Address):
		return &good.Error{Kind: good.Invalid, Key: "harvest.error.address", Field: "address", Args: map[string]any{"Value": s.Address}}
	case s.About.Name == "" || utf8.RuneCountInString(s.About.Name) > good.MaxName:
		return bad("name", s.About.Name)
	case !good.WebAddress(s.About.URL):
		return bad("url", s.About.URL)
	case utf8.RuneCountInString(s.About.Issuer) > good.MaxName:
		return bad("issuer", s.About.Issuer)
	case utf8.RuneCountInString(s.Keeper) > good.MaxName || strings.Contains(s.Keeper, "@"):
		return bad("keeper", s.Keeper)
	case len(s.About.Licence) > 100:
		return bad("licence", s.About.Licence)
	case !between(s.About.Priority, 1, mostPriority):
		return bad("priority", "")
	case !between(s.Hours, 0, mostHours):
		return bad("hours", "")
	case !between(s.Rate, 0, mostRate):
		return bad("rate", "")
	case !between(s.Most, 0, MostRecords):
		return bad("most", "")
	case slices.ContainsFunc(slices.Collect(maps.Values(s.Options)), func(v string) bool { return len(v) > mostOption }):
		return bad("options", "")
	}
	return nil
}

// Pause stops the reading of a source until Resume, which has it read at once
// and go on where it stood.
func (a *App) Pause(ctx context.Context, who access.Who, source string, pause bool) error {
	actor, err := access.As(who, access.Harvest, access.Thing{})
	if err != nil {
		return err
	}
	_, err = a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		h, err := tx.Harvest(ctx, source)
		if err != nil || h.Paused == pause {
			return err
		}
		h.Paused = pause
		due := h.Due
		if !pause {
			due = tx.Now()
		}
		tx.Append(good.HarvestSet, nil, store.NamedValue{Name: "harvest", Value: h.Harvest})
		return errors.Join(tx.PutHarvest(ctx, h.Harvest, h.Version, due), tx.FreeHarvest(ctx, source))
	})
	return err
}

// Sources lists the sources that are read by themselves. It is public.
func (a *App) Sources(ctx context.Context) ([]Source, error) {
	list, err := a.DB.Harvests(ctx)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	about, err := a.DB.Sources(ctx)
	if err != nil {
		return nil, err
	}
	last, err := a.DB.LastRuns(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Source, len(list))
	for i, h := range list {
		s := Source{Harvest: h.Harvest, About: about[h.Source], Version: h.Version, Due: h.Due}
		p, err := readProgress(h.Progress)
		if err != nil {
			return nil, err
		}
		if p.under() {
			s.Run = &p.Run
		}
		if run, ended := last[h.Source]; ended {
			s.Last = &run
		}
		out[i] = s
	}
	slices.SortFunc(out, func(a, b Source) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.About.Name), strings.ToLower(b.About.Name)), cmp.Compare(a.Source, b.Source))
	})
	return out, nil
}

// Show returns one of them; an error of kind NotFound where it is none.
func (a *App) Show(ctx context.Context, source string) (*Source, error) {
	if _, err := a.DB.Harvest(ctx, source); err != nil {
		return nil, err
	}
	all, err := a.Sources(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(s Source) bool { return s.Source == source })
	if i < 0 {
		return nil, &good.Error{Kind: good.NotFound, Key: "harvest.error.unknown", Args: map[string]any{"Source": source}}
	}
	return &all[i], nil
}

// Runs returns up to limit runs of a source that ended before its n-th, 0 for
// the newest, the newest first.
func (a *App) Runs(ctx context.Context, source string, n, limit int) ([]good.Run, error) {
	return a.DB.Runs(ctx, source, n, limit)
}

// Faults returns the records of a run that could not be read, up to limit.
func (a *App) Faults(ctx context.Context, source string, n, limit int) ([]good.RunFault, error) {
	return a.DB.Faults(ctx, source, n, limit)
}
