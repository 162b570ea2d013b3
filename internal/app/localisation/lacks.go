package localisation

import (
	"context"
	"slices"
	"strings"

	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/store"
	"stoa/internal/vocab"
)

// Speech is how much of a good that is in use in a country speaks one of the
// country's languages; Percent is -1 where nobody said.
type Speech struct {
	Language string `json:"language"`
	Percent  int    `json:"percent"`
}

// Lack is a good in use in a country with the country's languages.
type Lack struct {
	Good   string   `json:"good_slug"`
	Name   string   `json:"name"`
	Uses   int      `json:"uses"` // confirmed deployments there
	Speaks []Speech `json:"languages"`
}

// Lacks is what the languages of a country lack: the goods that are in use there,
// the most used first.
type Lacks struct {
	Country   string   `json:"country"`
	Languages []string `json:"languages"` // in which its offices work
	Goods     []Lack   `json:"goods"`
}

// lackShown is how many goods are looked at.
const lackShown = 200

// Lacks says of the goods that are confirmed to be in use in a country how much
// of each speaks the languages in which the country's offices work.
func (a *App) Lacks(ctx context.Context, key string) (Lacks, error) {
	c, ok := vocab.CountryByCode(strings.ToUpper(key))
	if !ok {
		return Lacks{}, &good.Error{Kind: good.NotFound, Key: "error.topic.unknown", Args: map[string]any{"Name": good.Short(key)}}
	}
	out := Lacks{Country: c.Alpha2, Languages: vocab.OfficialLanguages(c.Alpha2), Goods: []Lack{}}
	uses, err := a.DB.CountryUses(ctx, c.Alpha2, store.UseGood, lackShown)
	if err != nil {
		return out, err
	}
	var ids []good.ID
	for _, u := range uses {
		ids = append(ids, good.ID(u.Value))
	}
	slices.Sort(ids)
	goods, err := a.DB.Goods(ctx, slices.Compact(ids))
	if err != nil {
		return out, err
	}
	for _, u := range uses {
		g := goods[good.ID(u.Value)]
		if g == nil {
			continue
		}
		covered, err := a.DB.Coverage(ctx, g.ID)
		if err != nil {
			return out, err
		}
		seen, err := a.DB.LanguagesSeen(ctx, g.ID)
		if err != nil {
			return out, err
		}
		l := Lack{Good: g.Slug, Name: g.Name, Uses: u.N}
		for _, tag := range out.Languages {
			s := Speech{Language: tag, Percent: l10n.Percent(tag, covered, seen)}
			l.Speaks = append(l.Speaks, s)
		}
		out.Goods = append(out.Goods, l)
	}
	return out, nil
}
