package main

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"stoa/catalogue"
	"stoa/docs/snippets"
	"stoa/internal/access"
	"stoa/internal/api"
	"stoa/internal/app/advisory"
	"stoa/internal/app/assessment"
	"stoa/internal/app/attachments"
	"stoa/internal/app/calls"
	"stoa/internal/app/checks"
	"stoa/internal/app/countries"
	"stoa/internal/app/directory"
	"stoa/internal/app/dumps"
	"stoa/internal/app/duplicates"
	"stoa/internal/app/follow"
	"stoa/internal/app/goods"
	"stoa/internal/app/imports"
	"stoa/internal/app/imports/runs"
	"stoa/internal/app/journal"
	"stoa/internal/app/listings"
	"stoa/internal/app/localisation"
	"stoa/internal/app/messages"
	"stoa/internal/app/people"
	"stoa/internal/app/recipes"
	"stoa/internal/app/reports"
	"stoa/internal/app/support"
	"stoa/internal/app/watching"
	"stoa/internal/catalog"
	"stoa/internal/dpga"
	"stoa/internal/edge"
	"stoa/internal/files"
	"stoa/internal/good"
	"stoa/internal/harvest"
	"stoa/internal/jobs"
	"stoa/internal/ops"
	"stoa/internal/store"
	"stoa/internal/tlog"
	"stoa/internal/web"
	"stoa/internal/web/page"
	"stoa/internal/web/page/apidoc"
	languagespage "stoa/internal/web/page/languages"
)

// ServeCmd serves the storefront and the API.
type ServeCmd struct {
	Addr    string `help:"Address to listen on." env:"STOA_ADDR" default:":8080"`
	BaseURL string `help:"Public address of this instance, for links that leave it." env:"STOA_BASE_URL"`
	Empty   bool   `help:"Do not fill the database with the built-in catalogue." env:"STOA_EMPTY"`
	Replica string `help:"URL of a streaming replica of the PostgreSQL database, to read pages from." env:"STOA_REPLICA_URL" secret:"" placeholder:"URL"`
	SignInFlags
	MailFlags
	HookFlags
	FileFlags
	ProxyFlags
	CheckFlags
	HarvestFlags
	site       *web.Site         // the pages, once they are made
	mail       people.Mailer     // sends letters; nil where none are sent
	queue      *jobs.Queue       // what is to be done
	heard      *messages.App     // what people hear
	hearing    []page.Route      // the pages of it and of what they attach
	files      *attachments.App  // what they attach
	checks     *checks.App       // what a machine looks at
	watch      *watching.App     // what looks at the recognised again
	recipes    *recipes.App      // how goods are brought to run
	harvested  *runs.App         // what reads sources by itself
	weighed    *imports.App      // what says how much each counts
	duplicates *duplicates.App   // what finds goods that look like one
	runner     *jobs.Runner      // what runs by itself
	local      *localisation.App // what people translate, and what reads repositories
	listed     *listings.App     // what the publiccode catalogue API lists
	Cache      int               `help:"Megabytes of answers that are kept ready, half of them pages and half of the API." env:"STOA_CACHE" default:"64"`
	Metrics    string            `help:"Who may read /metrics: local (programs on this machine that are no proxy), all or none." env:"STOA_METRICS" enum:"local,all,none" default:"local"`

	ticking func(*assessment.App) // lets the clock of a simulation pass; nil for a clock that passes by itself
}

// followEvery is how often a node looks for what others wrote.
const followEvery = time.Second

// grace is how long requests under way may take once told to stop.
const grace = 10 * time.Second

// Run serves until the process is told to stop.
func (c *ServeCmd) Run(env *Env) error {
	if _, err := env.Library(); err != nil { // before any work: a set that is not sound is said at once
		return err
	}
	listener, err := net.Listen("tcp", c.Addr) // before any work: a taken port is said at once
	if err != nil {
		return fmt.Errorf("listen on %s: %w; choose another with --addr", c.Addr, err)
	}
	if err := env.serving(); err != nil {
		return errors.Join(err, listener.Close())
	}
	db, err := env.open(c.Replica)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer db.Close()
	if !c.Empty {
		if err := fillCatalogue(env, db); err != nil {
			return errors.Join(err, listener.Close())
		}
	}
	if err := sayFirst(env, db); err != nil {
		return errors.Join(err, listener.Close())
	}
	live := &catalog.Live{}
	follower := &follow.Follower{Store: db, Primary: db, Live: live, Log: env.Log, Folder: env.index(), Now: env.Now}
	if err := follower.Start(env.Ctx); err != nil {
		return errors.Join(err, listener.Close())
	}
	ctx, stop := context.WithCancel(env.Ctx)
	var following sync.WaitGroup
	following.Go(func() { follower.Run(ctx, followEvery) })
	defer following.Wait()
	defer stop()
	base := c.base(listener.Addr())
	heard, queue, err := c.messages(env, db, base)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	handler, err := c.handler(env, db, &goods.App{DB: db, Live: live, CatchUp: follower.CatchUp}, follower.Reach, base)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if c.runner, err = c.work(env, db, queue, heard); err != nil {
		return errors.Join(err, listener.Close())
	}
	env.Log.Info("serving", "address", listener.Addr().String(), "version", version, "position", live.Load().Position())
	fmt.Fprintf(env.Stdout, "Stoa serves %d goods at %s\n  search    %s/goods\n  API       %s/api/v1/goods\n  journal   %s/log/checkpoint\nStop with Ctrl-C.\n",
		live.Load().Len(), base, base, base, base)
	go rest(env.Ctx, env.Log, db.Rest)
	err = edge.Serve(ctx, edge.NewServer(handler, env.Log), listener, grace)
	return errors.Join(err, ended(c.runner))
}

