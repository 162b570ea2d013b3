package advisory

import (
	"context"
	"slices"

	"stoa/internal/access"
	"stoa/internal/advise"
	"stoa/internal/good"
)

// Telling lists the verbs of which somebody should hear.
var Telling = []good.Verb{good.ConsultationStated, good.CommentAnswered}

// Concerned says who should hear of an entry: the group of what it is asked,
// those who work here of a draft open to all, and a commenter of the answer. Of
// what was brought in from elsewhere nobody does.
func (a *App) Concerned(ctx context.Context, e good.Entry) ([]good.Notice, error) {
	if e.Actor.Role == access.Importer || len(e.Subjects) == 0 {
		return nil, nil
	}
	if e.Verb == good.CommentAnswered {
		return a.commenterHears(ctx, e)
	}
	var c advise.Consultation
	e.Value("consultation", &c) // of an older form it has no version
	if c.Version != 1 {         // extended: they know of it
		return nil, nil
	}
	out, err := a.groupHears(ctx, &c)
	if err != nil || !c.Public || c.Subject != advise.OnStandard {
		return out, err
	}
	roles, err := a.DB.Primary().AllRoles(ctx)
	for p := range roles {
		if !slices.ContainsFunc(out, func(n good.Notice) bool { return n.Person == p }) {
			out = append(out, good.Notice{Person: p, Kind: "draft-open", About: c.ID, Args: map[string]string{"Standard": c.Ref, "Until": string(c.Closes)}, Path: at(&c)})
		}
	}
	return out, err
}

// groupHears tells those who sit on the day a consultation opens, save those
// with an interest in it.
func (a *App) groupHears(ctx context.Context, c *advise.Consultation) ([]good.Notice, error) {
	seats, err := a.DB.Primary().Seats(ctx)
	if err != nil {
		return nil, err
	}
	var holders []string
	for _, s := range seats {
		if advise.MayAdvise(&s, c, c.Opens) == nil {
			holders = append(holders, s.Pseudonym)
		}
	}
	people, err := a.DB.Primary().PeopleOf(ctx, holders)
	var out []good.Notice
	for _, p := range people {
		out = append(out, good.Notice{Person: p.ID, Kind: "opinion-asked", About: c.ID, Args: map[string]string{"Subject": c.Title}, Path: at(c)})
	}
	return out, err
}

// commenterHears tells whoever made a comment that it is answered.
func (a *App) commenterHears(ctx context.Context, e good.Entry) ([]good.Notice, error) {
	if len(e.Subjects) < 2 {
		return nil, nil
	}
	m, err := a.DB.Primary().Comment(ctx, e.Subjects[1])
	if err != nil {
		return nil, err
	}
	people, err := a.DB.Primary().PeopleOf(ctx, []string{m.Pseudonym})
	if err != nil || len(people) == 0 {
		return nil, err
	}
	all, err := a.DB.Primary().Consultations(ctx)
	i := slices.IndexFunc(all, func(c advise.Consultation) bool { return c.ID == m.Consultation })
	if err != nil || i < 0 {
		return nil, err
	}
	return []good.Notice{{Person: people[0].ID, Kind: "comment-answered", About: m.ID, Args: map[string]string{"Title": all[i].Title}, Path: at(&all[i])}}, nil
}

// at is where a consultation is read.
func at(c *advise.Consultation) string { return "/consultations/" + c.Slug }
