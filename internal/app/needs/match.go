// Package needs holds what can be done with needs: goods are ranked for one,
// and who keeps one changes, shows, shares and closes it.
package needs

import (
	"context"

	"stoa/internal/catalog"
	"stoa/internal/good"
	"stoa/internal/need"
	"stoa/internal/store"
)

// App is the noun's verbs and views.
type App struct {
	DB   *store.DB
	Live *catalog.Live
}

// looked is how many of the goods that the index finds are read and weighed.
const looked = 40

// Match ranks up to n goods for what is asked, the best first.
func (a *App) Match(ctx context.Context, ask need.Ask, n int) ([]need.Ranked, error) {
	if err := ask.Check(); err != nil {
		return nil, err
	}
	found := a.Live.Load().Answer(ask.Question(), looked)
	ids := make([]good.ID, len(found))
	for i, f := range found {
		ids[i] = f.ID
	}
	goods, err := a.DB.Goods(ctx, ids)
	if err != nil {
		return nil, err
	}
	list := ask.Rank(found, goods)
	return list[:min(n, len(list))], nil
}
