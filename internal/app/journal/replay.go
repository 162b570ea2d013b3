package journal

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"stoa/internal/assess"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/match"
	"stoa/internal/recipe"
	"stoa/internal/watch"
)

// Projections are the public state that the journal alone determines: goods
// (without their lock version), the addresses that lead to them, records,
// sources, the directory, what is listed, what is harvested, open calls and who
// runs them, the public records of applications and the signs of the watch. What is
// private, such as contacts, cases and drafts, comes back from a backup alone.
type Projections struct {
	Goods        map[good.ID]*good.Good
	Slugs        map[string]good.ID
	Records      map[string]good.Record
	Sources      map[string]good.Source
	Directory    map[string]good.DirectoryEntry
	Applications map[good.ID]assess.Record
	Signs        map[good.ID]watch.Sign
	Looked       map[good.ID]time.Time // at goods, by the watch
	Listings     map[good.ID]good.Listing
	Harvests     map[string]good.Harvest // by source
	Runs         map[string]good.Run     // by source and number
	Pairs        map[string]match.State  // of goods about which people decided, by their ids
	Advisory
	Alliance
	Sourcing
	Support
	Localisation
	Deployments map[good.ID]deploy.Record
	Recipes     map[good.ID]recipe.Recipe
	Lands       map[good.ID]deploy.Land // what countries say of themselves
}

// Hash is a canonical hash of the projections.
func (p Projections) Hash() ([32]byte, error) {
	h := sha256.New()
	err := json.NewEncoder(h).Encode(p) // map keys are written in order
	return [32]byte(h.Sum(nil)), err
}

// Replay rebuilds the projections from the journal.
func (a *App) Replay(ctx context.Context) (Projections, error) {
	p := newProjections()
	for next := int64(0); ; {
		entries, err := a.DB.Entries(ctx, next, 1000)
		if err != nil {
			return p.Projections, err
		}
		if len(entries) == 0 {
			break
		}
		for _, e := range entries {
			if err := p.apply(e); err != nil {
				return p.Projections, err
			}
			next = e.Position + 1
		}
	}
	p.finish()
	return p.Projections, nil
}

// projections are being rebuilt.
type projections struct {
	Projections
	// then are the sources as they were when a good was last written: a good
	// is made of its records and sources whenever an entry is about it.
	then map[good.ID]map[string]good.Source
}

func newProjections() *projections {
	return &projections{then: map[good.ID]map[string]good.Source{}, Projections: Projections{
		Goods: map[good.ID]*good.Good{}, Slugs: map[string]good.ID{}, Records: map[string]good.Record{}, Sources: map[string]good.Source{},
		Directory: map[string]good.DirectoryEntry{}, Applications: map[good.ID]assess.Record{}, Signs: map[good.ID]watch.Sign{}, Looked: map[good.ID]time.Time{}, Listings: map[good.ID]good.Listing{},
		Harvests: map[string]good.Harvest{}, Runs: map[string]good.Run{}, Pairs: map[string]match.State{}, Advisory: newAdvisory(), Alliance: newAlliance(), Sourcing: newSourcing(), Support: newSupport(), Localisation: newLocalisation(), Deployments: map[good.ID]deploy.Record{}, Recipes: map[good.ID]recipe.Recipe{}, Lands: map[good.ID]deploy.Land{}}}
}

// apply is one step of the replay.
func (p *projections) apply(e good.Entry) error {
	need := subjects[e.Verb]
	if assess.Tells(e.Verb) || slices.Contains(listing, e.Verb) || slices.Contains(supporting, e.Verb) {
		need = 1
	}
	if watch.Tells(e.Verb) {
		need = 2
	}
	if len(e.Subjects) < need {
		return fmt.Errorf("replay entry %d (%s): %d subjects of %d", e.Position, e.Verb, len(e.Subjects), need)
	}
	if err := p.change(e); err != nil {
		return fmt.Errorf("replay entry %d (%s): %w", e.Position, e.Verb, err)
	}
	for _, id := range e.Subjects {
		g := p.Goods[id]
		if g == nil {
			continue
		}
		g.Position = e.Position
		if beside(e.Verb) {
			continue
		}
		g.Updated = e.Time
		if e.Verb != good.DirectoryStated { // which does not make goods anew
			p.then[id] = p.Sources
		}
	}
	return nil
}

// beside says whether a verb tells of what surrounds a good and writes nothing
// of the good itself.
func beside(v good.Verb) bool {
	switch v {
	case good.RenewalReminded, good.RenewalOpened, good.RecognitionLapsed, good.AnnouncementMade, good.SettingsChanged,
		good.RoleGranted, good.RoleRevoked, good.PersonNamed, good.PersonErased, good.OrganisationJoined, good.DomainProved, good.GoodsLooked, good.GoodKeptApart:
		return true
	}
	return assess.Tells(v) || watch.Tells(v) || slices.Contains(supporting, v) || slices.Contains(deployed, v) || localises(v) || prescribes(v)
}

// subjects is how many subjects an entry of each verb has at least.
var subjects = map[good.Verb]int{good.SourceDeclared: 0, good.GoodCreated: 1, good.GoodRenamed: 1, good.GoodMerged: 2, good.GoodParted: 2, good.GoodKeptApart: 2, good.GoodRemoved: 1,
	good.GoodRestored: 1, good.RecordStated: 1, good.StageChanged: 1, good.RecordMoved: 1, good.ValueErased: 0, good.DirectoryStated: 0,
	good.GoodClaimed: 1, good.GoodReleased: 1}

