package localisation

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/store"
)

// How many tasks may go on at once, so that nobody fills a good's page alone.
const (
	mostOfOne  = 20  // of those a person opened
	mostOfGood = 200 // of a good
)

// Opening is a new task.
type Opening struct {
	Good     string // slug or id
	Name     string // what is translated; not needed for About
	Language string // a tag or a name
	Source   string // of the texts; "" for English
	About    bool   // it is the good's own name and description
	Format   l10n.Format
	File     []byte // what is translated; not needed for About
}

// Open opens a task.
func (a *App) Open(ctx context.Context, who access.Who, in Opening) (*l10n.Task, int64, error) {
	actor, err := access.As(who, access.OpenLocalisation, access.Thing{})
	if err != nil {
		return nil, 0, err
	}
	g, err := find(ctx, a.DB.Primary(), in.Good)
	if err != nil {
		if e, ok := err.(*good.Error); ok && e.Kind == good.NotFound {
			err = &good.Error{Kind: good.Invalid, Key: e.Key, Field: e.Field, Args: e.Args}
		}
		return nil, 0, err
	}
	t := &l10n.Task{Good: g.ID, Name: in.Name, About: in.About, Source: in.Source, Language: in.Language, Opener: who.Pseudonym, State: l10n.Open}
	units, err := a.begin(t, g, in)
	if err != nil {
		return nil, 0, err
	}
	position, err := a.DB.Do(ctx, actor, func(ctx context.Context, tx *store.Tx) error {
		mine, its, err := tx.OpenLocalisations(ctx, t.Opener, g.ID)
		if err != nil {
			return err
		}
		if mine >= mostOfOne && t.Opener != "" || its >= mostOfGood {
			return &good.Error{Kind: good.Limited, Key: "l10n.error.many"}
		}
		t.ID, t.Created, t.Moved = tx.NewID(), tx.Now(), tx.Now()
		if err := tx.PutUnits(ctx, t.ID, units); err != nil {
			return err
		}
		s := step{verb: good.LocalisationOpened}
		if t.Name != "" {
			s.values = append(s.values, value("name", t.Name))
		}
		return a.write(ctx, tx, t, s)
	})
	return t, position, err
}

// begin checks a new task and makes its units.
func (a *App) begin(t *l10n.Task, g *good.Good, in Opening) ([]l10n.Unit, error) {
	if t.About {
		t.Name = ""
		text, lang := g.Summary.In("en")
		if t.Source == "" && text != "" {
			t.Source = lang
		}
		if err := l10n.CheckTask(t); err != nil {
			return nil, err
		}
		units := []l10n.Unit{{N: 1, Key: "name", Source: g.Name, State: l10n.New}}
		if text = g.Summary[t.Source]; text != "" {
			units = append(units, l10n.Unit{N: 2, Key: "summary", Source: text, State: l10n.New})
		}
		return t.MakeOf(&l10n.File{Format: l10n.Plain, Units: units})
	}
	if err := l10n.CheckTask(t); err != nil {
		return nil, err
	}
	f, err := l10n.Read(in.Format, in.File)
	if err != nil {
		return nil, err
	}
	return t.MakeOf(f)
}

// Claim has a person translate a task.
func (a *App) Claim(ctx context.Context, who access.Who, id good.ID) (*l10n.Task, int64, error) {
	return a.move(ctx, who, id, access.ClaimLocalisation, func(_ context.Context, tx *store.Tx, t *l10n.Task) (step, error) {
		return step{verb: good.LocalisationClaimed}, t.Claim(who.Pseudonym, tx.Now())
	})
}

// Release lets somebody else translate a task.
func (a *App) Release(ctx context.Context, who access.Who, id good.ID) (*l10n.Task, int64, error) {
	act := access.Translate
	if t, err := task(ctx, a.DB.Primary(), id); err == nil && t.Translator != who.Pseudonym {
		act = access.KeepLocalisation
	}
	return a.move(ctx, who, id, act, func(_ context.Context, tx *store.Tx, t *l10n.Task) (step, error) {
		was := t.Translator
		return step{verb: good.LocalisationReleased, told: "localisation-ended", people: []string{was}}, t.Release(tx.Now())
	})
}

// Translate puts what a translator says into units of their task.
func (a *App) Translate(ctx context.Context, who access.Who, id good.ID, said []l10n.Said) (*l10n.Task, int64, error) {
	return a.move(ctx, who, id, access.Translate, func(ctx context.Context, tx *store.Tx, t *l10n.Task) (step, error) {
		return step{}, put(ctx, tx, t, said)
	})
}