// base is the public address: as configured, else where we listen.
func (c *ServeCmd) base(addr net.Addr) string {
	if c.BaseURL != "" {
		return strings.TrimRight(c.BaseURL, "/")
	}
	host, port, err := net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); err != nil || ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// cache is how many bytes of answers each face keeps ready.
func (c *ServeCmd) cache() int64 { return int64(max(c.Cache, 1)) << 19 }

// fillCatalogue brings in the built-in catalogue, once for each program that
// may read it in a way of its own.
func fillCatalogue(env *Env, db *store.DB) error {
	in, err := harvest.Catalogue(catalogue.FS)
	if err != nil {
		return err
	}
	edition, err := editionOf(catalogue.FS)
	if err != nil {
		return err
	}
	if err := (&imports.App{DB: db, Now: env.Now}).Fill(env.Ctx, good.Actor{Role: access.Importer}, in, edition); err != nil {
		return fmt.Errorf("fill the catalogue: %w", err)
	}
	return nil
}

// editionOf is a number that other files, or another version of the program,
// do not have.
func editionOf(files fs.FS) (int64, error) {
	sum := sha256.New()
	sum.Write([]byte(version))
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, name)
		fmt.Fprintf(sum, "\n%s %d\n%s", name, len(text), text)
		return err
	})
	return int64(binary.BigEndian.Uint64(sum.Sum(nil)) >> 1), err
}

// handler joins the faces behind what they share.
func (c *ServeCmd) handler(env *Env, db *store.DB, g *goods.App, reach func(context.Context, int64) bool, base string) (http.Handler, error) {
	key, err := tlog.LoadOrCreateKey(env.Data, env.Rand)
	if err != nil {
		return nil, err
	}
	meter := &edge.CacheMeter{}
	watch := ops.New(ops.Config{Journal: db.Position, State: shown(g.Live), Cache: meter, Work: c.figures, Metrics: c.Metrics, Version: version, Log: env.Log, Now: env.Now})
	beside, taken := &directory.App{DB: db}, &dumps.App{DB: db, Dir: filepath.Join(env.Data, "dumps"), Base: base}
	sets, err := env.Library()
	if err != nil {
		return nil, err
	}
	app, accounts, err := c.accounts(env, db, base)
	if err != nil {
		return nil, err
	}
	app.CatchUp = g.CatchUp
	proposed, allied, boards, used, needed := c.proposed(env, db, g), c.alliance(env, db), c.boards(env, db, g), c.deployments(env, db), c.needs(env, db, g)
	trusted, err := c.trusted()
	if err != nil {
		return nil, err
	}
	quota := edge.NewQuota(nominateBurst, nominateEvery, "nominate.error.quota", trusted, env.Now)
	assessed, err := env.assessment(db)
	if err != nil {
		return nil, err
	}
	assessed.CatchUp = g.CatchUp
	read, err := c.harvesting(env, db, g)
	if err != nil {
		return nil, err
	}
	looked, err := c.watched(env, db, g)
	if err != nil {
		return nil, err
	}
	prescribed, err := c.prescribed(env, db, g)
	if err != nil {
		return nil, err
	}
	c.weighs(env, db, g)
	more, err := owners(proposed, c.weighed, assessed, c.files, c.checks, c.watch, app, c.heard, quota, key, env)
	if err != nil {
		return nil, err
	}
	rooms, err := env.rooms(db, assessed, g, allied, boards, used, needed, key, quota)
	if err != nil {
		return nil, err
	}
	local, err := c.translated(env, db)
	if err != nil {
		return nil, err
	}
	more = slices.Concat(more, looked, read, rooms, languagespage.Routes(languagespage.Config{App: local}), c.supportPages(env, db), prescribed, env.guidePages(db, c.recipes), c.communityPages(env, db), c.hearing)
	lands := &countries.App{DB: db, Now: env.Now, Library: sets}
	pages, err := web.New(web.Config{Goods: g, Uses: used, Spoken: local, Recipes: c.recipes, Agreed: &support.App{DB: db, Now: env.Now}, Lands: lands, Standards: sets, More: append(accounts, more...), API: apidoc.Source{Spec: api.OpenAPI, Snippets: snippets.FS}, Whole: g, Directory: beside, Shelves: beside, Registry: g, Dumps: taken, Cases: &imports.App{DB: db, Now: env.Now}, Log: env.Log, BaseURL: base, Version: version, Now: env.Now, Meter: meter, MaxCache: c.cache()})
	if err != nil {
		return nil, err
	}
	c.site = pages
	programs, err := api.New(api.Config{People: app, Goods: g, Registry: g, Standards: sets, Assessment: assessed, Files: c.files, Checks: c.checks, Watch: c.watch, Harvests: c.harvested, Duplicates: c.doubled(db, g), Corrections: g, Imports: c.weighed, Advisory: &advisory.App{DB: db, Now: env.Now}, Alliance: allied, Boards: boards, Deployments: used, Languages: local, Support: c.support(env, db), Needs: needed, Guides: env.guides(db), Recipes: c.recipes, Communities: c.communities(env, db), Countries: lands, Reports: &reports.App{DB: db, Goods: g, Now: env.Now}, Calls: &calls.App{DB: db, Library: sets, Now: env.Now}, Nominations: proposed, Claims: proposed, Messages: c.heard, Quota: quota.Take, BaseURL: base, Version: version, Log: env.Log})
	if err != nil {
		return nil, err
	}
	front := faces{pages: pages, programs: programs, people: app, watch: watch, meter: meter, dumps: taken, key: key, limits: edge.Limits{Now: env.Now, Large: large, Trusted: trusted}, reach: reach}
	return c.join(env, db, g, front, base), nil
}