func (p *projections) change(e good.Entry) error {
	p.pair(e)
	if mine, err := p.apart(e); mine {
		return err
	}
	var g *good.Good
	switch e.Verb {
	case good.SourceDeclared, good.DirectoryStated, good.GoodCreated, good.ValueErased:
	default:
		for _, id := range e.Subjects[:min(subjects[e.Verb], len(e.Subjects))] {
			if p.Goods[id] == nil {
				return fmt.Errorf("good %s was never created", id)
			}
		}
		if len(e.Subjects) > 0 {
			g = p.Goods[e.Subjects[0]]
		}
	}
	return p.told(g, e)
}

// told is one step of the replay of what is said of a good, a source or an entry
// of the directory.
func (p *projections) told(g *good.Good, e good.Entry) error {
	switch e.Verb {
	case good.SourceDeclared:
		var s good.Source
		if e.Value("source", &s) {
			p.Sources = maps.Clone(p.Sources)
			p.Sources[s.ID] = s
		}
	case good.DirectoryStated:
		var d good.DirectoryEntry
		if e.Value("entry", &d) {
			p.enter(d)
			for _, id := range e.Subjects {
				if g := p.Goods[id]; g != nil {
					g.Shelve(d)
				}
			}
		}
	case good.GoodCreated:
		g = &good.Good{ID: e.Subjects[0], Created: e.Time}
		p.Goods[g.ID] = g
		p.slug(g, e)
	case good.GoodRenamed:
		p.slug(g, e)
	case good.RecordStated:
		var r good.Record
		if e.Value("record", &r) {
			r.Good = g.ID
			p.Records[r.Key()] = r
		}
	case good.RecordMoved:
		return p.move(e)
	case good.GoodMerged:
		p.merge(e)
	case good.GoodParted:
		p.part(e)
	case good.GoodRemoved:
		g.Tombstone = tombstone(e, "")
	case good.GoodRestored:
		g.Tombstone = nil
	case good.StageChanged, good.ValueErased, good.GoodClaimed, good.GoodReleased: // derived from the records and sources, or private
	default:
		return fmt.Errorf("verb %q is unknown to this program", e.Verb)
	}
	return nil
}

// apart takes in what is no change of a good, and says whether e is that.
func (p *projections) apart(e good.Entry) (bool, error) {
	if _, ok := advisory[e.Verb]; ok {
		return true, p.advise(e)
	}
	if _, ok := sourcing[e.Verb]; ok {
		return true, p.source(e)
	}
	if _, ok := allied[e.Verb]; ok {
		return true, p.ally(e)
	}
	if localises(e.Verb) {
		return true, p.localise(e)
	}
	if prescribes(e.Verb) {
		return true, p.prescribe(e)
	}
	if slices.Contains(deployed, e.Verb) {
		return true, p.deploy(e)
	}
	if slices.Contains(supporting, e.Verb) {
		p.support(e)
		return true, nil
	}
	switch {
	case e.Verb == good.CountryStated:
		return true, p.land(e)
	case e.Verb == good.HarvestSet, e.Verb == good.SourceHarvested:
		p.harvest(e)
	case slices.Contains(listing, e.Verb):
		p.list(e)
	case beside(e.Verb):
		p.surround(e)
	default:
		return false, nil
	}
	return true, nil
}

// surround takes in what surrounds a good: its applications, and what the watch
// saw of it.
func (p *projections) surround(e good.Entry) {
	switch {
	case assess.Tells(e.Verb):
		r := p.Applications[e.Subjects[0]]
		r.Apply(e)
		p.Applications[e.Subjects[0]] = r
	case watch.Tells(e.Verb):
		s := p.Signs[e.Subjects[1]]
		s.Apply(e)
		p.Signs[e.Subjects[1]] = s
	case e.Verb == good.GoodsLooked:
		for _, id := range e.Subjects {
			p.Looked[id] = e.Time
		}
	}
}

// enter writes a directory entry, without its lock version and time.
func (p *Projections) enter(d good.DirectoryEntry) {
	d.Version, d.Updated = 0, time.Time{}
	p.Directory[string(d.Kind)+"/"+d.Key] = d
}

func (p *projections) slug(g *good.Good, e good.Entry) {
	if e.Value("slug", &g.Slug) {
		p.Slugs[g.Slug] = g.ID
	}
}

func (p *projections) move(e good.Entry) error {
	var key string
	if e.Value("record", &key) {
		r, ok := p.Records[key]
		if !ok {
			return nil // all its statements were erased
		}
		r.Good = e.Subjects[len(e.Subjects)-1]
		p.Records[key] = r
	}
	return nil
}

// byGood are the records of each good, in order.
func (p *projections) byGood() map[good.ID][]good.Record {
	of := map[good.ID][]good.Record{}
	for _, r := range p.Records {
		of[r.Good] = append(of[r.Good], r)
	}
	for _, records := range of {
		slices.SortFunc(records, func(a, b good.Record) int {
			return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.ForeignID, b.ForeignID))
		})
	}
	return of
}

// finish derives every good from its records.
func (p *projections) finish() {
	of := p.byGood()
	for id, g := range p.Goods {
		next := g.Restate(of[id], p.then[id])
		next.Version = 0
		p.Goods[id] = &next
	}
}
