package assessment

import (
	"context"
	"encoding/json"
	"math"
	"time"

	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// Kept is what an assessment keeps of a person, for them to take away.
type Kept struct {
	Applications []KeptApplication `json:"applications,omitempty"`
	Conflicts    []assess.Declared `json:"conflicts,omitempty"`
	Challenges   []KeptChallenge   `json:"challenges,omitempty"`
	Files        []KeptFile        `json:"files,omitempty"`
	Remarks      []KeptRemark      `json:"remarks,omitempty"`
}

// KeptChallenge is a doubt the person told of, in confidence or not.
type KeptChallenge struct {
	ID           good.ID     `json:"id"`
	Name         string      `json:"name"` // of the good
	Confidential bool        `json:"confidential"`
	Indicators   []string    `json:"indicators"`
	Text         string      `json:"text"`
	Links        []good.Link `json:"links,omitempty"`
	As           string      `json:"as,omitempty"` // what they are called there
	Contact      string      `json:"contact,omitempty"`
	Time         time.Time   `json:"time"`
}

// KeptFile is a file the person attached. What is in it can be fetched at its
// address while they are signed in.
type KeptFile struct {
	Application good.ID   `json:"application"`
	Question    string    `json:"question"`
	Name        string    `json:"name"`
	Size        int64     `json:"size"` // bytes
	SHA256      string    `json:"sha256"`
	Path        string    `json:"path"`
	Time        time.Time `json:"time"`
}

// KeptRemark is what the person wrote about an application while reviewing.
type KeptRemark struct {
	Sort        string    `json:"sort"` // verdict, note or suggestion
	Application good.ID   `json:"application"`
	About       string    `json:"about,omitempty"` // indicator or question
	Verdict     string    `json:"verdict,omitempty"`
	Text        string    `json:"text,omitempty"`
	Time        time.Time `json:"time"`
}

// KeptApplication is an application in which the person has a part.
type KeptApplication struct {
	ID    good.ID      `json:"id"`
	Name  string       `json:"name"`
	State assess.State `json:"state"`
	Part  string       `json:"part"`
	Since time.Time    `json:"since"`
}

// keptAtMost is how many applications of each part are named to a person.
const keptAtMost = 10_000

// Kept returns what is kept of a person.
func (a *App) Kept(ctx context.Context, p good.Person) (any, error) {
	var out Kept
	for _, part := range []string{store.PartOwner, store.PartReviewer, store.PartExpert, store.PartDecider, store.PartAppealed} {
		list, err := a.DB.Mine(ctx, p.ID, part, keptAtMost)
		if err != nil {
			return nil, err
		}
		for _, i := range list {
			out.Applications = append(out.Applications, KeptApplication{i.ID, i.Name, i.State, part, i.Since})
		}
	}
	var err error
	if out.Conflicts, err = a.DB.DeclaredConflicts(ctx, []good.ID{p.ID}); err != nil {
		return nil, err
	}
	return out, a.written(ctx, p.ID, &out)
}

// written adds what a person told, attached and wrote.
func (a *App) written(ctx context.Context, person good.ID, out *Kept) error {
	told, err := a.DB.ReportedBy(ctx, person)
	if err != nil {
		return err
	}
	for _, r := range told {
		app, err := a.DB.Application(ctx, r.Application)
		if err != nil {
			return err
		}
		c := KeptChallenge{ID: app.ID, Name: app.Name, Confidential: app.Confidential, Indicators: app.Scope, As: r.Name, Contact: r.Contact, Time: r.Time}
		if app.Doubt != nil {
			c.Text, c.Links = app.Doubt.Text, app.Doubt.Links
		}
		out.Challenges = append(out.Challenges, c)
	}
	files, err := a.DB.AttachedBy(ctx, person)
	if err != nil {
		return err
	}
	for _, f := range files {
		out.Files = append(out.Files, KeptFile{f.About, f.Question, f.Name, f.Size, f.Hash, "/files/" + f.ID, f.Created})
	}
	remarks, err := a.DB.RemarksBy(ctx, person)
	for _, m := range remarks {
		out.Remarks = append(out.Remarks, KeptRemark(m))
	}
	return err
}

// Gone takes away what names a person who is erased. What they found and wrote
// for an application stays, by an id behind which nobody stands any more; the
// seats they had become free with the next tick. What they answered to the
// questions that are never shown, such as how to reach them, goes, and so do
// the files they attached, which were never public either.
func (a *App) Gone(ctx context.Context, tx *store.Tx, p good.Person) error {
	list, err := tx.Mine(ctx, p.ID, store.PartOwner, math.MaxInt32)
	if err != nil {
		return err
	}
	for _, i := range list {
		set, ok := a.Library.Find(i.Standard)
		if !ok {
			continue
		}
		answers, err := tx.Answers(ctx, i.ID)
		if err != nil {
			return err
		}
		var emptied []store.StoredAnswer
		for id, held := range answers {
			if q, ok := set.Question(id); ok && !q.Public && q.Type != standard.Files && held.Person == p.ID {
				emptied = append(emptied, store.StoredAnswer{Question: id, Version: held.Version, Person: p.ID, Doc: json.RawMessage(`{}`)})
			}
		}
		if err := tx.PutAnswers(ctx, i.ID, emptied); err != nil {
			return err
		}
	}
	files, err := tx.AttachedBy(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := tx.DropAttachment(ctx, f.ID); err != nil {
			return err
		}
	}
	return tx.ForgetJudge(ctx, p.ID)
}