// weighs makes what weighs sources against each other.
func (c *ServeCmd) weighs(env *Env, db *store.DB, g *goods.App) {
	c.weighed = &imports.App{DB: db, Now: env.Now, CatchUp: g.CatchUp}
	if c.queue != nil {
		c.weighed.Queue = c.queue
	}
}

// faces are what an instance answers with, and what they share.
type faces struct {
	pages    *web.Site
	programs http.Handler // the API
	people   *people.App
	watch    *ops.Ops
	meter    *edge.CacheMeter
	dumps    *dumps.App
	key      *tlog.Key
	limits   edge.Limits
	reach    func(context.Context, int64) bool
}

// join puts the faces behind one door.
func (c *ServeCmd) join(env *Env, db *store.DB, g *goods.App, f faces, base string) http.Handler {
	deny := api.Refuse(base)
	security := edge.Security{CSP: "default-src 'none'; frame-ancestors 'none'", HTTPS: strings.HasPrefix(base, "https://")}
	bare, refused := edge.SecurityHeaders(security), security.Guarded(deny)
	ready := edge.NewPageCache(edge.CacheConfig{Position: g.Position, Now: env.Now, Meter: f.meter, MaxBytes: c.cache()})
	mux := http.NewServeMux()
	mux.Handle("/api/", edge.Chain(f.programs, bare, edge.Recover(env.Log, deny), edge.Compress, ready.Middleware))
	mux.Handle("/log/", edge.Chain(api.NewLog(&journal.App{DB: db, Key: f.key}, base, env.Log), bare, edge.Recover(env.Log, deny), edge.Compress))
	mux.Handle("/dpga/", edge.Chain(dpga.New(dpga.Config{Goods: g, BaseURL: base, Version: version, Log: env.Log, Deny: deny}), bare, edge.Recover(env.Log, deny), edge.Compress, ready.Middleware))
	c.outward(mux, env, db, g, base, deny, bare, edge.Recover(env.Log, deny), edge.Compress)
	mux.Handle("/", f.pages)
	files := files.New(files.Config{Goods: g, Walk: g, Dumps: f.dumps, BaseURL: base, Version: version, Since: env.Now(),
		Log: env.Log, Deny: f.pages.Deny, Shell: func(h http.Handler) http.Handler {
			return edge.Chain(h, bare, edge.Recover(env.Log, f.pages.Deny), edge.Compress)
		}})
	refuse := denial(f.pages, refused)
	f.limits.Deny = refuse
	return f.watch.Handler(edge.Chain(files(mux), edge.RequestID(env.Rand), edge.Log(env.Log, env.Now), f.watch.Middleware(), f.limits.Middleware, edge.Identify(known{f.people}, security.HTTPS, refuse), edge.AsOf(f.reach, refuse)))
}

// denial refuses programs in their form and people in theirs.
func denial(pages *web.Site, programs edge.Deny) edge.Deny {
	return func(w http.ResponseWriter, r *http.Request, status int, e *good.Error) {
		if isForPrograms(r.URL.Path) {
			programs(w, r, status, e)
			return
		}
		pages.Deny(w, r, status, e)
	}
}

// shown tells the operator what the pages show.
func shown(live *catalog.Live) func() ops.State {
	return func() ops.State {
		s := live.Load()
		if s == nil {
			return ops.State{Position: -1}
		}
		return ops.State{Built: true, Position: s.Position(), Goods: s.Len()}
	}
}
