package house

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"stoa/internal/testkit"
)

// allowed says which rooms may import a third-party module in the program.
// A room stands for the packages below it. docs/dependencies.md says why we
// have each.
var allowed = map[string][]string{
	"code.dny.dev/ssrf":                        {"fence"},
	"github.com/RoaringBitmap/roaring/v2":      {"catalog"},
	"github.com/VictoriaMetrics/metrics":       {"ops"},
	"github.com/a-h/templ":                     {"web", "notify", "check/report"},
	"github.com/arran4/golang-ical":            {"export"},
	"github.com/blevesearch/snowballstem":      {"catalog"},
	"github.com/coreos/go-oidc/v3":             {"web/signin"},
	"github.com/danielgtaylor/huma/v2":         {"api"},
	"github.com/go-git/go-billy/v5":            {"check/target"},
	"github.com/go-git/go-git/v5":              {"check/target"},
	"github.com/github/go-spdx/v2":             {"vocab", "publiccode", "check"},
	"github.com/go-playground/locales":         {"i18n"},
	"github.com/go-webauthn/webauthn":          {"web/signin"},
	"github.com/google/licensecheck":           {"check"},
	"github.com/gosimple/unidecode":            {"match"},
	"github.com/jackc/pgx/v5":                  {"store"},
	"github.com/klauspost/compress":            {"edge"},
	"github.com/mattn/go-isatty":               {"cmd"},
	"github.com/microcosm-cc/bluemonday":       {"harvest"},
	"github.com/nicksnyder/go-i18n/v2":         {"i18n"},
	"github.com/pelletier/go-toml/v2":          {"check"},
	"github.com/parquet-go/parquet-go":         {"check/target"},
	"github.com/piprate/json-gold":             {"harvest/rdf"},
	"github.com/pressly/goose/v3":              {"store"},
	"github.com/rivo/uniseg":                   {"publiccode", "export"},
	"github.com/santhosh-tekuri/jsonschema/v6": {"publiccode", "standard/shape"},
	"github.com/schollz/progressbar/v3":        {"cmd"},
	"github.com/temoto/robotstxt":              {"check/target", "harvest/connect"},
	"github.com/gorilla/feeds":                 {"export"},
	"github.com/xuri/excelize/v2":              {"harvest"},
	"gopkg.in/ini.v1":                          {"check/manifest"},
	"github.com/yuin/goldmark":                 {"check/prose"},
	"go.yaml.in/yaml/v4":                       {"app/assessment", "check", "export", "harvest", "publiccode", "standard", "cmd"},
	"golang.org/x/crypto/x509roots/fallback":   {"cmd"},
	"golang.org/x/mod":                         {"check/manifest", "tlog", "store", "mirror", "app/journal", "app/backup", "cmd"},
	"golang.org/x/net":                         {"harvest", "fence", "check", "app/people", "nominate"},
	"golang.org/x/oauth2":                      {"web/signin"},
	"golang.org/x/sync":                        {"store", "app", "catalog"},
	"golang.org/x/sys":                         {"check/target"},
	"golang.org/x/term":                        {"cmd"},
	"golang.org/x/text":                        {"match", "check", "i18n", "catalog", "harvest", "vocab", "good", "export", "publiccode", "standard"},
	"golang.org/x/time":                        {"edge", "harvest/connect"},
	"modernc.org/sqlite":                       {"store"},

	"github.com/gabriel-vasile/mimetype":                       {"blob"},
	"github.com/minio/minio-go/v7":                             {"blob"},
	"github.com/riverqueue/river":                              {"jobs"},
	"github.com/riverqueue/river/riverdriver":                  {"jobs"},
	"github.com/riverqueue/river/riverdriver/riverdatabasesql": {"jobs"},
	"github.com/riverqueue/river/riverdriver/riversqlite":      {"jobs"},
	"github.com/riverqueue/river/rivertype":                    {"jobs"},
	"github.com/standard-webhooks/standard-webhooks/libraries": {"notify"},
	"github.com/wneessen/go-mail":                              {"notify"},
}

// testModules are used by tests alone and never reach the program.
var testModules = []string{
	"github.com/andybalholm/cascadia", "github.com/blevesearch/bleve/v2", "github.com/chromedp/cdproto", "github.com/chromedp/chromedp",
	"github.com/emersion/go-sasl", "github.com/emersion/go-smtp", "github.com/google/go-cmp", "github.com/johannesboyne/gofakes3", "github.com/oauth2-proxy/mockoidc", "github.com/rogpeppe/go-internal", "pgregory.net/rapid",
}

