package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stoa/cmd/stoa/line"
)

func TestNoSecretIsShown(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		"postgres://db/stoa":         "postgres://db/stoa",
		"postgres://me@db/stoa":      "postgres://me@db/stoa",
		"postgres://me:pw@db/stoa":   "postgres://me:***@db/stoa",
		"postgres:///s?password=pw":  "postgres:///s?password=***",
		"postgres://me:p%zz@db/stoa": "***",
		"host=db password=hunter2":   "***",
	} {
		if got := masked(in); got != want {
			t.Errorf("%s is shown as %s, want %s", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.StringMatching(`[a-zA-Z0-9!%:?#@/ ]{0,4}hunter2[a-zA-Z0-9!%:?#/ ]{0,4}`).Draw(t, "secret")
		if got := masked("postgres://me:" + secret + "@db.example.org/stoa"); strings.Contains(got, "hunter2") {
			t.Fatalf("%q is shown as %s", secret, got)
		}
	})
}

// TestEverySecretIsKnownAsOne finds settings by name that must be masked.
func TestEverySecretIsKnownAsOne(t *testing.T) {
	secret := regexp.MustCompile(`(?i)pass|secret|token|key|database|replica|url$|^to$`)
	public := []string{"base-url", "github-url", "github-api-url"}
	masked := 0
	commands := []*line.Command{grammar(&CLI{})}
	for len(commands) > 0 {
		c := commands[0]
		commands = append(commands[1:], c.Commands...)
		for _, f := range c.Flags {
			if f.Env == "" || !secret.MatchString(f.Name) || slices.Contains(public, f.Name) {
				continue
			}
			if masked++; !f.Secret {
				t.Errorf("%s: --%s would be shown as it is", c.Path(), f.Name)
			}
		}
	}
	if masked < 3 {
		t.Errorf("only %d secrets are known", masked)
	}
}

// TestEveryCommandDoesSomething holds that what can be given can be run, and
// that its help can be written.
func TestEveryCommandDoesSomething(t *testing.T) {
	commands := []*line.Command{grammar(&CLI{})}
	for len(commands) > 0 {
		c := commands[0]
		commands = append(commands[1:], c.Commands...)
		if _, runs := c.Does().(runner); !runs && len(c.Commands) == 0 {
			t.Errorf("%s does nothing", c.Path())
		}
		if c.Help == "" {
			t.Errorf("%s has no help", c.Path())
		}
		for _, v := range append(c.All(), c.Arguments...) {
			if strings.Contains(v.Help, "${") || v.Help == "" {
				t.Errorf("%s: the help on %s is %q", c.Path(), v.Name, v.Help)
			}
		}
	}
}
