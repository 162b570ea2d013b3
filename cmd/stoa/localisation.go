package main

import (
	"stoa/internal/check"
	"stoa/internal/check/target"
	"stoa/internal/finding"
	"stoa/internal/l10n"
)

// LocalisationCmd looks after the languages of goods.
type LocalisationCmd struct {
	Coverage CoverageCmd `cmd:"" help:"Say how much of a folder or an archive speaks which language."`
}

// CoverageCmd reads the files in which a program keeps its sentences.
type CoverageCmd struct {
	Target string `arg:"" help:"Folder or archive." type:"path" placeholder:"PATH"`
}

// covered is what a tree says of its languages.
type covered struct {
	Files     int            `json:"files"` // that hold sentences
	Languages []l10n.Share   `json:"languages"`
	Cut       []finding.Text `json:"cut,omitempty"` // why something was not looked at
}

// Run reads and prints.
func (c *CoverageCmd) Run(env *Env) error {
	t, free, err := target.Open(env.Ctx, c.Target, target.Options{Now: env.Now()})
	defer free()
	if err != nil {
		return err
	}
	out := covered{Languages: []l10n.Share{}}
	shares, files, cut := check.Translations(env.Ctx, t)
	out.Files, out.Cut, out.Languages = files, cut, append(out.Languages, shares...)
	return printJSON(env.Stdout, out)
}
