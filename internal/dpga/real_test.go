package dpga_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"stoa/internal/harvest"
	"stoa/internal/i18n"
	"stoa/internal/testkit"
	"stoa/internal/vocab"
)

// flatten is a record as its leaves: "openlicenses.openLicense" → every value
// in order. An empty list is a path without values.
func flatten(v any, path string, out map[string][]string) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			flatten(x, strings.TrimPrefix(path+"."+k, "."), out)
		}
	case []any:
		if out[path] == nil && (len(v) == 0 || !isObject(v[0])) {
			out[path] = []string{}
		}
		for _, x := range v {
			flatten(x, path, out)
		}
	default:
		out[path] = append(out[path], fmt.Sprint(v))
	}
}

func isObject(v any) bool { _, ok := v.(map[string]any); return ok }

// difference is one field of one record that is not as it was.
type difference struct {
	path      string
	was, is   []string
	record    map[string]any
	candidate harvest.Candidate
	united    bool // the good is also what another record is about
}

func squeeze(parts []string, separator string) string {
	return strings.Join(strings.Fields(strings.Join(parts, separator)), " ")
}

func decoded(parts []string) []string {
	out := make([]string, len(parts))
	for i, p := range parts {
		for range 3 {
			p = html.UnescapeString(p)
		}
		out[i] = strings.ReplaceAll(p, "¸", ",")
	}
	return out
}

// tidied are the values with their white space in order.
func tidied(parts []string) []string {
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = strings.Join(strings.Fields(p), " ")
	}
	return out
}

// once is a sorted list without repeats, whatever their case.
func once(parts []string) []string {
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = strings.ToLower(p)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// within says whether each value stands in the one it was.
func within(was, is []string) bool {
	if len(was) != len(is) {
		return false
	}
	for i := range is {
		if !strings.Contains(strings.ToLower(was[i]), strings.ToLower(strings.TrimSuffix(is[i], "/"))) {
			return false
		}
	}
	return true
}

func blank(parts []string) bool { return squeeze(parts, "") == "" }

// repairs are the rules by which the import mended the field, as its report
// says, or "".
func (d difference) repairs() string {
	var rules []string
	for _, r := range d.candidate.Repairs {
		field := strings.TrimSuffix(r.Field, ".url")
		if (field == d.path || strings.HasPrefix(d.path, field+".")) && !slices.Contains(rules, r.Rule) {
			rules = append(rules, r.Rule)
		}
	}
	slices.Sort(rules)
	return strings.Join(rules, ", ")
}

// reason is why a field differs; each claim is checked on the values.
type reason struct {
	name  string
	holds func(difference) bool
}

func in(paths ...string) func(string) bool {
	return func(p string) bool { return slices.Contains(paths, p) }
}

var notHeld = in("awardsReceived", "deploymentCountriesDepartments", "otherDeploymentOrganisations", "deploymentOrganisations")

// shared are the reasons of both APIs, those that say most first.
var shared = []reason{
	{"personal data is never served", func(d difference) bool {
		return strings.HasSuffix(d.path, ".contact_name") || strings.HasSuffix(d.path, ".contact_email")
	}},
	{`an empty value is [] of a list and absent of an optional field, never "" or [""]`, func(d difference) bool {
		return blank(d.was) && len(d.is) == 0
	}},
	{"white space is tidied", func(d difference) bool { return slices.Equal(tidied(d.was), tidied(d.is)) }},
	{"a name said twice is left out", func(d difference) bool {
		return d.path == "aliases" && slices.Equal(once(d.is), once(slices.DeleteFunc(tidied(d.was), func(s string) bool {
			return strings.EqualFold(s, fmt.Sprint(d.record["name"]))
		})))
	}},
	{"the address alone, without words around it, in one spelling", func(d difference) bool {
		return (strings.HasSuffix(strings.ToLower(d.path), "url") || strings.HasSuffix(d.path, "URLs") || strings.HasSuffix(d.path, "website")) && within(d.was, d.is)
	}},
	{`a text that is not there is ""`, func(d difference) bool { return d.was == nil && slices.Equal(d.is, []string{""}) }},
	{"a repository without an address is left out", func(d difference) bool {
		var was []string
		for _, r := range d.record["repositories"].([]any) {
			if r := r.(map[string]any); fmt.Sprint(r["url"]) != "" {
				was = append(was, fmt.Sprint(r["name"]))
			}
		}
		return d.path == "repositories.name" && slices.Equal(was, d.is)
	}},
	{"a licence said twice stands once", func(d difference) bool {
		names := strings.HasPrefix(d.path, "license.")
		var was []string
		for _, l := range d.candidate.Facts.Licences {
			was = append(was, l.SPDX, l.URL)
		}
		return names && len(d.is) < len(d.was) && len(d.is)*2 == len(was)
	}},
	{"the good is what another record is about, too", func(d difference) bool { return d.united }},
	{"repaired on import", func(d difference) bool { return d.repairs() != "" }},
}

var v1Reasons = slices.Concat(shared[:1], []reason{
	{"added by the registry's website to the body of its API", func(d difference) bool {
		return in("githubActivity", "dpgLink")(d.path) && d.is == nil
	}},
	{"a good does not hold this yet", func(d difference) bool { return notHeld(d.path) && !blank(d.was) && len(d.is) == 0 }},
	{"the original names the good where its owner belongs", func(d difference) bool {
		return in("organizations.name", "organizations.website")(d.path) && fmt.Sprint(d.record["organizations"].([]any)[0].(map[string]any)["name"]) == fmt.Sprint(d.record["name"])
	}},
	{"what is not said is not kept: only Yes follows from the way told", func(d difference) bool {
		return d.path == "NonPII.collectsNonPII" && slices.Equal(d.is, []string{""})
	}},
	{"lines of one text are a list", func(d difference) bool {
		return len(d.is) > len(d.was) && squeeze(decoded(d.was), "\n") == squeeze(d.is, "\n")
	}},
}, shared[1:])

// explain names the first reason that holds, or "".
func explain(d difference, reasons []reason) string {
	for _, r := range reasons {
		if r.holds(d) {
			if r.name == "repaired on import" {
				return "repaired on import: " + d.repairs()
			}
			return r.name
		}
	}
	return ""
}

// tally is what a comparison found.
type tally struct {
	records, served, held, united, same int
	counts                              map[string]int // "field | reason"
}

// String is the tally as a table.
func (c tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "records: %d, served: %d, of which about one good with another: %d, waiting for a person: %d\nfields as they were: %d\n\nfield | why it differs | records\n",
		c.records, c.served, c.united, c.held, c.same)
	for _, k := range slices.Sorted(maps.Keys(c.counts)) {
		fmt.Fprintf(&b, "%s | %d\n", k, c.counts[k])
	}
	return b.String()
}

