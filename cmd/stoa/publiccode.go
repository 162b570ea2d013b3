package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"stoa/cmd/say"
	"stoa/internal/publiccode"
)

// PubliccodeCmd looks after publiccode.yml files.
type PubliccodeCmd struct {
	Validate PubliccodeValidateCmd `cmd:"" help:"Say what is wrong or out of date in publiccode.yml files. Exit code: 0 valid, with or without warnings; 1 invalid."`
}

// PubliccodeValidateCmd checks files; it opens nothing that they refer to.
type PubliccodeValidateCmd struct {
	Files []string `arg:"" help:"Files to check; - is standard input." placeholder:"FILE"`
	JSON  bool     `help:"Print one JSON list of all that was found."`
}

// fileFinding is a finding and the file it is about.
type fileFinding struct {
	File string `json:"file"`
	publiccode.Finding
}

// Run prints one line for each finding, "file:line: key: message".
func (c *PubliccodeValidateCmd) Run(env *Env) error {
	all, valid := []fileFinding{}, true
	for _, name := range c.Files {
		raw, err := readUpTo(name, publiccode.MaxSize+1)
		if err != nil {
			return err
		}
		_, found := publiccode.Check(raw)
		valid = valid && publiccode.Valid(found)
		for _, f := range found {
			all = append(all, fileFinding{name, f})
		}
	}
	if err := c.print(env.Stdout, all); err != nil {
		return err
	}
	if !valid {
		return say.ExitCode(1)
	}
	return nil
}

func (c *PubliccodeValidateCmd) print(w io.Writer, all []fileFinding) error {
	if c.JSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(all)
	}
	for _, f := range all {
		key, level := "", ""
		if f.Key != "" {
			key = f.Key + ": "
		}
		if f.Level == publiccode.Warning {
			level = "warning: "
		}
		if _, err := fmt.Fprintf(w, "%s:%d: %s%s%s\n", f.File, f.Line, key, level, f.Message); err != nil {
			return err
		}
	}
	return nil
}

// readUpTo reads at most n bytes of a file or of standard input.
func readUpTo(name string, n int64) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(os.Stdin, n))
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(io.LimitReader(f, n))
	return raw, errors.Join(err, f.Close())
}
