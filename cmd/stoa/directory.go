package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"stoa/internal/app/directory"
	"stoa/internal/app/goods"
	"stoa/internal/good"
)

// CollectionCmd looks after curated lists of goods.
type CollectionCmd struct {
	Put    CollectionPutCmd `cmd:"" help:"Write a collection as a JSON file has it; goods may be named by slug."`
	Show   DirectoryShowCmd `cmd:"" help:"Print a collection as JSON, to edit and put back."`
	Remove DirectoryGoneCmd `cmd:"" help:"Take a collection away; its history stays."`
}

// OrganisationCmd looks after what is known of organisations.
type OrganisationCmd struct {
	Put    OrganisationPutCmd `cmd:"" help:"Write what a JSON file says of an organisation."`
	Show   DirectoryShowCmd   `cmd:"" help:"Print what is known as JSON, to edit and put back."`
	Remove DirectoryGoneCmd   `cmd:"" help:"Take it away; its history stays."`
}

// CountryCmd looks after what is known of countries.
type CountryCmd struct {
	Put    CountryPutCmd    `cmd:"" help:"Write what a JSON file says of a country."`
	Show   DirectoryShowCmd `cmd:"" help:"Print what is known as JSON, to edit and put back."`
	Remove DirectoryGoneCmd `cmd:"" help:"Take it away; its history stays."`

	List      CountryListCmd      `cmd:"" help:"Print what is counted of every country, or of the countries of a region."`
	Use       CountryUseCmd       `cmd:"" help:"Print what is in use in a country, what is missing, and what it says of itself."`
	Compare   CountryCompareCmd   `cmd:"" help:"Print two to four countries side by side."`
	Checklist CountryChecklistCmd `cmd:"" help:"Print how ready a country says it is, or say it for some questions."`
	Describe  CountryDescribeCmd  `cmd:"" help:"Say what a country says of itself, all at once."`
}

// Prepare tells the subcommands of which kind they are.
func (c *CollectionCmd) Prepare() {
	c.Show.kind, c.Remove.kind = good.OfCollection, good.OfCollection
}

// Prepare tells the subcommands of which kind they are.
func (c *OrganisationCmd) Prepare() {
	c.Show.kind, c.Remove.kind = good.OfOrganisation, good.OfOrganisation
}

// Prepare tells the subcommands of which kind they are.
func (c *CountryCmd) Prepare() {
	c.Show.kind, c.Remove.kind = good.OfCountry, good.OfCountry
}

// PutFlags are what every put takes.
type PutFlags struct {
	File    string `arg:"" help:"JSON file, or - for standard input."`
	Reason  string `required:"" help:"Why."`
	Version int64  `help:"Only if the entry still has this version." default:"0"`
}

// read decodes the file, strictly.
func (p *PutFlags) read(into any) error {
	var in io.ReadCloser = os.Stdin
	if p.File != "-" {
		f, err := os.Open(p.File)
		if err != nil {
			return err
		}
		in = f
	}
	dec := json.NewDecoder(io.LimitReader(in, 8<<20))
	dec.DisallowUnknownFields()
	err := dec.Decode(into)
	if err != nil {
		err = &good.Error{Kind: good.Invalid, Key: "error.edit.shape", Err: err}
	}
	return errors.Join(err, in.Close())
}

func (p *PutFlags) state(env *Env, app *directory.App, e good.DirectoryEntry) error {
	position, err := app.State(env.Ctx, operator, e, p.Version, p.Reason)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.Stdout, "%s\tjournal %d\n", e.Kind, position)
	return err
}

// CollectionPutCmd writes a collection.
type CollectionPutCmd struct{ PutFlags }

// Run writes the collection; goods named by slug are found by it.
func (c *CollectionPutCmd) Run(env *Env) error {
	var col good.Collection
	if err := c.read(&col); err != nil {
		return err
	}
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	for i, item := range col.Items {
		g, err := (&goods.App{DB: db}).Good(env.Ctx, string(item.Good))
		if err != nil {
			return err
		}
		col.Items[i].Good = g.ID
	}
	return c.state(env, &directory.App{DB: db}, good.DirectoryEntry{Kind: good.OfCollection, Collection: &col})
}

// OrganisationPutCmd writes what is known of an organisation.
type OrganisationPutCmd struct{ PutFlags }

// Run writes it.
func (c *OrganisationPutCmd) Run(env *Env) error {
	var o good.Organisation
	if err := c.read(&o); err != nil {
		return err
	}
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	return c.state(env, &directory.App{DB: db}, good.DirectoryEntry{Kind: good.OfOrganisation, Organisation: &o})
}

// CountryPutCmd writes what is known of a country.
type CountryPutCmd struct{ PutFlags }

// Run writes it.
func (c *CountryPutCmd) Run(env *Env) error {
	var n good.CountryNote
	if err := c.read(&n); err != nil {
		return err
	}
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	return c.state(env, &directory.App{DB: db}, good.DirectoryEntry{Kind: good.OfCountry, Country: &n})
}

// DirectoryShowCmd prints an entry.
type DirectoryShowCmd struct {
	Key  string `arg:"" optional:"" help:"Slug or country code; without one, all are listed."`
	kind good.DirectoryKind
}

// Run prints one entry as a put takes it, or lists all.
func (c *DirectoryShowCmd) Run(env *Env) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	entries, err := db.Directory(env.Ctx, c.kind)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(env.Stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	for _, e := range entries {
		switch {
		case e.Key == c.Key && e.Collection != nil:
			return enc.Encode(e.Collection)
		case e.Key == c.Key && e.Organisation != nil:
			return enc.Encode(e.Organisation)
		case e.Key == c.Key && e.Country != nil:
			return enc.Encode(e.Country)
		case c.Key == "" && !e.Gone:
			fmt.Fprintf(env.Stdout, "%s\tversion %d\t%s\n", e.Key, e.Version, e.Updated.Format("2006-01-02"))
		}
	}
	if c.Key != "" {
		return &good.Error{Kind: good.NotFound, Key: "error.directory.unknown", Args: map[string]any{"Name": c.Key}}
	}
	return nil
}

// DirectoryGoneCmd takes an entry away.
type DirectoryGoneCmd struct {
	Key    string `arg:"" help:"Slug or country code."`
	Reason string `required:"" help:"Why."`
	kind   good.DirectoryKind
}

// Run takes the entry away.
func (c *DirectoryGoneCmd) Run(env *Env) error {
	db, err := env.Open()
	if err != nil {
		return err
	}
	defer db.Close()
	e, err := db.DirectoryEntry(env.Ctx, c.kind, c.Key)
	if err != nil {
		return err
	}
	if e == nil || e.Gone {
		return &good.Error{Kind: good.NotFound, Key: "error.directory.unknown", Args: map[string]any{"Name": c.Key}}
	}
	e.Gone = true
	position, err := (&directory.App{DB: db}).State(env.Ctx, operator, *e, e.Version, c.Reason)
	if err == nil {
		_, err = fmt.Fprintf(env.Stdout, "%s %s taken away\tjournal %d\n", c.kind, c.Key, position)
	}
	return err
}
