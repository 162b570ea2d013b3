package main

import (
	"context"
	"io"
	"os"

	"stoa/internal/access"
	app "stoa/internal/app/localisation"
	"stoa/internal/check"
	"stoa/internal/check/target"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/l10n"
	languagespage "stoa/internal/web/page/languages"
)

// LocalisationCmd looks after the languages of goods.
type LocalisationCmd struct {
	Coverage CoverageCmd      `cmd:"" help:"Say how much of a folder or an archive speaks which language."`
	Cover    CoverCmd         `cmd:"" help:"State how much of a good speaks which language."`
	Read     ReadCmd          `cmd:"" help:"Read now, in their repositories, how much of goods speaks which language."`
	List     TranslationsCmd  `cmd:"" help:"List what people translate, the newest first."`
	Show     TranslationCmd   `cmd:"" help:"Print one translation with its texts."`
	About    LanguagesCmd     `cmd:"" help:"Print what is known of the languages of a good."`
	Country  LackCmd          `cmd:"" help:"Print what the languages of a country lack, of the goods in use there."`
	Open     OpenCmd          `cmd:"" help:"Ask for a translation of texts, or of a good's own name and description."`
	Step     LocalisedCmd     `cmd:"" help:"Take a translation, let it go, or hand it in."`
	Import   ImportTextsCmd   `cmd:"" help:"Bring translated texts back: all of a file or nothing."`
	Export   ExportTextsCmd   `cmd:"" help:"Write a translation as XLIFF or PO."`
	Review   ReviewTextsCmd   `cmd:"" help:"Say that another's translation fits, or send it back."`
	Withdraw WithdrawTextsCmd `cmd:"" help:"End a task without a translation."`
	Term     TermCmd          `cmd:"" help:"Say how a word of a good is said in a language."`
	DropTerm DropTermCmd      `cmd:"" help:"Take a word off the glossary of a good."`
}

// CoverageCmd reads the files in which a program keeps its sentences.
type CoverageCmd struct {
	As
	Target string `arg:"" help:"Folder or archive." type:"path" placeholder:"PATH"`
	Good   string `help:"Keep it as what this good (slug or id) speaks." placeholder:"GOOD"`
	Source string `help:"Address of what is read." placeholder:"URL"`
}

// covered is what a tree says of its languages.
type covered struct {
	Files     int            `json:"files"` // that hold sentences
	Languages []l10n.Share   `json:"languages"`
	Cut       []finding.Text `json:"cut,omitempty"` // why something was not looked at
}

// Run reads, keeps where that is asked for, and prints.
func (c *CoverageCmd) Run(env *Env) error {
	t, free, err := target.Open(env.Ctx, c.Target, target.Options{Now: env.Now()})
	defer free()
	if err != nil {
		return err
	}
	out := covered{Languages: []l10n.Share{}}
	shares, files, cut := check.Translations(env.Ctx, t)
	out.Files, out.Cut, out.Languages = files, cut, append(out.Languages, shares...)
	if c.Good == "" {
		return printJSON(env.Stdout, out)
	}
	return c.localises(env, func(a *app.App, who access.Who) (any, error) {
		_, _, err := a.Cover(env.Ctx, who, c.Good, l10n.Coverage{Source: c.Source, Shares: l10n.Spoken(shares)})
		return out, err
	})
}

// localises runs do with what people translate for whom a names, and prints
// what it answers as JSON.
func (a As) localises(env *Env, do func(*app.App, access.Who) (any, error)) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	who, err := a.who(env, db)
	if err != nil {
		return err
	}
	out, err := do(&app.App{DB: db, Now: env.Now}, who)
	if err != nil || out == nil {
		return err
	}
	return printJSON(env.Stdout, out)
}

// CoverCmd states shares.
type CoverCmd struct {
	As
	Good     string   `arg:"" help:"Slug or id of the good."`
	Language []string `arg:"" help:"A language and its percentage, such as sw=40."`
	Source   string   `help:"Address at which it can be seen." placeholder:"URL"`
}

