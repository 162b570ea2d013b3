package calls

import (
	"context"
	"slices"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/call"
	"stoa/internal/good"
	"stoa/internal/store"
)

// maxJury is how many jurors a call may have.
const maxJury = 200

// AddJuror asks the person with an address to score entries of a call.
func (a *App) AddJuror(ctx context.Context, who access.Who, key, email string) (*call.Call, error) {
	address, err := good.EmailAddress(email)
	if err != nil {
		return nil, &good.Error{Kind: good.Invalid, Key: "advisory.error.person", Field: "person", Err: err}
	}
	c, _, err := a.do(ctx, who, access.RunCall, key, 0, func(ctx context.Context, s *scene) (good.Verb, error) {
		person, err := s.tx.PersonByEmail(ctx, address)
		if err != nil {
			return "", err
		}
		if person == nil {
			return "", &good.Error{Kind: good.Invalid, Key: "advisory.error.person", Field: "person"}
		}
		jury, err := s.tx.Jurors(ctx, s.ID)
		if err != nil {
			return "", err
		}
		if len(jury) >= maxJury || s.State.Over() {
			return "", &good.Error{Kind: good.Conflict, Key: "calls.error.over"}
		}
		return "", s.tx.PutJuror(ctx, Juror{Call: s.ID, Pseudonym: person.Pseudonym, Person: person.ID})
	})
	return c, err
}

// DropJuror takes somebody out of the jury. What they scored counts on; what
// they have not goes to others with the next Assign.
func (a *App) DropJuror(ctx context.Context, who access.Who, key, juror string) (*call.Call, error) {
	c, _, err := a.do(ctx, who, access.RunCall, key, 0, func(ctx context.Context, s *scene) (good.Verb, error) {
		jury, err := s.tx.Jurors(ctx, s.ID)
		if err != nil {
			return "", err
		}
		if !slices.ContainsFunc(jury, func(j Juror) bool { return j.Pseudonym == juror }) {
			return "", &good.Error{Kind: good.NotFound, Key: "calls.error.juror"}
		}
		return "", s.tx.DropJuror(ctx, s.ID, juror)
	})
	return c, err
}

// Assigned is what an assignment gave, and where too few jurors were left.
type Assigned struct {
	Given int       `json:"given"`
	Short []good.ID `json:"short,omitempty"` // entries
}

// Assign gives the entries that stand in the stage under way to jurors, once
// the call is closed: nobody an entry in which they have a conflict of interest.
func (a *App) Assign(ctx context.Context, who access.Who, key string) (Assigned, error) {
	var out Assigned
	_, _, err := a.do(ctx, who, access.RunCall, key, 0, func(ctx context.Context, s *scene) (good.Verb, error) {
		out = Assigned{}
		if s.State != call.Closed {
			return "", &good.Error{Kind: good.Conflict, Key: "calls.error.not-closed"}
		}
		entries, err := s.tx.CallEntries(ctx, s.ID)
		if err != nil {
			return "", err
		}
		jury, err := s.tx.Jurors(ctx, s.ID)
		if err != nil {
			return "", err
		}
		barred, err := conflicts(ctx, s.tx, entries, jury)
		if err != nil {
			return "", err
		}
		have, err := s.tx.Scores(ctx, s.ID)
		if err != nil {
			return "", err
		}
		names, of := []string{}, map[string]good.ID{}
		for _, j := range jury {
			names, of[j.Pseudonym] = append(names, j.Pseudonym), j.Person
		}
		give, short := call.Assign(s.Stages[s.At], standing(entries), inStage(have, s.At), names, func(j string, e good.ID) bool { return barred[e][j] })
		out.Short = short
		for _, id := range standing(entries) {
			for _, j := range give[id] {
				if err := s.tx.PutScore(ctx, call.Score{Call: s.ID, Entry: id, Stage: s.At, Juror: j, Person: of[j], Given: s.now.UTC()}); err != nil {
					return "", err
				}
				s.tx.Append(good.CallEntryAssigned, []good.ID{s.ID, id}, value("juror", j))
				out.Given++
			}
		}
		return "", nil
	})
	return out, err
}

// standing are the entries of the stage under way.
func standing(entries []*call.Entry) []good.ID {
	var out []good.ID
	for _, e := range entries {
		if e.State == call.Entered {
			out = append(out, e.ID)
		}
	}
	return out
}

// inStage are the scores of one stage.
func inStage(scores []call.Score, stage int) []call.Score {
	return slices.DeleteFunc(slices.Clone(scores), func(s call.Score) bool { return s.Stage != stage })
}

// conflicts says, by entry and juror's pseudonym, who must not score what: by
// the rules of review.
func conflicts(ctx context.Context, tx *store.Tx, entries []*call.Entry, jury []Juror) (map[good.ID]map[string]bool, error) {
	people := make([]good.ID, len(jury))
	for i, j := range jury {
		people[i] = j.Person
	}
	out := map[good.ID]map[string]bool{}
	for _, e := range entries {
		if e.State != call.Entered {
			continue
		}
		found, err := tx.Conflicts(ctx, e.Good, owners(e), people)
		if err != nil {
			return nil, err
		}
		out[e.ID] = map[string]bool{}
		for _, j := range jury {
			out[e.ID][j.Pseudonym] = len(found[j.Person]) > 0
		}
	}
	return out, nil
}

