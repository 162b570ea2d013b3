package main

import (
	"time"

	"stoa/internal/access"
	"stoa/internal/api"
	app "stoa/internal/app/localisation"
	"stoa/internal/app/localisation/reading"
	"stoa/internal/check/target"
	"stoa/internal/jobs"
)

// readTime is how long the reading of one good may take, all its repositories
// together.
const readTime = 5 * time.Minute

// repositories reads what repositories say of their languages, as a check does.
func (f CheckFlags) repositories() (*reading.Repositories, error) {
	client, err := f.client()
	if err != nil {
		return nil, err
	}
	return &reading.Repositories{Client: client, Limits: target.Limits{Files: 100_000, Bytes: 1 << 30, Time: checkTime}}, nil
}

// readsLanguages has the goods read that are due.
func (c *ServeCmd) readsLanguages(cfg *jobs.Config) {
	cfg.Doers[app.Task] = jobs.Doer{Do: c.local.Do, Attempts: 3, Time: readTime}
	cfg.Ticks = append(cfg.Ticks, jobs.Tick{Name: "languages", Every: 5 * time.Minute, Do: c.local.Tick}, jobs.Tick{Name: "languages daily", Every: 24 * time.Hour, Do: c.local.Daily})
}

// ReadCmd reads repositories.
type ReadCmd struct {
	As
	CheckFlags
	Good []string `arg:"" help:"Slugs or ids of goods."`
}

// Run reads them, and prints what is known of the languages of each.
func (c *ReadCmd) Run(env *Env) error {
	reader, err := c.repositories()
	if err != nil {
		return err
	}
	return c.localises(env, func(a *app.App, who access.Who) (any, error) {
		a.Reader, a.Queue = reader, atOnce{}
		ids, err := a.ReadNow(env.Ctx, who, c.Good)
		if err != nil {
			return nil, err
		}
		out := map[string]api.GoodLanguages{}
		for _, id := range ids {
			v, err := a.Languages(env.Ctx, access.Who{}, string(id))
			if err != nil {
				return nil, err
			}
			out[v.Good.Slug] = api.LanguagesOf(v)
		}
		return out, nil
	})
}
