package store

import (
	"cmp"
	"context"
	"slices"

	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/need"
	"stoa/internal/support"
)

// naming lists what names a good and goes with it: what is told in public or
// not, and shortlists of needs, which are private.
func (r reads) naming(ctx context.Context, id good.ID) (f good.Followers, shortlists []good.Moved, err error) {
	add := func(list *[]good.Moved, thing good.ID, first ...good.ID) {
		for _, of := range first {
			*list = append(*list, good.Moved{Thing: thing, Good: of})
		}
	}
	offers, err := docs[support.Offer](ctx, r, Q(`SELECT t.doc FROM support_things t JOIN support_terms x ON x.thing = t.id WHERE x.term = $1 AND t.face = 'offer' ORDER BY t.id`), "good:"+string(id))
	for _, o := range offers {
		add(&f.Support, o.ID, good.FirstNamed(o.Goods, o.Was, id)...)
	}
	if err != nil {
		return f, nil, err
	}
	agreed, err := docs[support.Agreement](ctx, r, Q(`SELECT t.doc FROM support_things t JOIN support_terms x ON x.thing = t.id WHERE x.term = $1 AND t.face = 'agreement' ORDER BY t.id`), "good:"+string(id))
	for _, a := range agreed {
		add(&f.Support, a.ID, cmp.Or(a.Was, a.Good))
	}
	if err != nil {
		return f, nil, err
	}
	asked, err := r.asked(ctx, Q(`SELECT t.doc, t.owner FROM support_things t JOIN support_terms x ON x.thing = t.id WHERE x.term = $1 AND t.face = 'request' ORDER BY t.id`), "good:"+string(id))
	for _, q := range asked {
		add(&f.Support, q.ID, cmp.Or(q.Was, q.Good))
	}
	if err != nil {
		return f, nil, err
	}
	tasks, err := docs[l10n.Task](ctx, r, Q(`SELECT doc FROM l10n_tasks WHERE good = $1 ORDER BY id`), id)
	for _, t := range tasks {
		if !t.About { // its name and description stay its own
			add(&f.Tasks, t.ID, cmp.Or(t.Was, t.Good))
		}
	}
	if err != nil {
		return f, nil, err
	}
	ways, err := r.RecipesOf(ctx, id)
	for _, w := range ways {
		f.Recipes = append(f.Recipes, w.ID)
	}
	if err != nil {
		return f, nil, err
	}
	words, err := r.Terms(ctx, id)
	for _, t := range words {
		add(&f.Terms, t.ID, cmp.Or(t.Was, t.Good))
	}
	if err != nil {
		return f, nil, err
	}
	needs, err := docs[need.Record](ctx, r, Q(`SELECT n.doc FROM need_tags t JOIN needs n ON n.id = t.need WHERE t.tag = $1 ORDER BY n.id`), shortlisted+string(id))
	for _, n := range needs {
		add(&shortlists, n.ID, good.FirstNamed(n.Shortlist, n.Was, id)...)
	}
	return f, shortlists, err
}

// follow makes what names one good name another and says what of it is told in
// public: what went elsewhere since, or was said anew, stays as it is.
func (tx *Tx) follow(ctx context.Context, m transfer, from, to good.ID) (told good.Followers, err error) {
	for _, x := range m.Support {
		public, err := tx.followSupport(ctx, x, from, to)
		if err != nil {
			return told, err
		}
		if public {
			told.Support = append(told.Support, x)
		}
	}
	for _, x := range m.Tasks {
		t, err := tx.LocalisationTask(ctx, x.Thing)
		if err != nil {
			return told, err
		}
		if t == nil || t.Good != from || cmp.Or(t.Was, t.Good) != x.Good {
			continue
		}
		t.Move(to)
		if err := tx.PutLocalisationTask(ctx, t); err != nil {
			return told, err
		}
		told.Tasks = append(told.Tasks, x)
	}
	for _, x := range m.Terms {
		t, err := tx.Term(ctx, x.Thing)
		if err != nil {
			return told, err
		}
		if t == nil || t.Good != from || cmp.Or(t.Was, t.Good) != x.Good {
			continue
		}
		t.Move(to)
		if err := tx.PutTerm(ctx, *t); err != nil {
			return told, err
		}
		told.Terms = append(told.Terms, x)
	}
	if told.Recipes, err = tx.moveRecipes(ctx, m.Recipes, from, to); err != nil {
		return told, err
	}
	for _, x := range m.Shortlists {
		n, owner, err := tx.Need(ctx, x.Thing)
		if err != nil {
			return told, err
		}
		if n == nil || !names(n.Shortlist, n.Was, x.Good, from) {
			continue
		}
		n.Shortlist, n.Was = good.Follow(n.Shortlist, n.Was, x.Good, to)
		if err := tx.PutNeed(ctx, n, owner); err != nil {
			return told, err
		}
	}
	return told, nil
}

// followSupport is the part of that about help for goods.
func (tx *Tx) followSupport(ctx context.Context, x good.Moved, from, to good.ID) (public bool, err error) {
	o, err := tx.Offer(ctx, x.Thing)
	if err != nil || o != nil && !names(o.Goods, o.Was, x.Good, from) {
		return false, err
	}
	if o != nil {
		o.Move(x.Good, to)
		return true, tx.PutOffer(ctx, o)
	}
	a, err := tx.Agreement(ctx, x.Thing)
	if err != nil || a != nil && (a.Good != from || cmp.Or(a.Was, a.Good) != x.Good) {
		return false, err
	}
	if a != nil {
		a.Move(to)
		return true, tx.PutAgreement(ctx, a)
	}
	r, err := tx.SupportRequest(ctx, x.Thing)
	if err != nil || r == nil || r.Good != from || cmp.Or(r.Was, r.Good) != x.Good {
		return false, err
	}
	r.Move(to)
	return r.Public, tx.PutRequest(ctx, r)
}

// names says whether a list first named a good that is part of another now.
func names(list []good.ID, was []good.Part, of, now good.ID) bool {
	return slices.Contains(good.FirstNamed(list, was, now), of)
}

// followed are the values of the journal that tell it; none where nothing
// followed.
func followed(f good.Followers) []NamedValue {
	if len(f.Support)+len(f.Tasks)+len(f.Terms)+len(f.Recipes) == 0 {
		return nil
	}
	return []NamedValue{{Name: "followed", Value: f}}
}
