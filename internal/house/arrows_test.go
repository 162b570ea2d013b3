package house

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// layers says on which floor each room is. A room of two words is found before
// the room that holds it. New rooms are added here on purpose.
var layers = map[string]int{
	"vocab": 0, "good": 0, "standard": 0, "assess": 0, "advise": 0, "deploy": 0, "fund": 0, "access": 0, "i18n": 0, "tlog": 0,
	"worldmap": 0, "export": 0, "publiccode": 0, "fault": 0, "nominate": 0, "finding": 0, "watch": 0, "match": 0, "alliance": 0, "sourcing": 0, "call": 0, "support": 0, "l10n": 0,
	"need": 0, "guide": 0, "packed": 0, "lazy": 0, "quick": 0, "community": 0, "recipe": 0,
	"store": 1, "catalog": 1, "fence": 1, "check": 1, "harvest": 1, "chain": 1, "notify": 1, "blob": 1, "mirror": 1,
	"app": 2, "edge": 2,
	"jobs": 3, "api": 3, "web": 3, "files": 3, "dpga": 3, "ops": 3, "softwareapi": 3, "oai": 3,
	"cmd": 4,
}

// shared are the L0 rooms that other L0 rooms may use.
var shared = []string{"good", "vocab", "packed", "lazy", "quick"}

// given are folders of embedded data that cmd opens and hands on.
var given = []string{"catalogue", "standards", "docs"}

// outside are rooms that are no part of the program.
var outside = []string{"testkit", "house"}

// top is the room a package lies in: "web" of "web/page/home".
func top(room string) string {
	first, _, _ := strings.Cut(room, "/")
	return first
}

// noun is the noun of a room of verbs: "goods" of "app/goods".
func noun(room string) string {
	_, rest, _ := strings.Cut(room, "/")
	first, _, _ := strings.Cut(rest, "/")
	return first
}

// forbidden says why from may not import to, or "".
func forbidden(from, to string) string {
	a, b := top(from), top(to)
	if slices.Contains(outside, b) {
		return "only tests use " + b
	}
	if slices.Contains(given, b) && a != "cmd" {
		return "cmd hands on what is in " + b
	}
	if a == b {
		if a == "app" && noun(from) != noun(to) {
			return "the nouns of app never import each other"
		}
		return ""
	}
	la, lb := layers[a], layers[b]
	switch {
	case la == 4:
		return ""
	case lb > la:
		return fmt.Sprintf("an arrow upwards, from floor %d to %d", la, lb)
	case la == 0 && !slices.Contains(shared, b):
		return "on floor 0 only good, vocab, packed, lazy and quick are shared"
	case la == 0 && a == "vocab" && b == "good":
		return "" // the kinds a licence is accepted for
	case la > 0 && la == lb:
		return fmt.Sprintf("rooms of floor %d do not import each other", la)
	case la == 3 && lb == 1 && !(a == "jobs" && b == "store"):
		return "pages, API and jobs reach floor 1 only through app"
	}
	return ""
}

func TestArrows(t *testing.T) {
	rooms := map[string]bool{}
	for _, p := range packages(t) {
		if !p.ours() || slices.Contains(outside, top(p.room())) || strings.HasPrefix(p.ImportPath, "stoa/tools/") {
			continue
		}
		from := p.room()
		if slices.Contains(given, top(from)) {
			continue
		}
		if _, known := layers[top(from)]; !known {
			t.Errorf("%s is on no floor: say on which in internal/house", p.ImportPath)
		}
		rooms[top(from)] = true
		for _, path := range p.Imports {
			to := room(path)
			if to == "" {
				continue
			}
			if why := forbidden(from, to); why != "" {
				t.Errorf("%s imports %s: %s", from, to, why)
			}
		}
	}
	for _, must := range []string{"good", "store", "catalog", "app", "cmd"} {
		if !rooms[must] {
			t.Errorf("no package of room %s was looked at", must)
		}
	}
}

func TestTheArrowsAreDrawnAsDesigned(t *testing.T) {
	for _, c := range []struct {
		from, to string
		ok       bool
	}{
		{"cmd", "store", true}, {"cmd", "web", true}, {"web/page/home", "app/goods", true}, {"web", "edge", true}, {"web", "i18n", true},
		{"web", "web/page/home", true}, {"app/goods", "store", true}, {"store", "tlog", true}, {"store/storetest", "store", true},
		{"tlog", "good", true}, {"i18n", "vocab", true}, {"jobs", "store", true}, {"cmd", "catalogue", true},
		{"web", "store", false}, {"api", "catalog", false}, {"web", "api", false}, {"store", "catalog", false}, {"harvest", "fence", false},
		{"app/goods", "app/imports", false}, {"app/goods", "web", false}, {"good", "tlog", false}, {"access", "i18n", false},
		{"store", "app/goods", false}, {"web", "testkit", false}, {"app/imports", "catalogue", false}, {"cmd", "testkit", false},
	} {
		if why := forbidden(c.from, c.to); (why == "") != c.ok {
			t.Errorf("%s → %s: %q", c.from, c.to, why)
		}
	}
}

func TestTestsDoNotReachUpwards(t *testing.T) {
	for _, p := range packages(t) {
		if !p.ours() || slices.Contains(outside, top(p.room())) || slices.Contains(given, top(p.room())) || top(p.room()) == "cmd" {
			continue
		}
		for _, path := range append(slices.Clone(p.TestImports), p.XTestImports...) {
			to := room(path)
			if _, known := layers[top(to)]; known && layers[top(to)] > layers[top(p.room())] {
				t.Errorf("a test of %s imports %s, which stands above it", p.room(), to)
			}
		}
	}
}
