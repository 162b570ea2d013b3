// Command stoa is the open platform for digital public goods: one program that
// harvests, vets, publishes and follows them. This is the only place that wires
// packages together.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"stoa/cmd/roots"
	"stoa/cmd/say"
	"stoa/cmd/stoa/line"
	"stoa/internal/access"
	"stoa/internal/fault"
	"stoa/internal/jobs"
	"stoa/internal/standard"
	"stoa/internal/store"
	"stoa/internal/tlog"
)

// version is set by the linker from the source's tag.
var version = "dev"

// CLI is the program's whole configuration: flags, environment variables and
// a file.
type CLI struct {
	Config    string `help:"YAML file with settings; flags and the environment come before it." type:"settings" placeholder:"FILE"`
	Data      string `help:"Directory of the embedded database, keys and attachments." env:"STOA_DATA" default:"data" type:"path"`
	Database  string `help:"PostgreSQL URL to use instead of the embedded database." env:"STOA_DATABASE_URL" secret:""`
	Standards string `help:"Folder with further criteria sets, {id}/{version}/set.yml." env:"STOA_STANDARDS" type:"path" placeholder:"DIR"`
	LogLevel  string `help:"Least severity logged." env:"STOA_LOG_LEVEL" enum:"debug,info,warn,error" default:"info"`
	LogFormat string `help:"Form of the log: text (key=value) or json, one line an event." env:"STOA_LOG_FORMAT" enum:"text,json" default:"text"`

	Name string `name:"instance-name" help:"Name of this instance, as who recognises goods here." env:"STOA_NAME" default:"Stoa"`

	Serve        ServeCmd        `cmd:"" help:"Serve the storefront and the API."`
	Check        CheckCmd        `cmd:"" help:"Say what a program can see of a good, question by question of a standard."`
	Good         GoodCmd         `cmd:"" help:"Look after one good."`
	Collection   CollectionCmd   `cmd:"" help:"Look after curated collections of goods."`
	Organisation OrganisationCmd `cmd:"" help:"Look after what is known of organisations."`
	Country      CountryCmd      `cmd:"" help:"Look after what is known of countries, and what they say."`
	Application  ApplicationCmd  `cmd:"" help:"Look after applications."`
	Review       ReviewCmd       `cmd:"" help:"Look after reviews and decisions."`
	Advisory     AdvisoryCmd     `cmd:"" help:"Look after the advisory group: seats, consultations, comments, minutes."`
	Alliance     AllianceCmd     `cmd:"" help:"Look after the alliance: who belongs to it, and what each committed."`
	Board        BoardCmd        `cmd:"" help:"Look after boards of goods to look at."`
	Join         JoinCmd         `cmd:"" help:"Ask to join the alliance, and look after those who ask."`
	Call         CallCmd         `cmd:"" help:"Look after open calls: partners, drafts, juries, decisions."`
	Entry        EntryCmd        `cmd:"" help:"Look after entries in open calls: hand in, change, score."`
	Report       ReportCmd       `cmd:"" help:"Print how goods do: in a year or country, for a goal, under a programme, or one good."`
	Community    CommunityCmd    `cmd:"" help:"Look after communities of practice: found, join, meet."`
	Recipe       RecipeCmd       `cmd:"" help:"Look after how goods are brought to run: images, charts, packages, services, files to carry."`
	Guide        GuideCmd        `cmd:"" help:"Print what to see to when a good is taken into use, and look after your copies of it."`
	Need         NeedCmd         `cmd:"" help:"Rank goods for a need, and look after needs that are kept."`
	Support      SupportCmd      `cmd:"" help:"Look after help for goods: offers, requests, conversations."`
	Deployment   DeploymentCmd   `cmd:"" help:"Look after goods in use: claims, confirmations, disputes."`
	Localisation LocalisationCmd `cmd:"" help:"Look after languages: what a good speaks, what is translated and reviewed."`
	Import       ImportCmd       `cmd:"" help:"Bring goods in from another registry's data."`
	Harvest      HarvestCmd      `cmd:"" help:"Look after the sources that are read by themselves."`
	Nominate     NominateCmd     `cmd:"" help:"Nominate a good, and sort the nominations that wait for a person."`
	Priority     PriorityCmd     `cmd:"" help:"Say how much the word of a source counts."`
	Corrections  CorrectionsCmd  `cmd:"" help:"Settle what people corrected and sources contradict."`
	Duplicates   DuplicatesCmd   `cmd:"" help:"Look after goods that look like one: merge them, keep them apart, undo either."`
	Settle       SettleCmd       `cmd:"" help:"Settle an imported record that needs a person."`
	Verify       VerifyCmd       `cmd:"" help:"Prove the journal of a data directory or of another instance."`
	Backup       BackupCmd       `cmd:"" help:"Save everything in one file, while a server may go on."`
	Restore      RestoreCmd      `cmd:"" help:"Give a backup back, on either database engine."`
	Claim        ClaimCmd        `cmd:"" help:"Make a good a person's own, by proof."`
	Owner        OwnerCmd        `cmd:"" help:"Seek the owners of goods that other registries report as recognised: contacts, letters, what became of them."`
	Invitation   InvitationCmd   `cmd:"" help:"Ask others to join an organisation, a good or an application; answer such a question."`
	Notice       NoticeCmd       `cmd:"" help:"Look after what a person hears: notices, letters, feed."`
	Mail         MailCmd         `cmd:"" help:"Take in what a mail server brings back."`
	Webhook      WebhookCmd      `cmd:"" help:"Look after a person's webhooks."`
	User         UserCmd         `cmd:"" help:"Look after people: accounts, roles, tokens, organisations they act for."`
	Watch        WatchCmd        `cmd:"" help:"Look again at what is recognised, and at what changed."`
	Erase        EraseCmd        `cmd:"" help:"Erase one value of the journal for ever; the proof stays whole."`
	Configure    ConfigCmd       `cmd:"" name:"config" help:"Print the configuration that serve would run with, secrets masked."`
	DB           DBCmd           `cmd:"" name:"db" help:"Look after the database."`
	Jobs         JobsCmd         `cmd:"" help:"Look after the work that runs by itself."`
	Standard     StandardCmd     `cmd:"" help:"Look after criteria sets."`
	Publiccode   PubliccodeCmd   `cmd:"" name:"publiccode" help:"Check publiccode.yml files."`
	Simulate     SimulateCmd     `cmd:"" help:"Play what happens over months in minutes."`
	Version      VersionCmd      `cmd:"" help:"Print the program's version."`
}

