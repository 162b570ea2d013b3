package check

import (
	"context"
	"slices"
	"testing"
)

// TestHeadingsThatAreNoName: what a front page of a course, of a paper, of a
// frame that somebody began with, or of a part begins with is no name, whatever
// words it shares with the address.
func TestHeadingsThatAreNoName(t *testing.T) {
	for heading, at := range map[string]string{
		"Getting Started with Create React App":         "acme/react-wells-app",
		"React + TypeScript + Vite":                     "acme/wells-react",
		"Vue 3 + Vite":                                  "acme/wells-vue",
		"Nuxt Minimal Starter":                          "acme/wells-nuxt",
		"Turborepo starter":                             "acme/wells-turborepo",
		"Astro Starter Kit: Basics":                     "acme/astro-wells",
		"About Laravel":                                 "acme/laravel-wells",
		"Welcome to your Expo app 👋":                    "acme/wells-expo",
		"Django REST API":                               "acme/django-wells",
		"Running Wells":                                 "acme/wells",
		"Installing the Wells server":                   "acme/wells-server",
		"Setting up wells":                              "acme/wells",
		"Wells installation":                            "acme/wells",
		"Wells setup instructions":                      "acme/wells",
		"Contributing to Wells":                         "acme/wells",
		"Project 3: Pumps":                              "acme/project-wells",
		"CS50 Final Project":                            "acme/cs50-wells",
		"Capstone Project":                              "acme/capstone-wells",
		"Assignment 2":                                  "acme/assignment-wells",
		"Week 4 - Wells":                                "acme/week-of-pumps",
		"Code for the paper “Wells: how deep they are”": "acme/wells",
		"Source code of wells":                          "acme/wells",
		"PyTorch implementation of Wells":               "acme/wells",
		"Replication materials for Wells of the North":  "acme/wells-north",
		"Data and code for: wells of the north":         "acme/wells-of-the-north",
		"Wells is a tool":                               "acme/wells",
		"Les puits sont ouverts":                        "acme/puits",
		"Table of wells contents":                       "acme/water",
		"Wells: [TOC":                                   "acme/pumps",
		"What's new in Wells":                           "acme/wells",
		"Hello, I am the Wells bot":                     "acme/wells-bot",
		"Thanks for using Wells":                        "acme/wells",
		"Wells Changelog":                               "acme/wells",
		"Overview of wells":                             "acme/wells",
		"Wells release 2 is out":                        "acme/wells",
		"Looking for help with Wells":                   "acme/wells",
	} {
		target := tree(map[string]string{"README.md": "# " + heading + "\n\nA page."})
		target.Name = at
		if got := of(t, Run(context.Background(), target), "general.name").Values; len(got) > 0 {
			t.Errorf("%q of %s: %q, want none", heading, at, got)
		}
	}
}

// TestHeadingsWithMoreThanTheName: what stands beside a name is left out.
func TestHeadingsWithMoreThanTheName(t *testing.T) {
	for heading, c := range map[string][2]string{
		"WellWatch [beta]":       {"acme/well-watch", "WellWatch"},
		"WellWatch [beta] [old]": {"acme/well-watch", "WellWatch"},
		"WellWatch [![Build](https://ci.example/b.svg)](https://ci.example)": {"acme/well-watch", "WellWatch"},
		":rocket: WellWatch":             {"acme/well-watch", "WellWatch"},
		":rocket:WellWatch":              {"acme/well-watch", "WellWatch"},
		"🌊WellWatch🌊":                    {"acme/well-watch", "WellWatch"},
		"WellWatch (formerly PumpWatch)": {"acme/wellwatch", "WellWatch"},
		"WellWatch (aka Pumps)":          {"acme/wellwatch", "WellWatch"},
		"WellWatch, a map of wells":      {"acme/wellwatch", "WellWatch"},
		"WellWatch -- a map of wells":    {"acme/wellwatch", "WellWatch"},
		"WellWatch · a map of wells":     {"acme/wellwatch", "WellWatch"},
		"WellWatch—a map of wells":       {"acme/wellwatch", "WellWatch"},
		"WellWatch：水井地图":                 {"acme/wellwatch", "WellWatch"},
		"WellWatch - README":             {"acme/wellwatch", "WellWatch"},
		"WellWatch README":               {"acme/wellwatch", "WellWatch"},
		"acme/wellwatch":                 {"acme/wellwatch", "wellwatch"},
		"WellWatch<br>A map of wells":    {"acme/wellwatch", "WellWatch"},
		"**WellWatch** `v1.2.0`":         {"acme/wellwatch", "WellWatch"},
		"WellWatch: Wells":               {"acme/wellwatch", "WellWatch"},
		"WellWatch 💧":                    {"acme/wellwatch", "WellWatch"},
		"WellWatch 2.0":                  {"acme/wellwatch", "WellWatch"},
		"Pumps for Wells":                {"acme/pumps-for-wells", "Pumps for Wells"},
		"Building Blocks":                {"acme/building-blocks", "Building Blocks"},
		"Learning Wells":                 {"acme/learning-wells", "Learning Wells"},
		"Starter Wells":                  {"acme/starter-wells", "Starter Wells"},
	} {
		target := tree(map[string]string{"README.md": "# " + heading + "\n\nA page."})
		target.Name = c[0]
		if got := of(t, Run(context.Background(), target), "general.name").Values; !slices.Equal(got, []string{c[1]}) {
			t.Errorf("%q of %s: %q, want %q", heading, c[0], got, c[1])
		}
	}
}

// TestTitlesOfPapersAreNoName where the heading or the address has another.
func TestTitlesOfPapersAreNoName(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"a paper's title":         {map[string]string{"README.md": "## Setup", "CITATION.cff": "title: Estimating how much water the towns of a dry country need\n"}, nil},
		"a paper on it":           {map[string]string{"README.md": "# wellwatch", "CITATION.cff": "title: Estimating yields with wellwatch in the towns of a dry country\n"}, []string{"wellwatch"}},
		"its version":             {map[string]string{"README.md": "## Setup", "CITATION.cff": "title: WellWatch v2.3.1\n"}, []string{"WellWatch"}},
		"what it is":              {map[string]string{"README.md": "# wellwatch", "CITATION.cff": "title: 'WellWatch: a map'\n"}, []string{"WellWatch"}},
		"a description beside it": {map[string]string{"README.md": "# Wells and pumps", "package.json": `{"name": "vite-project"}`}, nil},
	} {
		target := tree(c.files)
		target.Name = "acme/wellwatch"
		if got := of(t, Run(context.Background(), target), "general.name").Values; !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
