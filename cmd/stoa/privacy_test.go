package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"stoa/internal/testkit"
)

// marker is in every name and address the test plants, and nowhere else; ids
// have no o, l or u.
const marker = "zolux"

// standIns are the names, addresses and handles of people in the real data.
var standIns = regexp.MustCompile(`contact-[0-9a-f]+@example\.org|Contact [0-9a-f]{6}\b`)

// reviewer is who wrote a crowd review.
var reviewer = regexp.MustCompile(`"user": "([^"]+)"`)

// plant copies the data with every contact's name and address replaced by one
// that looks like a real one, so that nothing can know them by their form. It
// returns how many distinct ones there are.
func plant(t *testing.T, from, to string) int {
	t.Helper()
	people := map[string]bool{}
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		b = standIns.ReplaceAllFunc(b, func(who []byte) []byte {
			people[string(who)] = true
			return []byte(realistic(string(who)))
		})
		if who := reviewer.FindSubmatch(b); who != nil && filepath.Dir(rel) == "reviews" { // its file is named for its author, too
			people[string(who[1])] = true
			handle := marker + strings.ToLower(realistic(string(who[1])))[:9]
			b = bytes.Replace(b, who[1], []byte(handle), 1)
			rel = strings.Replace(rel, string(who[1])+".json", handle+".json", 1)
		}
		return os.WriteFile(filepath.Join(to, rel), b, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
	return len(people)
}

// realistic is a name or an address for a stand-in, always the same.
func realistic(who string) string {
	sum := sha256.Sum256([]byte(who))
	syllables := []string{"ka", "ro", "mi", "tu", "le", "sa", "no", "vi", "ba", "de", "yo", "pe", "ji", "ha", "wu", "gi"}
	word := func(b []byte) string {
		s := ""
		for _, x := range b {
			s += syllables[x%16]
		}
		return s
	}
	first, last := "Zolux"+word(sum[:3]), "Mzolux"+word(sum[3:7])
	if strings.Contains(who, "@") {
		return strings.ToLower(first+"."+last) + "@" + marker + "mail.net"
	}
	return first + " " + last
}

// TestContactsReachNothingPublic imports everything the real data holds with
// planted contacts and looks for them in everything the program says, serves,
// logs or keeps outside its private tables.
func TestContactsReachNothingPublic(t *testing.T) {
	dir := t.TempDir()
	data := filepath.Join(dir, "dpga")
	people := plant(t, filepath.Join(testkit.RealData(t), "dpga"), data)
	if people < 900 {
		t.Fatalf("only %d contacts planted", people)
	}
	env := append(os.Environ(), "STOA_DATA="+filepath.Join(dir, "stoa"), "STOA_ADDR=127.0.0.1:0", "STOA_LOG_LEVEL=debug", "STOA_DATABASE_URL=")
	program := testkit.Program(t)
	for i, what := range append(realImports(data), "--format=dpga-applications "+filepath.Join(data, "applications"), filepath.Join(data, "reviews")) {
		report := filepath.Join(dir, fmt.Sprintf("report-%d.json", i))
		cmd := exec.Command(program, append([]string{"import", "--report", report}, strings.Fields(what)...)...)
		cmd.Env = env
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("import %s: %v\n%s", what, err, out)
		}
		t.Logf("%s: %s", filepath.Base(what), out)
		clean(t, "the output of import "+filepath.Base(what), out)
		said, err := os.ReadFile(report)
		if err != nil {
			t.Fatal(err)
		}
		clean(t, "the report of import "+filepath.Base(what), said)
	}
	for _, args := range [][]string{{"settle"}, {"verify", filepath.Join(dir, "stoa")}, {"db", "check"}} {
		cmd := exec.Command(program, args...)
		cmd.Env = env
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		clean(t, fmt.Sprintf("the output of %v", args), out)
	}
	s, err := startServer(program, env, dir, "--empty")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.end(syscall.SIGKILL) }() // it may have stopped below
	seen := crawl(t, s.url)
	for _, must := range []string{"/", "/ar", "/zh/goods", "/api/v1/goods", "/log/checkpoint", "/log/values/000", "/log/tile/entries/000", "/goods/dhis2", "/ar/changes", "/statistics/region.csv",
		"/es/goods/dhis2", "/imports", "/goods.csv", "/goods.atom", "/goods/dhis2.jsonld", "/goods/dhis2.codemeta.json", "/dpga/v0/dpgs", "/dpga/v1/api/dpgs"} {
		if !slices.ContainsFunc(seen, func(p string) bool { return strings.TrimSuffix(p, "/") == strings.TrimSuffix(must, "/") }) {
			t.Errorf("the crawl of %d addresses never met %s", len(seen), must)
		}
	}
	t.Logf("%d contacts planted, %d addresses read", people, len(seen))
	if err := s.end(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	clean(t, "the server's log", []byte(s.logged.String()))
	lookIntoTables(t, filepath.Join(dir, "stoa", "stoa.db"))
}

