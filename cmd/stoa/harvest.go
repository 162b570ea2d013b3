package main

import (
	"fmt"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"

	"stoa/internal/access"
	"stoa/internal/api"
	"stoa/internal/app/goods"
	"stoa/internal/app/imports"
	"stoa/internal/app/imports/runs"
	"stoa/internal/fence"
	"stoa/internal/good"
	"stoa/internal/harvest/connect"
	"stoa/internal/jobs"
	"stoa/internal/store"
	"stoa/internal/web/page"
	sourcespage "stoa/internal/web/page/sources"
)

// HarvestFlags say where sources may be.
type HarvestFlags struct {
	HarvestNetworks []string `name:"harvest-networks" help:"Private networks in which a source may be as well, 10.1.0.0/16; none unless named." env:"STOA_HARVEST_NETWORKS" placeholder:"CIDR"`
	HarvestPorts    []uint16 `name:"harvest-ports" help:"Ports at which a source may be." env:"STOA_HARVEST_PORTS" default:"80,443"`
}

// Bounds of what a source sends.
const (
	harvestBytes = 2 << 30  // one answer
	harvestTotal = 64 << 30 // one run
	harvestTime  = 30 * time.Minute
)

// harvestTask is how long one task reads; another goes on.
const harvestTask = 10 * time.Minute

// visited remembers when each host was visited, for the whole process.
var visited connect.Hosts

// harvests is what reads sources by itself.
func (e *Env) harvests(db *store.DB, queue runs.Queue, f HarvestFlags) (*runs.App, error) {
	p := fence.Policy{MaxBytes: harvestBytes, MaxTime: harvestTime, MaxRedirects: 5, UserAgent: "Stoa", Ports: f.HarvestPorts}
	for _, n := range f.HarvestNetworks {
		network, err := netip.ParsePrefix(n)
		if err != nil {
			return nil, fmt.Errorf("--harvest-networks: %w; write it like 10.1.0.0/16", err)
		}
		p.Allow = append(p.Allow, network.Masked())
	}
	fenced := fence.New(p)
	return &runs.App{DB: db, Import: &imports.App{DB: db, Now: e.Now}, Queue: queue, Hosts: &visited, Now: e.Now,
		Client: func() *http.Client { return fenced.HTTP(harvestTotal) }}, nil
}

// harvesting makes what reads sources by itself.
func (c *ServeCmd) harvesting(env *Env, db *store.DB, g *goods.App) (pages []page.Route, err error) {
	var queue runs.Queue = atOnce{}
	if c.queue != nil {
		queue = c.queue
	}
	if c.harvested, err = env.harvests(db, queue, c.HarvestFlags); err == nil {
		c.harvested.CatchUp = g.CatchUp
		if err := connect.Sweep(c.harvested.Temp); err != nil { // the disk is short, not broken
			env.Log.Warn("sweep what a killed run left", "err", err)
		}
	}
	return sourcespage.Routes(c.harvested), err
}

// harvestsWhenDue has the sources read that are due.
func (c *ServeCmd) harvestsWhenDue(cfg *jobs.Config) {
	cfg.Doers[runs.Task] = jobs.Doer{Do: c.harvested.Do, Attempts: 5, Time: harvestTask}
	cfg.Ticks = append(cfg.Ticks, jobs.Tick{Name: "harvest", Every: time.Minute, Do: c.harvested.Tick})
}

// HarvestCmd looks after the sources that are read by themselves.
type HarvestCmd struct {
	List   HarvestListCmd   `cmd:"" help:"List the sources that are read by themselves, and the kinds that can be."`
	Add    HarvestAddCmd    `cmd:"" help:"Say how a source is read; of one that is known, say it anew."`
	Run    HarvestRunCmd    `cmd:"" help:"Read a source now, to the end, and print the report."`
	Show   HarvestShowCmd   `cmd:"" help:"Show a source, its last runs, and what could not be read in one."`
	Pause  HarvestPauseCmd  `cmd:"" help:"Stop reading a source until it is resumed."`
	Resume HarvestResumeCmd `cmd:"" help:"Read a source again, from where it stood."`
}

// Harvesting is what all commands on sources take.
type Harvesting struct {
	As
	HarvestFlags
}

