package calls

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/call"
	"stoa/internal/good"
	"stoa/internal/need"
)

// ForNeed are up to n calls that take entries now and fit a need, the best
// first, each with what speaks for it.
func (a *App) ForNeed(ctx context.Context, ask *need.Ask, n int) ([]need.Aid, error) {
	list, err := a.List(ctx)
	if err != nil {
		return nil, err
	}
	var out []need.Aid
	for i := range list {
		if aid, fits := fitNeed(&list[i], ask); fits {
			out = append(out, aid)
		}
	}
	return need.Best(out, n), nil
}

// fitNeed says whether a call fits a need, and why: nothing that the call asks
// for speaks against it, and something that it names is what the need names.
func fitNeed(c *call.Call, ask *need.Ask) (need.Aid, bool) {
	aid := need.Aid{ID: c.ID, Slug: c.Slug, Title: c.Title, By: c.By, Until: c.Until}
	if c.State != call.Open {
		return aid, false
	}
	names := false
	told := strings.ToLower(ask.Problem + "\n" + ask.Use + "\n" + strings.Join(ask.Sectors, "\n"))
	for _, theme := range c.Themes {
		if good.Says(told, strings.ToLower(theme)) {
			names = true
			aid.Add(need.Point{Code: "theme", Value: theme, Weight: 15})
		}
	}
	shares := func(code string, weight int, wants, has []string) bool {
		if len(wants) == 0 || len(has) == 0 { // it is open to all of them, or the need does not say
			return true
		}
		met := false
		for _, v := range has {
			if slices.Contains(wants, v) {
				met, names = true, true
				aid.Add(need.Point{Code: code, Value: v, Weight: weight})
			}
		}
		return met
	}
	var place []string
	if ask.Country != "" {
		place = []string{ask.Country}
	}
	if !shares("call-sdg", 20, numbers(c.SDGs), numbers(ask.SDGs)) || !shares("call-kind", 8, texts(c.Kinds), texts(ask.Kinds)) || !shares("call-country", 20, c.Countries, place) {
		return aid, false
	}
	if len(c.Countries) == 0 && ask.Country != "" {
		aid.Add(need.Point{Code: "call-anywhere", Weight: 5})
	}
	return aid, names
}

func numbers(list []int) (out []string) {
	for _, n := range list {
		out = append(out, strconv.Itoa(n))
	}
	return out
}

func texts[T ~string](list []T) (out []string) {
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}