// Run states them.
func (c *CoverCmd) Run(env *Env) error {
	list := []l10n.Share{}
	for _, l := range c.Language {
		shares, err := languagespage.Shares(l)
		if err != nil {
			return err
		}
		list = append(list, shares...)
	}
	return c.localises(env, func(a *app.App, who access.Who) (any, error) {
		out, _, err := a.Cover(env.Ctx, who, c.Good, l10n.Coverage{Hand: true, Source: c.Source, Shares: list})
		return out, err
	})
}

// TranslationsCmd lists.
type TranslationsCmd struct {
	Good     string `help:"Only of this good (slug or id)."`
	Language string `help:"Only into this language."`
	State    string `enum:",open,claimed,in-review,done,withdrawn" default:"" help:"Only where it stands so."`
	Before   string `help:"Begin behind this id."`
	Limit    int    `default:"50" help:"How many."`
}

// Run lists them.
func (c *TranslationsCmd) Run(env *Env) error {
	return As{}.localises(env, func(a *app.App, _ access.Who) (any, error) {
		list, err := a.List(env.Ctx, app.Which{Good: c.Good, Language: c.Language, State: l10n.Standing(c.State), Before: good.ID(c.Before)}, max(1, c.Limit))
		return list.Tasks, err
	})
}

// TranslationCmd shows one.
type TranslationCmd struct {
	Task string `arg:"" help:"Id of the task."`
}

// Run prints it.
func (c *TranslationCmd) Run(env *Env) error {
	return As{}.localises(env, func(a *app.App, who access.Who) (any, error) {
		return a.Show(env.Ctx, who, good.ID(c.Task), 0, l10n.MaxTask)
	})
}

// LanguagesCmd shows a good's languages.
type LanguagesCmd struct {
	Good string `arg:"" help:"Slug or id of the good."`
}

// Run prints them.
func (c *LanguagesCmd) Run(env *Env) error {
	return As{}.localises(env, func(a *app.App, _ access.Who) (any, error) {
		return a.Languages(env.Ctx, access.Who{}, c.Good)
	})
}

// OpenCmd opens a task.
type OpenCmd struct {
	As
	Good     string `arg:"" help:"Slug or id of the good."`
	Language string `arg:"" help:"Into which is translated: a name or BCP 47."`
	File     string `arg:"" optional:"" help:"What is translated; without one, the good's own name and description." type:"path"`
	Name     string `help:"What is translated, in words."`
	Source   string `help:"Language of the texts." default:"en"`
	Format   string `help:"Form of the file; unless said, as its name ends." placeholder:"FORMAT"`
}

// Run opens it.
func (c *OpenCmd) Run(env *Env) error {
	in := app.Opening{Good: c.Good, Name: c.Name, Language: c.Language, Source: c.Source, About: c.File == ""}
	var err error
	if !in.About {
		if in.Format, in.File, err = textsOf(c.Format, c.File); err != nil {
			return err
		}
	}
	return c.localises(env, func(a *app.App, who access.Who) (any, error) {
		t, _, err := a.Open(env.Ctx, who, in)
		return t, err
	})
}

// textsOf reads a file of texts, no more of it than may be.
func textsOf(format, path string) (l10n.Format, []byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, l10n.MaxBytes+1))
	if format != "" {
		return l10n.Format(format), data, err
	}
	return l10n.FormatOf(path), data, err
}

// LocalisedCmd moves a task.
type LocalisedCmd struct {
	As
	Step string `arg:"" enum:"claim,release,hand-in" help:"claim, release or hand-in."`
	Task string `arg:"" help:"Id of the task."`
}

// Run moves it.
func (c *LocalisedCmd) Run(env *Env) error {
	do := map[string]func(*app.App, context.Context, access.Who, good.ID) (*l10n.Task, int64, error){"claim": (*app.App).Claim, "release": (*app.App).Release, "hand-in": (*app.App).HandIn}[c.Step]
	return c.localises(env, func(a *app.App, who access.Who) (any, error) {
		t, _, err := do(a, env.Ctx, who, good.ID(c.Task))
		return t, err
	})
}

