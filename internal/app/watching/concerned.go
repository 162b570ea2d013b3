package watching

import (
	"context"
	"slices"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/watch"
)

// Telling lists the verbs of which somebody should hear.
var Telling = []good.Verb{good.SignNoticed, good.SignMended, good.SignStayed, good.SignSettled}

// Concerned says who should hear of an entry that the watch wrote: owners of
// what becomes of their good, the secretariat of what became a case.
func (a *App) Concerned(ctx context.Context, e good.Entry) ([]good.Notice, error) {
	if len(e.Subjects) < 2 {
		return nil, nil
	}
	s, err := a.DB.Primary().Sign(ctx, e.Subjects[1])
	if good.KindOf(err) == good.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	g, err := a.DB.Primary().Good(ctx, s.Good)
	if err != nil {
		return nil, err
	}
	kind := map[good.Verb]string{good.SignNoticed: "watch-noticed", good.SignMended: "watch-mended", good.SignStayed: "watch-stayed", good.SignSettled: "watch-settled"}[e.Verb]
	if e.Verb == good.SignSettled && s.End == watch.Challenged {
		return nil, nil // the challenge tells them itself
	}
	n := notice(kind, g, s.Sign)
	people, err := a.owners(ctx, g.ID)
	if e.Verb == good.SignStayed {
		n.Path = "/desk/watch/" + string(s.ID)
		people, err = a.secretariat(ctx)
	}
	var out []good.Notice
	for _, p := range people {
		one := n
		one.Person = p
		out = append(out, one)
	}
	return out, err
}

// notice is one about a sign of a good, for its owners. Says is the sentence
// that says what was seen.
func notice(kind string, g *good.Good, s watch.Sign) good.Notice {
	args := map[string]string{"Good": g.Name, "Says": "sign.says." + string(s.Kind), "About": s.About, "Was": s.Was, "Is": s.Is, "Indicator": s.Indicator}
	if s.Reason != "" {
		args["Reason"] = s.Reason
	}
	return good.Notice{Kind: kind, About: s.ID, Args: args, Path: "/goods/" + g.Slug + "/watch"}
}

func (a *App) secretariat(ctx context.Context) ([]good.ID, error) {
	people, err := a.DB.Primary().WithRole(ctx, access.Secretariat)
	var out []good.ID
	for _, p := range people {
		out = append(out, p.ID)
	}
	slices.Sort(out)
	return out, err
}
