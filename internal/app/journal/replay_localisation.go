package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/store"
)

// localising are the verbs of localisation that move a task.
var localising = []good.Verb{good.LocalisationOpened, good.LocalisationClaimed, good.LocalisationReleased, good.LocalisationHandedIn, good.LocalisationReturned, good.LocalisationFinished, good.LocalisationWithdrawn}

func localises(v good.Verb) bool {
	return slices.Contains(localising, v) || v == good.LocalisationCovered || v == good.LocalisationSeen || v == good.TermStated || v == good.TermDropped
}

// Localisation is what the journal says of the languages of goods. How far a
// translation is, and its texts, are working papers: they are in backups.
type Localisation struct {
	Tasks    map[good.ID]l10n.Task
	Words    map[good.ID]l10n.Term
	Coverage map[good.ID]l10n.Coverage
	Seen     map[good.ID]l10n.Coverage // by a machine
	Texts    map[string]l10n.Texts     // by good and language
}

func newLocalisation() Localisation {
	return Localisation{Tasks: map[good.ID]l10n.Task{}, Words: map[good.ID]l10n.Term{}, Coverage: map[good.ID]l10n.Coverage{}, Seen: map[good.ID]l10n.Coverage{}, Texts: map[string]l10n.Texts{}}
}

func textsKey(t l10n.Texts) string { return string(t.Good) + "/" + t.Language }

// localise is one step of the replay.
func (p *projections) localise(e good.Entry) error {
	if e.Verb == good.LocalisationCovered || e.Verb == good.LocalisationSeen {
		to := p.Coverage
		if e.Verb == good.LocalisationSeen {
			to = p.Localisation.Seen
		}
		var c l10n.Coverage
		if delete(to, e.Subjects[0]); e.Value("coverage", &c) {
			to[e.Subjects[0]] = c
		}
		return nil
	}
	if len(e.Subjects) < 2 {
		return fmt.Errorf("%d subjects of 2", len(e.Subjects))
	}
	id := e.Subjects[1]
	switch e.Verb {
	case good.TermStated, good.TermDropped:
		var t l10n.Term
		if delete(p.Words, id); e.Verb == good.TermStated && e.Value("term", &t) {
			p.Words[id] = t
		}
		return nil
	}
	var t l10n.Task
	if !e.Value("task", &t) {
		return nil
	}
	t.Name = p.Tasks[id].Name
	if e.Verb == good.LocalisationOpened {
		e.Value("name", &t.Name)
	}
	e.Value("reason", &t.Note)
	p.Tasks[id] = t
	var texts l10n.Texts
	if e.Verb == good.LocalisationFinished && e.Value("texts", &texts) {
		p.Localisation.Texts[textsKey(texts)] = texts
	}
	return nil
}

// liveLocalisation reads the same from the database.
func liveLocalisation(ctx context.Context, db *store.DB) (Localisation, error) {
	out := newLocalisation()
	err := db.EachLocalisation(ctx, func(t l10n.Task) error {
		t.Version, t.Ready, t.Machine = 0, 0, 0
		out.Tasks[t.ID] = t
		return nil
	})
	return out, errors.Join(err,
		db.EachTerm(ctx, func(t l10n.Term) error { out.Words[t.ID] = t; return nil }),
		db.EachCoverage(ctx, func(c l10n.Coverage) error { out.Coverage[c.Good] = c; return nil }),
		db.EachLanguagesSeen(ctx, func(c l10n.Coverage) error { out.Seen[c.Good] = c; return nil }),
		db.EachTexts(ctx, func(t l10n.Texts) error { out.Texts[textsKey(t)] = t; return nil }))
}

func (l Localisation) write(ctx context.Context, tx *store.Tx) (err error) {
	for _, t := range l.Tasks {
		err = errors.Join(err, tx.PutLocalisationTask(ctx, &t))
	}
	for _, t := range l.Words {
		err = errors.Join(err, tx.PutTerm(ctx, t))
	}
	for _, c := range l.Coverage {
		err = errors.Join(err, tx.PutCoverage(ctx, c))
	}
	for id, c := range l.Seen {
		err = errors.Join(err, tx.PutLanguagesSeen(ctx, id, &c))
	}
	for _, t := range l.Texts {
		err = errors.Join(err, tx.PutTexts(ctx, t))
	}
	return err
}

// putLocalisation makes what an erased entry was about what the journal still
// says.
func putLocalisation(ctx context.Context, tx *store.Tx, p *projections, e good.Entry) error {
	about := e.Subjects[0]
	if e.Verb == good.LocalisationCovered {
		c := p.Coverage[about]
		c.Good = about
		return tx.PutCoverage(ctx, c)
	}
	if e.Verb == good.LocalisationSeen {
		if c, stands := p.Localisation.Seen[about]; stands {
			return tx.PutLanguagesSeen(ctx, about, &c)
		}
		return tx.PutLanguagesSeen(ctx, about, nil)
	}
	id := e.Subjects[1]
	if e.Verb == good.TermStated || e.Verb == good.TermDropped {
		if t, stands := p.Words[id]; stands {
			return tx.PutTerm(ctx, t)
		}
		return tx.DropTerm(ctx, id)
	}
	held, err := tx.LocalisationTask(ctx, id)
	if err != nil || held == nil {
		return err
	}
	t := p.Tasks[id]
	t.Version, t.Ready, t.Machine = held.Version, held.Ready, held.Machine
	if err := tx.PutLocalisationTask(ctx, &t); err != nil || e.Verb != good.LocalisationFinished || !t.About {
		return err
	}
	texts, stands := p.Localisation.Texts[string(t.Good)+"/"+t.Language]
	if !stands {
		texts = l10n.Texts{Good: t.Good, Language: t.Language}
	}
	return tx.PutTexts(ctx, texts)
}