// realImports are the parts of the real data, oldest first.
func realImports(data string) []string {
	return []string{data, filepath.Join(data, "api-v0"), filepath.Join(data, "registry-history", "index.json"),
		filepath.Join(data, "registry-history", "dpgs-2023-05-31.json"), filepath.Join(data, "registry-history", "dpgs-2024-06-28.json"),
		filepath.Join(data, "registry-history", "dpgs-2025-06-27.json"), filepath.Join(data, "registry-2026", "dpgs.json")}
}

// clean fails the test where a planted name or address, or a part of one, is.
func clean(t *testing.T, where string, b []byte) {
	t.Helper()
	lower := bytes.ToLower(b)
	if i := bytes.Index(lower, []byte(marker)); i >= 0 {
		t.Errorf("%s: %q", where, b[max(0, i-80):min(len(b), i+80)])
	}
}

var (
	linkTo = regexp.MustCompile(`(?:href|src|action)="([^"]+)"`)
	locIn  = regexp.MustCompile(`<loc>([^<]+)</loc>`)
	urlIn  = regexp.MustCompile(`"(?:url|next|self|href|prev)":\s*"([^"]+)"`)
)

// aside are the pages beside a good's own.
var aside = regexp.MustCompile(`^(/[a-z]{2})?/(?:(?:goods|countries)/[^/]+/)?(record|verify|claim|challenge|card|badge\.svg|languages|guide|readiness(?:\.csv)?|reports|regions)(?:/[^/]+){0,2}$`)

// maxQueries bounds how many addresses of one path with a query are read:
// facets make endlessly many.
const maxQueries = 60

