package need

import (
	"cmp"
	"slices"
	"time"

	"stoa/internal/good"
)

// Point is one thing that speaks for an aid. Code is the end of the keys of its
// words.
type Point struct {
	Code   string `json:"code"`
	Value  string `json:"value,omitempty"` // what it is about: a kind, country, language, goal, theme, or the slug of a good
	Name   string `json:"name,omitempty"`  // of that good
	Weight int    `json:"-"`
}

// Aid is what there is for a need besides goods: help that an organisation
// offers, or a call that takes entries.
type Aid struct {
	ID     good.ID   `json:"id"`
	Slug   string    `json:"slug,omitempty"` // of a call
	Title  good.Text `json:"title"`          // by language; under "" where nobody says in which it is
	By     string    `json:"organisation"`
	Until  time.Time `json:"until,omitzero"` // when a call closes
	Score  int       `json:"-"`
	Points []Point   `json:"reasons"` // what speaks for it first
}

// Add puts a reason to an aid.
func (a *Aid) Add(p Point) {
	a.Points, a.Score = append(a.Points, p), a.Score+p.Weight
}

// Called is its title for who reads a language, and in which it is; "" where
// nobody knows.
func (a *Aid) Called(lang string) (text, in string) {
	if s := a.Title[""]; s != "" {
		return s, ""
	}
	return a.Title.In(lang)
}

// Best are the n aids for which most speaks, the older of two that are alike,
// each with its strongest reasons first. The same aids give the same answer.
func Best(list []Aid, n int) []Aid {
	slices.SortFunc(list, func(a, b Aid) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	list = list[:min(n, len(list))]
	for i := range list {
		slices.SortStableFunc(list[i].Points, func(a, b Point) int { return b.Weight - a.Weight })
	}
	return list
}
