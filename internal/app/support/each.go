package support

import (
	"context"

	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/support"
)

// slice is how many things are read at a time where all are handed over.
const slice = 500

// EachOffer hands over every offer that fits, the newest first, with the names
// of the goods of the offers around it.
func (a *App) EachOffer(ctx context.Context, w Which, f func(support.Offer, Names) error) error {
	return each(ctx, a, w, a.DB.Offers, func(o support.Offer) (good.ID, []good.ID) { return o.ID, o.Goods }, f)
}

// EachRequest hands over every public request that fits, likewise.
func (a *App) EachRequest(ctx context.Context, w Which, f func(support.Request, Names) error) error {
	return each(ctx, a, w, a.DB.Requests, func(r support.Request) (good.ID, []good.ID) { return r.ID, []good.ID{r.Good} }, f)
}

// EachAgreement hands over every agreement that fits, likewise.
func (a *App) EachAgreement(ctx context.Context, w Which, f func(support.Agreement, Names) error) error {
	return each(ctx, a, w, a.DB.Agreements, func(g support.Agreement) (good.ID, []good.ID) { return g.ID, []good.ID{g.Good} }, f)
}

// each hands over what a list holds, slice by slice.
func each[T any](ctx context.Context, a *App, w Which, list func(context.Context, store.SupportThat, good.ID, int) ([]T, error), of func(T) (good.ID, []good.ID), f func(T, Names) error) error {
	that, _, err := a.question(ctx, w)
	if err != nil {
		return err
	}
	if _, err := a.whose(ctx, w, &that); err != nil {
		return err
	}
	for before := w.Before; ; {
		some, err := list(ctx, that, before, slice)
		if err != nil || len(some) == 0 {
			return err
		}
		var ids []good.ID
		for _, one := range some {
			id, goods := of(one)
			before, ids = id, append(ids, goods...)
		}
		names, err := a.names(ctx, ids)
		if err != nil {
			return err
		}
		for _, one := range some {
			if err := f(one, names); err != nil {
				return err
			}
		}
	}
}

// EachOrganisation hands over every organisation that fits, by slug.
func (a *App) EachOrganisation(ctx context.Context, w Which, f func(Organisation) error) error {
	for after := ""; ; {
		list, err := a.Organisations(ctx, w, after, slice)
		if err != nil {
			return err
		}
		for _, o := range list.Items {
			if err := f(o); err != nil {
				return err
			}
		}
		if after = list.Next; after == "" {
			return nil
		}
	}
}
