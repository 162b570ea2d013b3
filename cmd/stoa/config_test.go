package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"pgregory.net/rapid"
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
	parser, err := kong.New(&CLI{}, helpWords())
	if err != nil {
		t.Fatal(err)
	}
	secret := regexp.MustCompile(`(?i)pass|secret|token|key|database|replica|url$|^to$`)
	public := []string{"base-url", "github-url", "github-api-url"}
	masked := 0
	nodes := []*kong.Node{parser.Model.Node}
	for len(nodes) > 0 {
		n := nodes[0]
		nodes = append(nodes[1:], n.Children...)
		for _, f := range n.Flags {
			if len(f.Tag.Envs) == 0 || !secret.MatchString(f.Name) || slices.Contains(public, f.Name) {
				continue
			}
			if masked++; !f.Tag.Has("secret") {
				t.Errorf("%s: --%s would be shown as it is", n.Path(), f.Name)
			}
		}
	}
	if masked < 3 {
		t.Errorf("only %d secrets are known", masked)
	}
}