// do opens the instance for fn, as somebody, and prints what it gives as JSON.
func (c Harvesting) do(env *Env, fn func(*runs.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	app, err := env.harvests(db, atOnce{}, c.HarvestFlags)
	if err != nil {
		return err
	}
	who, err := c.who(env, db)
	if err != nil {
		return err
	}
	out, err := fn(app, who)
	if err != nil || out == nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// HarvestListCmd lists.
type HarvestListCmd struct{ Harvesting }

// Run prints every source and every kind.
func (c *HarvestListCmd) Run(env *Env) error {
	return c.do(env, func(a *runs.App, _ access.Who) (any, error) {
		list, err := a.Sources(env.Ctx)
		out := api.HarvestList{Items: []api.Harvest{}, Kinds: runs.Kinds()}
		for _, s := range list {
			out.Items = append(out.Items, api.HarvestOf(s))
		}
		return out, err
	})
}

// HarvestAddCmd sets.
type HarvestAddCmd struct {
	Harvesting
	Source   string   `arg:"" help:"Id of the source: small letters, digits and hyphens."`
	Name     string   `required:"" help:"What it is called."`
	Kind     string   `required:"" help:"How it is read; stoa harvest list names the kinds."`
	Address  string   `required:"" help:"Where it is."`
	Option   []string `help:"What its kind asks for besides, name=value; a value that begins with @ is read from that file, as one with commas has to be." placeholder:"NAME=VALUE"`
	URL      string   `name:"url" help:"Where people look at it; its address unless said."`
	Issuer   string   `help:"Who recognises goods there."`
	Licence  string   `help:"Of its data."`
	Priority int      `help:"1 to 90: of two sources the word of the higher counts. 0 for what its kind is worth."`
	Keeper   string   `help:"The office or organisation that looks after it."`
	Hours    int      `help:"From one reading to the next; 0 for only when somebody asks." default:"24"`
	Rate     int      `help:"Requests a minute to one host, at most; 0 for 120."`
	Most     int      `help:"Records of one run, at most; 0 for 5,000,000."`
	Agreed   bool     `help:"Who runs it agreed, whatever its robots.txt says."`
}

// Run sets the source and prints it.
func (c *HarvestAddCmd) Run(env *Env) error {
	options, err := c.options()
	if err != nil {
		return err
	}
	return c.do(env, func(a *runs.App, who access.Who) (any, error) {
		set := api.HarvestSetting{Name: c.Name, URL: c.URL, Issuer: c.Issuer, Licence: c.Licence, Priority: c.Priority, Kind: c.Kind, Address: c.Address, Options: options,
			Keeper: c.Keeper, Hours: c.Hours, Rate: c.Rate, Most: c.Most, Agreed: c.Agreed}
		if have, err := a.Show(env.Ctx, c.Source); err == nil {
			set.Version, set.Paused = have.Version, have.Paused
		} else if good.KindOf(err) != good.NotFound {
			return nil, err
		}
		s, err := a.Set(env.Ctx, who, set.Set(c.Source))
		if err != nil {
			return nil, err
		}
		return api.HarvestOf(*s), nil
	})
}

// options are what was said with --option.
func (c *HarvestAddCmd) options() (map[string]string, error) {
	out := map[string]string{}
	for _, o := range c.Option {
		name, v, ok := strings.Cut(o, "=")
		if !ok {
			return nil, &good.Error{Kind: good.Invalid, Key: "harvest.error.value", Field: "option", Args: map[string]any{"Field": "option", "Value": o}}
		}
		if file, found := strings.CutPrefix(v, "@"); found {
			raw, err := os.ReadFile(file)
			if err != nil {
				return nil, fmt.Errorf("read the option %s: %w", name, err)
			}
			v = string(raw)
		}
		out[name] = v
	}
	return out, nil
}

// HarvestRunCmd reads.
type HarvestRunCmd struct {
	Harvesting
	Source   string `arg:"" help:"Id of the source."`
	TakeOver bool   `help:"Even if somebody else seems to read it: they find out and stop."`
}

// Run reads the source and prints the report.
func (c *HarvestRunCmd) Run(env *Env) error {
	return c.do(env, func(a *runs.App, who access.Who) (any, error) {
		bar := progress(env.Stderr, -1)
		return a.ReadNow(env.Ctx, who, c.Source, c.TakeOver, func(r good.Run) {
			if bar != nil {
				bar(r.Records())
			}
		})
	})
}

// HarvestShowCmd shows.
type HarvestShowCmd struct {
	Harvesting
	Source string `arg:"" help:"Id of the source."`
	Faults int    `help:"Number of the run of which to list what could not be read." placeholder:"N"`
}

// Run prints the source with its last runs.
func (c *HarvestShowCmd) Run(env *Env) error {
	return c.do(env, func(a *runs.App, _ access.Who) (any, error) {
		s, err := a.Show(env.Ctx, c.Source)
		if err != nil {
			return nil, err
		}
		if c.Faults > 0 {
			list, err := a.Faults(env.Ctx, c.Source, c.Faults, 1000)
			return api.HarvestFaults{Items: list}, err
		}
		list, err := a.Runs(env.Ctx, c.Source, 0, 20)
		return map[string]any{"source": api.HarvestOf(*s), "runs": list}, err
	})
}

// HarvestPauseCmd pauses.
type HarvestPauseCmd struct {
	Harvesting
	Source string `arg:"" help:"Id of the source."`
}

// Run pauses.
func (c *HarvestPauseCmd) Run(env *Env) error {
	return c.do(env, func(a *runs.App, who access.Who) (any, error) {
		return nil, a.Pause(env.Ctx, who, c.Source, true)
	})
}

// HarvestResumeCmd resumes.
type HarvestResumeCmd struct {
	Harvesting
	Source string `arg:"" help:"Id of the source."`
}

// Run resumes.
func (c *HarvestResumeCmd) Run(env *Env) error {
	return c.do(env, func(a *runs.App, who access.Who) (any, error) {
		return nil, a.Pause(env.Ctx, who, c.Source, false)
	})
}
