package main

import (
	"errors"
	"fmt"

	"stoa/internal/access"
	"stoa/internal/app/imports"
	"stoa/internal/good"
	"stoa/internal/harvest"
)

// sent is the format of what people sent elsewhere, applications or reviews;
// "" for anything else.
func (c *ImportCmd) sent(file string) harvest.Format {
	format := harvest.Format(c.Format)
	if format == "" && c.Mapping == "" {
		format, _ = harvest.Detect(file) // what is wrong with it is said by who reads it
	}
	if format == harvest.DPGAApplications || format == harvest.DPGAReviews {
		return format
	}
	return ""
}

// take brings in applications or reviews, and ends with a line of totals.
func (c *ImportCmd) take(env *Env, format harvest.Format, dir string) error {
	lib, err := env.Library()
	if err != nil {
		return err
	}
	set, ok := lib.Set("dpg", "")
	if !ok {
		return &good.Error{Kind: good.Invalid, Key: "standard.unknown", Field: "standard", Args: map[string]any{"Key": "dpg", "Keys": ""}}
	}
	applications, n, err := harvest.Applications(dir, set)
	if err != nil {
		return err
	}
	reviews, _, err := harvest.CrowdReviews(dir)
	if err != nil {
		return err
	}
	report, err := create(c.Report)
	if err != nil {
		return err
	}
	db, err := env.Open()
	if err != nil {
		return errors.Join(err, report.Close())
	}
	defer db.Close()
	app := &imports.App{DB: db, Now: env.Now}
	o := imports.Options{DryRun: c.DryRun, Report: report, Progress: progress(env.Stderr, n)}
	actor := good.Actor{Role: access.Operator}
	var t imports.Taken
	what := "answers"
	if format == harvest.DPGAReviews {
		what = "findings"
		t, err = app.Reviews(env.Ctx, actor, reviews, o)
	} else {
		t, err = app.Applications(env.Ctx, actor, set, applications, o)
	}
	if err = errors.Join(err, report.Close()); err != nil {
		return err
	}
	dry := ""
	if c.DryRun {
		dry = " (dry run: nothing written)"
	}
	_, err = fmt.Fprintf(env.Stdout, "%s: %d records: %d kept, %d repaired, %d need a person (%d of them unreadable); %d new or changed, %d about goods known here; %d %s, %d values without a place%s\n",
		format, t.Records, t.Kept, t.Repaired, t.NeedsAPerson, t.Unreadable, t.Changed, t.Matched, t.Answers, what, t.Lost, dry)
	return err
}
