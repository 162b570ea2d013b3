package connect_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/harvest/connect"
)

// catalogueAPI is a server that speaks the publiccode catalogue API over lists
// that a test fills.
type catalogueAPI struct {
	software, publishers []string // entries in JSON
	asked                []string
}

// ServeHTTP implements http.Handler.
func (a *catalogueAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.asked = append(a.asked, r.URL.RequestURI())
	var all []string
	switch r.URL.Path {
	case "/v1/software":
		all = a.software
	case "/v1/publishers":
		all = a.publishers
	default:
		http.NotFound(w, r)
		return
	}
	q := r.URL.Query()
	size, _ := strconv.Atoi(q.Get("page[size]"))
	begin, _ := strconv.Atoi(strings.TrimPrefix(q.Get("page[after]"), "c"))
	end := min(begin+size, len(all))
	next := "null"
	if end < len(all) {
		next = strconv.Quote("?" + url.Values{"page[after]": {fmt.Sprintf("c%d", end)}, "page[size]": {q.Get("page[size]")}}.Encode())
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"data":[%s],"links":{"prev":null,"next":%s}}`, strings.Join(all[begin:end], ","), next)
}

const aFile = `publiccodeYmlVersion: "0.4"
name: %s
url: %s
platforms: [web]
softwareType: standalone/web
developmentStatus: stable
description:
  en:
    shortDescription: Keeps the records of small clinics.
    features: [records]
legal:
  license: AGPL-3.0-or-later
maintenance:
  type: internal
  contacts:
    - name: Jane Mzolux
      email: jane@clinics.example
localisation:
  localisationReady: true
  availableLanguages: [en, sw]
`

// anEntry is an entry of /v1/software.
func anEntry(n int, more string) string {
	at := fmt.Sprintf("https://git.example.org/clinics/tool-%d", n)
	file, err := json.Marshal(fmt.Sprintf(aFile, fmt.Sprintf("Tool %d", n), at))
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"id":"id-%d","url":"%s.git","aliases":["https://old.example.org/tool-%d"],"publiccodeYml":%s,"createdAt":"2026-01-01T00:00:00Z"%s}`, n, at, n, file, more)
}

func TestACatalogueOfPublicSoftware(t *testing.T) {
	api := &catalogueAPI{publishers: []string{
		`{"id":"p","description":"Clinics Agency","codeHosting":[{"url":"https://git.example.org/clinics","group":true}],"email":"office@clinics.example"}`, `7`}}
	for n := range 230 {
		api.software = append(api.software, anEntry(n, ""))
	}
	api.software[3] = anEntry(3, `,"active":false`)
	api.software[5] = `{"id":"id-5","url":"https://git.example.org/x","publiccodeYml":"name: [never closed"}`
	api.software[6] = `"no object"`
	api.software[7] = `{"id":"id-7","id":"id-8"}`
	api.software[8] = "{\"id\":\"id-8\",\"url\":\"https://git.example.org/\xff\"}"
	base := serve(t, api)
	got := whole(t, func() connect.Connector {
		return open(t, "publiccode", base, connect.Config{Address: base + "/v1/"})
	}, connect.State{})
	if got.pages != 3 || len(got.candidates) != 226 || !slices.Equal(got.gone, []string{"id-3"}) || !got.last.Listing || got.last.Next.Cursor != "" {
		t.Fatalf("%d pages, %d candidates, gone %v, last %+v", got.pages, len(got.candidates), got.gone, got.last.Next)
	}
	reasons := []string{"not-an-object", "key-twice: id", "not-utf-8"}
	if len(got.faults) != len(reasons) {
		t.Fatalf("faults: %+v", got.faults)
	}
	for i, f := range got.faults {
		if f.Key != "harvest.fault.record" || f.Args["Reason"] != reasons[i] || f.ID != strconv.Itoa(7+i) {
			t.Errorf("fault %d: %+v", i, f)
		}
	}
	one := got.candidates["id-1"]
	if one.Held || one.Facts.Name != "Tool 1" || !slices.Equal(one.Facts.Languages, []string{"en", "sw"}) || len(one.Facts.Licences) != 1 ||
		len(one.Facts.Repositories) != 2 || !slices.Equal(one.Facts.Parties, []good.Party{{Name: "Clinics Agency", Role: good.Maintainer}}) {
		t.Errorf("%+v", one)
	}
	if said, err := json.Marshal(one.Facts); err != nil || strings.Contains(string(said), "Mzolux") || len(one.Contacts) != 1 {
		t.Errorf("%s %+v %v", said, one.Contacts, err)
	}
	if broken := got.candidates["id-5"]; !broken.Held {
		t.Errorf("a broken file is not held: %+v", broken)
	}
}

// TestWhatIsNotTheAPI asks for answers that are none of the API.
func TestWhatIsNotTheAPI(t *testing.T) {
	for body, key := range map[string]string{
		"<html>":   "harvest.error.not-the-api",
		`{"a":[]}`: "harvest.error.not-the-api",
		`{"data":[],"links":{"next":"?page%5Bsize%5D=1"}}`:                                                 "harvest.error.cursor",
		`{"data":[],"links":{"next":"?page%5Bafter%5D=` + strings.Repeat("x", connect.MaxCursor+1) + `"}}`: "harvest.error.cursor",
		`{"data":[],"links":{"next":"?page%5Bafter%5D=again"}}`:                                            "harvest.error.circles",
	} {
		base := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }))
		_, err := open(t, "publiccode", base, connect.Config{Address: base}).Page(ctx, connect.State{})
		if keyOf(err) != key {
			t.Errorf("%.40s: %v, want %s", body, err, key)
		}
	}
}

func FuzzPubliccodePage(f *testing.F) {
	f.Add([]byte(`{"data":[` + anEntry(1, "") + `],"links":{"next":null}}`))
	f.Add([]byte(`{"data":[{"id":"x","publiccodeYml":"a: &a [*a]"}],"links":{"next":"?page[after]=2"}}`))
	var body []byte
	base := serve(f, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/publishers") {
			fmt.Fprint(w, `{"data":[],"links":{}}`)
			return
		}
		_, _ = w.Write(body)
	}))
	c := open(f, "publiccode", base, connect.Config{Address: base + "/v1"})
	f.Fuzz(func(t *testing.T, b []byte) {
		body = b
		p, err := c.Page(ctx, connect.State{})
		if err != nil && good.KindOf(err) != good.Invalid {
			t.Errorf("%v", err)
		}
		for _, c := range p.Candidates {
			if c.ForeignID == "" || c.Source != source.ID {
				t.Errorf("%+v", c)
			}
		}
	})
}