// put puts what is said into units, all or nothing.
func put(ctx context.Context, tx *store.Tx, t *l10n.Task, said []l10n.Said) error {
	if t.State != l10n.Claimed {
		return &good.Error{Kind: good.Conflict, Key: "l10n.error.standing", Args: map[string]any{"State": string(t.State)}}
	}
	units, err := tx.Units(ctx, t.ID, 0, l10n.MaxTask)
	if err != nil {
		return err
	}
	var changed []l10n.Unit
	for _, s := range said {
		if s.N < 1 || s.N > len(units) {
			return &good.Error{Kind: good.Invalid, Key: "l10n.error.unit", Args: map[string]any{"Number": s.N}}
		}
		u := &units[s.N-1]
		if t.About {
			if err := l10n.CheckAbout(u, s.Target); err != nil {
				return err
			}
		}
		was := *u
		if err := u.Say(s); err != nil {
			return err
		}
		if *u != was {
			changed = append(changed, *u)
		}
	}
	t.Count(units)
	return tx.PutUnits(ctx, t.ID, changed)
}

// Brought is what came of a file that was brought back.
type Brought struct {
	Taken   int `json:"taken"`   // texts that found their place
	Strange int `json:"strange"` // that found none
}

// Import puts the translations of a file into a task: all of it or nothing.
// Where a machine made them, they are that until a person has looked.
func (a *App) Import(ctx context.Context, who access.Who, id good.ID, format l10n.Format, file []byte, machine bool) (Brought, int64, error) {
	var out Brought
	_, position, err := a.move(ctx, who, id, access.Translate, func(ctx context.Context, tx *store.Tx, t *l10n.Task) (step, error) {
		f, err := l10n.Read(format, file)
		if err != nil {
			return step{}, err
		}
		if !f.Pairs {
			return step{}, &good.Error{Kind: good.Invalid, Key: "l10n.error.pairs", Field: "file"}
		}
		units, err := tx.Units(ctx, id, 0, l10n.MaxTask)
		if err != nil {
			return step{}, err
		}
		said, strange := l10n.Match(units, f)
		if out = (Brought{len(said), strange}); len(said) == 0 {
			return step{}, &good.Error{Kind: good.Invalid, Key: "l10n.error.strange", Field: "file"}
		}
		for i := range said {
			said[i].Machine = said[i].Machine || machine
		}
		return step{}, put(ctx, tx, t, said)
	})
	return out, position, err
}

// HandIn asks for another person to review a task.
func (a *App) HandIn(ctx context.Context, who access.Who, id good.ID) (*l10n.Task, int64, error) {
	return a.move(ctx, who, id, access.Translate, func(_ context.Context, tx *store.Tx, t *l10n.Task) (step, error) {
		s := step{verb: good.LocalisationHandedIn, told: "localisation-waiting", owners: true}
		if t.Opener != t.Translator {
			s.people = []string{t.Opener}
		}
		return s, t.HandIn(tx.Now())
	})
}

// Review ends a task where the translation fits, or sends it back with a note.
// Whoever translated cannot.
func (a *App) Review(ctx context.Context, who access.Who, id good.ID, fits bool, note string) (*l10n.Task, int64, error) {
	return a.move(ctx, who, id, access.ReviewLocalisation, func(ctx context.Context, tx *store.Tx, t *l10n.Task) (step, error) {
		if err := t.Review(who.Pseudonym, fits, note, tx.Now()); err != nil {
			return step{}, err
		}
		if !fits {
			return step{verb: good.LocalisationReturned, told: "localisation-returned", people: []string{t.Translator}}, nil
		}
		s := step{verb: good.LocalisationFinished, told: "localisation-finished", people: []string{t.Translator, t.Opener}, owners: true}
		units, err := tx.Units(ctx, id, 0, l10n.MaxTask)
		if err != nil {
			return s, err
		}
		for i := range units {
			units[i].State = l10n.Reviewed
		}
		whole, err := l10n.WriteXLIFF(l10n.Project{Source: t.Source, Target: t.Language}, units)
		if err != nil {
			return s, err
		}
		hash := sha256.Sum256(whole)
		t.SHA256 = hex.EncodeToString(hash[:])
		if t.About {
			texts := l10n.TextsOf(t, units)
			s.values = append(s.values, value("texts", texts))
			if err := tx.PutTexts(ctx, texts); err != nil {
				return s, err
			}
		}
		return s, tx.PutUnits(ctx, id, units)
	})
}

// Withdraw ends a task without a translation.
func (a *App) Withdraw(ctx context.Context, who access.Who, id good.ID, note string) (*l10n.Task, int64, error) {
	return a.move(ctx, who, id, access.KeepLocalisation, func(_ context.Context, tx *store.Tx, t *l10n.Task) (step, error) {
		return step{verb: good.LocalisationWithdrawn, told: "localisation-ended", people: []string{t.Translator}}, t.Withdraw(note, tx.Now())
	})
}