// compare asks for every record of a body at its own address and compares it,
// field by field; no difference may go unexplained.
func compare(t *testing.T, s *instance, path, root, end string, reasons []reason) string {
	t.Helper()
	all := candidates(t, path)
	originals := bodies(t, path)
	got := make([]map[string]any, len(originals))
	about := map[string]int{}
	listed := s.listed(root+"dpgs"+end, root+"nominees"+end)
	c := tally{records: len(originals), counts: map[string]int{}}
	for i, original := range originals {
		id := original["id"].(string)
		part := map[string]string{"DPG": "dpg/", "nominee": "nominee/"}[original["stage"].(string)]
		w := s.follow(root + part + url.PathEscape(id) + end)
		if w.Code == http.StatusNotFound && all[id].Held {
			c.held++
			continue
		}
		if err := json.Unmarshal(w.Body.Bytes(), &got[i]); err != nil || w.Code != http.StatusOK {
			t.Errorf("%s: %d, %v", id, w.Code, err)
			got[i] = nil
			continue
		}
		c.served++
		about[got[i]["id"].(string)]++
		if in := listed[got[i]["id"].(string)]; !reflect.DeepEqual(in, got[i]) {
			t.Errorf("%s is not in the list as it is alone", id)
		}
	}
	for i, original := range originals {
		if got[i] == nil {
			continue
		}
		id := original["id"].(string)
		d := difference{record: original, candidate: all[id], united: about[got[i]["id"].(string)] > 1}
		if d.united {
			c.united++
		}
		was, is := map[string][]string{}, map[string][]string{}
		flatten(original, "", was)
		flatten(got[i], "", is)
		for _, d.path = range slices.Sorted(maps.Keys(union(was, is))) {
			if d.was, d.is = was[d.path], is[d.path]; slices.Equal(d.was, d.is) && (d.was == nil) == (d.is == nil) {
				c.same++
			} else if why := explain(d, reasons); why != "" {
				c.counts[d.path+" | "+why]++
			} else {
				t.Errorf("%s %s: nothing explains\n was %.300q\n is  %.300q", id, d.path, d.was, d.is)
			}
		}
	}
	return c.String()
}

// listed are the records of lists by id.
func (s *instance) listed(lists ...string) map[string]map[string]any {
	s.t.Helper()
	out := map[string]map[string]any{}
	for _, list := range lists {
		var records []map[string]any
		w := s.get(list)
		if err := json.Unmarshal(w.Body.Bytes(), &records); err != nil || w.Code != http.StatusOK {
			s.t.Fatalf("%s: %d, %v", list, w.Code, err)
		}
		for _, r := range records {
			if id := r["id"].(string); out[id] != nil {
				s.t.Errorf("%s is listed twice", id)
			}
			out[r["id"].(string)] = r
		}
	}
	return out
}

func union(a, b map[string][]string) map[string]bool {
	out := map[string]bool{}
	for _, m := range []map[string][]string{a, b} {
		for k := range m {
			out[k] = true
		}
	}
	return out
}

// bodies are the records of a body, or of both lists of the static API.
func bodies(t testing.TB, path string) []map[string]any {
	t.Helper()
	files := []string{path}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		files = []string{filepath.Join(path, "dpgs/index.json"), filepath.Join(path, "nominees/index.json")}
	}
	var out []map[string]any
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var part []map[string]any
		if err := json.NewDecoder(bytes.NewReader(raw)).Decode(&part); err != nil {
			t.Fatal(err)
		}
		out = append(out, part...)
	}
	return out
}

func TestTheRegistrysOwnBodyServedAgain(t *testing.T) {
	path := filepath.Join(testkit.RealData(t), "dpga/registry-2026/dpgs.json")
	s := newInstance(t)
	s.bring(path)
	testkit.Golden(t, "v1-differences.txt", compare(t, s, path, "/dpga/v1/api/", "", v1Reasons))
}

var v0Reasons = slices.Concat(shared[:1], []reason{
	{"sectors in the words of one list", func(d difference) bool {
		english, _ := i18n.Get("en")
		var want []string
		for _, s := range d.was {
			if code, ok := vocab.FindSector(s); ok && !slices.Contains(want, english.Sector(code)) {
				want = append(want, english.Sector(code))
			}
		}
		return d.path == "sectors" && slices.Equal(want, d.is)
	}},
}, shared[1:])

func TestTheStaticBodiesServedAgain(t *testing.T) {
	path := filepath.Join(testkit.RealData(t), "dpga/api-v0")
	s := newInstance(t)
	s.bring(path)
	testkit.Golden(t, "v0-differences.txt", compare(t, s, path, "/dpga/v0/", "/", v0Reasons))
}