// owners are who entered; nobody where they were erased since.
func owners(e *call.Entry) []good.ID {
	if e.Owner == "" {
		return nil
	}
	return []good.ID{e.Owner}
}

// scoring is one juror's part in one entry, in the midst of a transaction.
type scoring struct {
	*scene
	entry *call.Entry
	score call.Score
}

// onScore runs one step of a juror on what they were given.
func (a *App) onScore(ctx context.Context, who access.Who, id good.ID, step func(*scoring) error) error {
	now := a.Now()
	_, err := a.DB.Do(ctx, good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		e, err := tx.CallEntry(ctx, id)
		if err != nil {
			return err
		}
		c, err := held(ctx, tx, string(e.Call))
		if err != nil {
			return err
		}
		mine, err := part(ctx, tx, c, e, who)
		if err != nil {
			return err
		}
		if c.State != call.Closed || e.State != call.Entered || mine.Stage != c.At {
			return &good.Error{Kind: good.Conflict, Key: "calls.error.stage-over"}
		}
		s := &scoring{scene: &scene{Call: c, tx: tx, now: now}, entry: e, score: mine}
		if err := step(s); err != nil {
			return err
		}
		return tx.PutScore(ctx, s.score)
	})
	return err
}

// scores is what both a database and a transaction read of who scores what.
type scores interface {
	Scores(ctx context.Context, of good.ID) ([]call.Score, error)
	Conflicts(ctx context.Context, id good.ID, owners, people []good.ID) (map[good.ID][]assess.Reason, error)
}

// part is the newest part of somebody in an entry; who has none, or came into a
// conflict of interest since, is turned away.
func part(ctx context.Context, r scores, c *call.Call, e *call.Entry, who access.Who) (call.Score, error) {
	all, err := r.Scores(ctx, c.ID)
	if err != nil {
		return call.Score{}, err
	}
	t := access.Thing{Owners: []good.ID{e.Owner}}
	var mine call.Score
	for _, s := range all {
		if s.Entry == e.ID {
			t.Assigned = append(t.Assigned, s.Person)
			if s.Person == who.Person && s.Person != "" {
				mine = s
			}
		}
	}
	if mine.Juror != "" {
		found, err := r.Conflicts(ctx, e.Good, owners(e), []good.ID{who.Person})
		if err != nil {
			return mine, err
		}
		if len(found[who.Person]) > 0 {
			t.Conflicted = []good.ID{who.Person}
		}
	}
	_, err = access.As(who, access.ScoreEntry, t)
	return mine, err
}

// Score gives points to an entry, as one of its jurors: for every criterion of
// the sheet. One may give others until all its jurors are done: then each sees
// what the others gave, and nobody changes theirs.
func (a *App) Score(ctx context.Context, who access.Who, id good.ID, points map[string]int, comment string) error {
	return a.onScore(ctx, who, id, func(s *scoring) error {
		all, err := s.tx.Scores(ctx, s.ID)
		if err != nil {
			return err
		}
		if allIn(all, id, s.At, s.Stages[s.At].Jurors) {
			return &good.Error{Kind: good.Conflict, Key: "calls.error.scored"}
		}
		return s.score.Give(s.Stages[s.At], points, comment, s.now.UTC())
	})
}

// allIn says whether everybody who scores an entry in a stage is done.
func allIn(all []call.Score, entry good.ID, stage, jurors int) bool {
	done := 0
	for _, s := range all {
		if s.Entry != entry || s.Stage != stage {
			continue
		}
		if s.Waits() {
			return false
		}
		if !s.Done.IsZero() {
			done++
		}
	}
	return done >= jurors
}

// StandAside ends one's part in an entry that one must not score.
func (a *App) StandAside(ctx context.Context, who access.Who, id good.ID, reason string) error {
	return a.onScore(ctx, who, id, func(s *scoring) error { return s.score.StandAside(reason) })
}

// Decide ends the stage under way with a verdict and its reason for each entry
// that stands in it.
func (a *App) Decide(ctx context.Context, who access.Who, key string, version int64, verdicts []call.Verdict) (*call.Call, int64, error) {
	return a.do(ctx, who, access.RunCall, key, version, func(ctx context.Context, s *scene) (good.Verb, error) {
		entries, err := s.tx.CallEntries(ctx, s.ID)
		if err != nil {
			return "", err
		}
		all, err := s.tx.Scores(ctx, s.ID)
		if err != nil {
			return "", err
		}
		if err := s.Call.Decide(entries, inStage(all, s.At), verdicts, s.now.UTC()); err != nil {
			return "", err
		}
		for _, e := range entries {
			if n := len(e.Outcomes); n > 0 && e.Outcomes[n-1].At.Equal(s.now.UTC()) {
				if err := s.tx.PutEntry(ctx, e); err != nil {
					return "", err
				}
			}
		}
		return good.CallDecided, nil
	})
}