// crawl reads every address to which the first ones lead and returns those
// that answered with a page.
func crawl(t *testing.T, base string) []string {
	t.Helper()
	queue := []string{"/", "/map", "/statistics", "/data", "/changes", "/compare?good=dhis2&good=opencrvs", "/api/v1/goods?limit=100", "/api/v1/openapi.yaml", "/api/v1/sources", "/api/v1/suggest?q=he", "/log/checkpoint", "/log/key",
		"/robots.txt", "/sitemap.xml", "/opensearch.xml", "/goods", "/imports", "/dumps/", "/nothing-here", "/api/v1/nothing",
		"/dpga/v0/", "/dpga/v0/dpgs/", "/dpga/v0/nominees/", "/dpga/v1/api", "/dpga/v1/api/dpgs", "/dpga/v1/api/nominees"}
	for _, form := range []string{"csv", "ndjson", "atom", "jsonld", "json"} {
		queue = append(queue, "/goods."+form)
	}
	for _, lang := range []string{"ar", "zh", "fr", "ru", "es"} {
		queue = append(queue, "/"+lang+"/goods")
	}
	for n := range 40 { // tiles and values, where they are
		for _, kind := range []string{"tile/0", "tile/1", "tile/entries", "values"} {
			queue = append(queue, fmt.Sprintf("/log/%s/%03d", kind, n))
		}
	}
	goods := 0
	for next := "/api/v1/goods?limit=100"; next != ""; {
		body := read(t, base+next)
		clean(t, next, body)
		var list struct {
			Items []struct{ Slug string }
			Next  string
		}
		if err := json.Unmarshal(body, &list); err != nil {
			t.Fatalf("%s: %v", next, err)
		}
		for _, g := range list.Items {
			goods++
			queue = append(queue, "/api/v1/goods/"+url.PathEscape(g.Slug), "/api/v1/goods/"+url.PathEscape(g.Slug)+"/history")
			for _, form := range []string{"jsonld", "codemeta.json", "cff", "bib"} {
				queue = append(queue, "/goods/"+url.PathEscape(g.Slug)+"."+form)
			}
			for _, lang := range []string{"", "/ar", "/zh", "/fr", "/ru", "/es"} {
				queue = append(queue, lang+"/goods/"+url.PathEscape(g.Slug))
			}
		}
		next = strings.TrimPrefix(list.Next, base)
	}
	if goods < 700 {
		t.Errorf("the API lists only %d goods", goods)
	}
	known, queries := map[string]bool{}, map[string]int{}
	var seen []string
	add := func(from *url.URL, link string) {
		u, err := from.Parse(html.UnescapeString(link))
		if err != nil || u.Scheme != "http" || "http://"+u.Host != base {
			return
		}
		u.Fragment = ""
		p := u.RequestURI()
		if u.RawQuery != "" {
			if queries[u.Path]++; queries[u.Path] > maxQueries {
				return
			}
		}
		if m := aside.FindStringSubmatch(u.Path); m != nil { // made alike for each good
			if queries[m[1]+m[2]]++; queries[m[1]+m[2]] > maxQueries {
				return
			}
		}
		if !known[p] {
			known[p] = true
			queue = append(queue, p)
		}
	}
	for _, p := range queue {
		known[p] = true
	}
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, base+p, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := noRedirects.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		_, err = body.ReadFrom(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode >= 500 {
			t.Errorf("%s answers %s", p, resp.Status)
		}
		if resp.StatusCode == http.StatusOK {
			seen = append(seen, p)
		}
		clean(t, p, unpacked(t, p, body.Bytes()))
		clean(t, "the address", []byte(p))
		for name, values := range resp.Header {
			clean(t, p+": header "+name, []byte(strings.Join(values, "\n")))
		}
		for _, l := range resp.Header["Location"] {
			add(req.URL, l)
		}
		for kind, re := range map[string]*regexp.Regexp{"html": linkTo, "xml": locIn, "json": urlIn} {
			if !strings.Contains(resp.Header.Get("Content-Type"), kind) {
				continue
			}
			for _, m := range re.FindAllSubmatch(body.Bytes(), -1) {
				add(req.URL, string(m[1]))
			}
		}
		if len(known) > 40_000 {
			t.Fatalf("the crawl does not end: %s", p)
		}
	}
	return seen
}

// read fetches an address that must be there.
func read(t *testing.T, address string) []byte {
	t.Helper()
	resp, err := noRedirects.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", address, resp.Status, err)
	}
	return body
}

// unpacked is what a compressed answer holds.
func unpacked(t *testing.T, where string, b []byte) []byte {
	t.Helper()
	if !bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		return b
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	return out
}

// privateTables may hold contacts: nothing public is made of them.
var privateTables = []string{"contacts", "cases", "community_reviewers"}

// lookIntoTables reads every table of the database as it lies on the disk.
func lookIntoTables(t *testing.T, file string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT name FROM sqlite_master WHERE type = 'table'`)
	if err != nil {
		t.Fatal(err)
	}
	var tables []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	stored := 0
	for _, name := range tables {
		found := tableHolds(t, db, name)
		if slices.Contains(privateTables, name) {
			stored += found
		} else if found > 0 {
			t.Errorf("table %s holds %d values with contacts", name, found)
		}
	}
	if stored == 0 || len(tables) < 5 {
		t.Errorf("no contact is stored at all, in tables %v", tables)
	}
}

// tableHolds counts the values of a table in which the marker is.
func tableHolds(t *testing.T, db *sql.DB, table string) int {
	t.Helper()
	rows, err := db.Query(`SELECT * FROM "` + table + `"`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	values := make([]sql.RawBytes, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	found := 0
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for _, v := range values {
			if bytes.Contains(bytes.ToLower(v), []byte(marker)) {
				found++
			}
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}