func TestEachModuleServesOnlyItsRooms(t *testing.T) {
	all := packages(t)
	for _, p := range all {
		if !p.ours() || slices.Contains(outside, top(p.room())) || strings.HasPrefix(p.ImportPath, "stoa/tools/") {
			continue
		}
		for _, path := range p.Imports {
			dep := all[path]
			if dep == nil || dep.Standard || dep.ours() || dep.Module == nil {
				if path == "database/sql" && top(p.room()) != "store" && top(p.room()) != "jobs" {
					t.Errorf("%s imports database/sql: SQL is for store alone, and its names for the job queue", p.room())
				}
				continue
			}
			rooms, known := allowed[dep.Module.Path]
			if !known {
				t.Errorf("%s imports %s: a module nobody has allowed; say why in docs/dependencies.md and for whom in internal/house", p.room(), path)
			} else if !slices.ContainsFunc(rooms, func(r string) bool { return p.room() == r || strings.HasPrefix(p.room(), r+"/") }) {
				t.Errorf("%s imports %s, which serves %v", p.room(), path, rooms)
			}
		}
	}
}

func TestTheProgramCarriesNoTestModules(t *testing.T) {
	all := packages(t)
	for _, path := range all["stoa/cmd/stoa"].Deps {
		if dep := all[path]; dep != nil && dep.Module != nil && slices.Contains(testModules, dep.Module.Path) {
			t.Errorf("the program carries %s", path)
		}
	}
}

// TestTheSmallProgramIsSmall: stoa-check starts quickly because it brings along
// nothing of the platform, nor libraries that take long to start.
func TestTheSmallProgramIsSmall(t *testing.T) {
	all := packages(t)
	seen := 0
	for _, path := range all["stoa/cmd/stoa-check"].Deps {
		p := all[path]
		if p == nil || p.Standard {
			continue
		}
		seen++
		if p.ours() && (slices.Contains([]string{"store", "catalog", "harvest", "app", "edge", "api", "web", "jobs", "ops", "publiccode"}, top(p.room())) || path == "stoa/internal/standard/shape") {
			t.Errorf("stoa-check carries %s", path)
		}
		for _, heavy := range []string{"github.com/santhosh-tekuri/jsonschema", "github.com/xuri/excelize", "github.com/microcosm-cc/bluemonday", "modernc.org/", "github.com/jackc/pgx", "github.com/go-webauthn", "github.com/danielgtaylor/huma", "github.com/minio"} {
			if strings.HasPrefix(path, heavy) {
				t.Errorf("stoa-check carries %s", path)
			}
		}
	}
	if seen < 50 {
		t.Errorf("%d packages of stoa-check were looked at", seen)
	}
}

// inTable is a row of docs/dependencies.md: | `module` | why | licence | alive |
var inTable = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([^|]+) \\| ([^|]+) \\| ([^|]+) \\|$")

// licenceText is how a licence's text is known.
var licenceText = map[string]string{
	"MIT": "Permission is hereby granted, free of charge", "Apache-2.0": "Apache License", "MPL-2.0": "Mozilla Public License",
	"BSD-3-Clause": "Redistribution and use in source and binary forms", "BSD-2-Clause": "Redistribution and use in source and binary forms",
	"Unlicense": "free and unencumbered software",
}

func TestEveryDependencyIsExplained(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join(testkit.Root(t), "docs", "dependencies.md"))
	if err != nil {
		t.Fatal(err)
	}
	all := packages(t)
	used, version := map[string]string{}, map[string]string{} // module → its directory
	note := func(p *pkg) {
		if p != nil && p.Module != nil && !p.ours() {
			used[p.Module.Path], version[p.Module.Path] = p.Module.Dir, p.Module.Version
		}
	}
	for _, p := range all {
		if !p.ours() {
			continue
		}
		for _, path := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			note(all[path])
		}
	}
	for _, path := range all["stoa/cmd/stoa"].Deps {
		note(all[path])
	}
	explained := map[string]bool{}
	for _, row := range inTable.FindAllStringSubmatch(string(doc), -1) {
		module, licence := row[1], strings.TrimSpace(row[3])
		explained[module] = true
		if strings.HasPrefix(module, "npm:") || strings.HasPrefix(module, "tool:") {
			continue
		}
		dir, isUsed := used[module]
		if !isUsed {
			t.Errorf("docs/dependencies.md explains %s, which nothing imports", module)
			continue
		}
		if !strings.HasPrefix(row[4], version[module]+",") {
			t.Errorf("docs/dependencies.md says %s is at %s; it is at %s", module, row[4], version[module])
		}
		if !hasLicence(dir, licence) {
			t.Errorf("docs/dependencies.md says %s is %s; its files do not", module, licence)
		}
	}
	for module := range used {
		if !explained[module] {
			t.Errorf("docs/dependencies.md does not explain %s", module)
		}
	}
}

// hasLicence says whether a licence file at the top of the module has the
// text of the licence.
func hasLicence(dir, licence string) bool {
	files, _ := os.ReadDir(dir) // an absent directory has no licence
	for _, f := range files {
		name := strings.ToUpper(f.Name())
		if !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			continue
		}
		for _, one := range strings.Split(licence, " AND ") {
			if mark, known := licenceText[one]; known && strings.Contains(strings.Join(strings.Fields(string(text)), " "), mark) {
				return true
			}
		}
	}
	return false
}