// Env is what every subcommand is handed: the world outside.
type Env struct {
	Ctx       context.Context
	Stdout    io.Writer
	Stderr    io.Writer
	Now       func() time.Time
	Rand      io.Reader
	Log       *slog.Logger
	Data      string // data directory
	Database  string // PostgreSQL URL, or "" for the embedded database
	Name      string // of the instance, as who recognises goods
	Standards string // folder with further criteria sets, or ""
	line      *line.Command
	holds     *holds
	library   *standard.Library // once loaded
}

// URL is the database's URL.
func (e *Env) URL() string {
	if e.Database != "" {
		return e.Database
	}
	return "sqlite:" + filepath.Join(e.Data, "stoa.db")
}

// Open opens the database, made and migrated where needed.
func (e *Env) Open() (*store.DB, error) { return e.open("") }

// open is Open with a replica to read from.
func (e *Env) open(replica string) (*store.DB, error) {
	if err := os.MkdirAll(e.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data directory %s: %w", e.Data, err)
	}
	if err := e.share(); err != nil {
		return nil, err
	}
	key, err := tlog.LoadOrCreateKey(e.Data, e.Rand)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(e.Ctx, e.URL(), store.Options{Now: e.Now, Rand: e.Rand, Log: e.Log, Signer: key, Replica: replica})
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(e.Ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := jobs.Migrate(e.Ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := db.SameKey(e.Ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// VersionCmd prints the version.
type VersionCmd struct{}

// Run prints the version.
func (VersionCmd) Run(env *Env) error {
	_, err := fmt.Fprintln(env.Stdout, "stoa", version)
	return err
}

func main() {
	fault.Set(os.Getenv(fault.Variable))
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// grammar is all that the program can be told, into cli.
func grammar(cli *CLI) *line.Command {
	c, err := line.New(cli, "stoa", "The open platform for digital public goods.", map[string]string{"registry": "; unless said, the registry of --data", "roles": strings.Join(access.Granted, ", "), "scopes": scopeNames()})
	if err != nil {
		panic(err) // the structs are wrong: found by any test
	}
	return c
}

// run is main without the process: it parses args, runs the subcommand and
// returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var cli CLI
	told, err := grammar(&cli).Read(args, line.Around{Env: os.LookupEnv, File: loadConfig})
	if asked := new(line.Asked); errors.As(err, asked) {
		if err := asked.WriteHelp(stdout, say.Columns(stdout)); err != nil {
			return 1
		}
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "stoa: %v\nTry: stoa --help\n", err)
		return 2
	}
	var level slog.Level
	_ = level.UnmarshalText([]byte(cli.LogLevel)) // its enum admits only levels
	env := &Env{Ctx: ctx, Stdout: stdout, Stderr: stderr, Now: time.Now, Rand: rand.Reader, Data: cli.Data, Database: cli.Database, Name: cli.Name, Standards: cli.Standards, line: told, holds: &holds{},
		Log: slog.New(logTo(stderr, cli.LogFormat, level))}
	defer env.holds.release()
	if _, looks := told.Does().(*CheckCmd); !looks { // it trusts nobody before it asks somebody
		roots.Trust()
	}
	if err := told.Does().(runner).Run(env); err != nil {
		return say.Fail(stderr, "stoa", err)
	}
	return 0
}

// runner is every command that does something.
type runner interface{ Run(*Env) error }

// logTo writes log lines in one of the two forms.
func logTo(w io.Writer, format string, level slog.Level) slog.Handler {
	o := &slog.HandlerOptions{Level: level}
	if format == "json" {
		return slog.NewJSONHandler(w, o)
	}
	return slog.NewTextHandler(w, o)
}
