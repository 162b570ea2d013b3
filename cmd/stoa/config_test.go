package main

import (
	"strings"
	"testing"

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