// ImportTextsCmd brings a file back.
type ImportTextsCmd struct {
	As
	Task    string `arg:"" help:"Id of the task."`
	File    string `arg:"" help:"PO or XLIFF." type:"path"`
	Format  string `help:"Form of the file; unless said, as its name ends." placeholder:"FORMAT"`
	Machine bool   `help:"A machine translated it: nothing of it counts before a person has looked."`
}

// Run brings it.
func (c *ImportTextsCmd) Run(env *Env) error {
	format, data, err := textsOf(c.Format, c.File)
	if err != nil {
		return err
	}
	return c.localises(env, func(a *app.App, who access.Who) (any, error) {
		out, _, err := a.Import(env.Ctx, who, good.ID(c.Task), format, data, c.Machine)
		return out, err
	})
}

// ExportTextsCmd writes a task as a file.
type ExportTextsCmd struct {
	Task string `arg:"" help:"Id of the task."`
	Form string `enum:"xliff,po" default:"xliff" help:"xliff or po."`
}

// Run writes it.
func (c *ExportTextsCmd) Run(env *Env) error {
	return As{}.localises(env, func(a *app.App, _ access.Who) (any, error) {
		data, _, err := a.Export(env.Ctx, good.ID(c.Task), l10n.Format(c.Form))
		if err == nil {
			_, err = env.Stdout.Write(data)
		}
		return nil, err
	})
}

// ReviewTextsCmd reviews.
type ReviewTextsCmd struct {
	As
	Task string `arg:"" help:"Id of the task."`
	Fits bool   `help:"It is finished; else it goes back."`
	Note string `help:"What is to be mended."`
}

// Run reviews.
func (c *ReviewTextsCmd) Run(env *Env) error {
	return c.localises(env, func(a *app.App, who access.Who) (any, error) {
		t, _, err := a.Review(env.Ctx, who, good.ID(c.Task), c.Fits, c.Note)
		return t, err
	})
}

// WithdrawTextsCmd withdraws.
type WithdrawTextsCmd struct {
	As
	Task   string `arg:"" help:"Id of the task."`
	Reason string `arg:"" help:"Why; public."`
}

// Run withdraws.
func (c *WithdrawTextsCmd) Run(env *Env) error {
	return c.localises(env, func(a *app.App, who access.Who) (any, error) {
		t, _, err := a.Withdraw(env.Ctx, who, good.ID(c.Task), c.Reason)
		return t, err
	})
}

// TermCmd says a word.
type TermCmd struct {
	As
	Good        string `arg:"" help:"Slug or id of the good."`
	Word        string `arg:"" help:"The word."`
	Language    string `arg:"" help:"A name or BCP 47."`
	Translation string `arg:"" help:"How it is said there."`
	Note        string `help:"When it is said so."`
}

// Run says it.
func (c *TermCmd) Run(env *Env) error {
	return c.localises(env, func(a *app.App, who access.Who) (any, error) {
		t, _, err := a.SayTerm(env.Ctx, who, c.Good, l10n.Term{Word: c.Word, Language: c.Language, Translation: c.Translation, Note: c.Note})
		return t, err
	})
}

// DropTermCmd takes a word away.
type DropTermCmd struct {
	As
	Good string `arg:"" help:"Slug or id of the good."`
	Term string `arg:"" help:"Id of the word."`
}

// Run drops it.
func (c *DropTermCmd) Run(env *Env) error {
	return c.localises(env, func(a *app.App, who access.Who) (any, error) {
		_, err := a.DropTerm(env.Ctx, who, c.Good, good.ID(c.Term))
		return nil, err
	})
}

// LackCmd shows what a country's languages lack.
type LackCmd struct {
	Country string `arg:"" help:"ISO 3166-1 alpha-2."`
}

// Run prints it.
func (c *LackCmd) Run(env *Env) error {
	return As{}.localises(env, func(a *app.App, _ access.Who) (any, error) { return a.Lacks(env.Ctx, c.Country) })
}
