package oai_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/oai"
	"stoa/internal/testkit"
)

var start = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// registry holds goods in the order of ids.
type registry struct{ goods []*good.Good }

func newRegistry(n int) *registry {
	r := &registry{}
	for i := range n {
		r.goods = append(r.goods, &good.Good{ID: good.ID(fmt.Sprintf("01J000000000000000000%05d", i)), Slug: fmt.Sprintf("good-%d", i), Created: start, Updated: start.Add(time.Duration(i) * time.Hour),
			Facts: good.Facts{Name: fmt.Sprintf("Good & <%d>", i), Kinds: []good.Kind{good.Kinds[i%5]}, Goals: []good.Goal{{SDG: 1 + i%17}}, Summary: good.Text{"en": "Counts\x00.", "fr": "Compte."},
				Licences: []good.Licence{{SPDX: "MIT"}}, Parties: []good.Party{{Name: "Wells", Role: good.Owner}}}})
	}
	return r
}

func (r *registry) Good(_ context.Context, id string) (*good.Good, error) {
	for _, g := range r.goods {
		if string(g.ID) == id {
			return g, nil
		}
	}
	return nil, &good.Error{Kind: good.NotFound, Key: "x"}
}

func (r *registry) Changed(_ context.Context, since time.Time, after good.ID, limit int) ([]*good.Good, error) {
	var out []*good.Good
	for _, g := range r.goods {
		if g.ID > after && !g.Updated.Before(since) && len(out) < limit {
			out = append(out, g)
		}
	}
	return out, nil
}

// answer is what a harvester reads.
type answer struct {
	XMLName xml.Name `xml:"http://www.openarchives.org/OAI/2.0/ OAI-PMH"`
	Date    string   `xml:"responseDate"`
	Request struct {
		Verb string `xml:"verb,attr"`
		URL  string `xml:",chardata"`
	} `xml:"request"`
	Error struct {
		Code string `xml:"code,attr"`
	} `xml:"error"`
	Identify struct {
		Earliest    string `xml:"earliestDatestamp"`
		Deleted     string `xml:"deletedRecord"`
		Granularity string `xml:"granularity"`
		Mail        string `xml:"adminEmail"`
		URL         string `xml:"baseURL"`
	}
	Formats []string   `xml:"ListMetadataFormats>metadataFormat>metadataPrefix"`
	Sets    []string   `xml:"ListSets>set>setSpec"`
	One     []entry    `xml:"GetRecord>record"`
	Records []entry    `xml:"ListRecords>record"`
	Heads   []headline `xml:"ListIdentifiers>header"`
	Token   *string    `xml:"ListRecords>resumptionToken"`
	IDToken *string    `xml:"ListIdentifiers>resumptionToken"`
}

type headline struct {
	Status string   `xml:"status,attr"`
	ID     string   `xml:"identifier"`
	Stamp  string   `xml:"datestamp"`
	Sets   []string `xml:"setSpec"`
}

type entry struct {
	Header headline `xml:"header"`
	DC     struct {
		Titles   []string `xml:"http://purl.org/dc/elements/1.1/ title"`
		Rights   []string `xml:"http://purl.org/dc/elements/1.1/ rights"`
		Creators []string `xml:"http://purl.org/dc/elements/1.1/ creator"`
	} `xml:"metadata>dc"`
	QDC struct {
		Titles   []string `xml:"http://purl.org/dc/elements/1.1/ title"`
		Licences []string `xml:"http://purl.org/dc/terms/ license"`
		Abstract []string `xml:"http://purl.org/dc/terms/ abstract"`
	} `xml:"metadata>qualifieddc"`
}

// harvester asks by the rules of the protocol, over HTTP.
type harvester struct {
	t   *testing.T
	url string
}

func serve(t *testing.T, r *registry) harvester {
	t.Helper()
	deny := func(w http.ResponseWriter, _ *http.Request, status int, e *good.Error) { http.Error(w, e.Key, status) }
	s := httptest.NewServer(edge.Chain(oai.New(oai.Config{Goods: r, BaseURL: "https://stoa.example", Name: "Stoa", Mail: "postmaster@stoa.example", Now: func() time.Time { return start }, Deny: deny})))
	t.Cleanup(s.Close)
	return harvester{t, s.URL + "/oai"}
}

func (h harvester) ask(query string) answer {
	h.t.Helper()
	resp, err := http.Get(h.url + "?" + query)
	if err != nil {
		h.t.Fatal(err)
	}
	return h.read(resp)
}

func (h harvester) read(resp *http.Response) answer {
	h.t.Helper()
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	var a answer
	if err := xml.Unmarshal(raw, &a); err != nil || resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/xml; charset=utf-8" {
		h.t.Fatalf("%v %s\n%s", err, resp.Status, raw)
	}
	if _, err := time.Parse("2006-01-02T15:04:05Z", a.Date); err != nil || a.Request.URL != "https://stoa.example/oai" {
		h.t.Fatalf("%v\n%s", err, raw)
	}
	return a
}

// all harvests a list to its end; between is called after each part.
func (h harvester) all(query string, between func()) (out []entry) {
	h.t.Helper()
	for a := h.ask("verb=ListRecords&" + query); ; a = h.ask("verb=ListRecords&resumptionToken=" + url.QueryEscape(*a.Token)) {
		if a.Error.Code != "" || len(a.Records) == 0 {
			h.t.Fatalf("%s: %s, %d records", query, a.Error.Code, len(a.Records))
		}
		out = append(out, a.Records...)
		if a.Token == nil || *a.Token == "" {
			if len(out) > 100 && a.Token == nil {
				h.t.Errorf("the last part of %s has no empty token", query)
			}
			return out
		}
		if between != nil {
			between()
		}
	}
}

func TestSixVerbs(t *testing.T) {
	h := serve(t, newRegistry(3))
	id := h.ask("verb=Identify")
	if i := id.Identify; i.Deleted != "persistent" || i.Granularity != "YYYY-MM-DDThh:mm:ssZ" || i.Earliest != "2026-03-01T00:00:00Z" || i.URL != "https://stoa.example/oai" || i.Mail == "" || id.Request.Verb != "Identify" {
		t.Errorf("%+v", id)
	}
	if a := h.ask("verb=ListMetadataFormats"); !slices.Equal(a.Formats, []string{"oai_dc", "qdc"}) {
		t.Errorf("%v", a.Formats)
	}
	if a := h.ask("verb=ListSets"); !slices.Contains(a.Sets, "kind:software") || !slices.Contains(a.Sets, "sdg:17") {
		t.Errorf("%v", a.Sets)
	}
	const first = "oai:stoa.example:01J00000000000000000000000"
	plain := h.ask("verb=GetRecord&metadataPrefix=oai_dc&identifier=" + first)
	if len(plain.One) != 1 || plain.One[0].Header.ID != first || !slices.Equal(plain.One[0].DC.Titles, []string{"Good & <0>"}) || plain.One[0].DC.Rights[0] != "MIT" || plain.One[0].DC.Creators[0] != "Wells" || !slices.Equal(plain.One[0].Header.Sets, []string{"kind", "kind:software", "sdg", "sdg:1"}) {
		t.Errorf("%+v", plain.One)
	}
	rich := h.ask("verb=GetRecord&metadataPrefix=qdc&identifier=" + first)
	if len(rich.One) != 1 || rich.One[0].QDC.Licences[0] != "MIT" || len(rich.One[0].QDC.Abstract) != 2 {
		t.Errorf("%+v", rich.One)
	}
	if a := h.ask("verb=ListIdentifiers&metadataPrefix=oai_dc"); len(a.Heads) != 3 || a.IDToken != nil {
		t.Errorf("%+v", a)
	}
	if a := h.ask("verb=ListRecords&metadataPrefix=oai_dc"); len(a.Records) != 3 {
		t.Errorf("%+v", a)
	}
	resp, err := http.PostForm(h.url, url.Values{"verb": {"Identify"}})
	if err != nil {
		t.Fatal(err)
	}
	if a := h.read(resp); a.Identify.Deleted != "persistent" {
		t.Errorf("by POST: %+v", a)
	}
}

// TestAHarvestOutlivesChanges changes, removes and adds goods while a list is
// read: every good is had once, and what changed comes with the next harvest.
func TestAHarvestOutlivesChanges(t *testing.T) {
	r := newRegistry(250)
	h := serve(t, r)
	parts := 0
	got := h.all("metadataPrefix=oai_dc", func() {
		parts++
		r.goods[5].Updated = start.Add(9000 * time.Hour) // behind what was read
		r.goods[240].Tombstone, r.goods[240].Updated = &good.Tombstone{Reason: "x"}, start.Add(9001*time.Hour)
		if parts == 1 {
			g := *r.goods[0]
			g.ID, g.Updated = "01J00000000000000000009999", start.Add(9002*time.Hour)
			r.goods = append(r.goods, &g)
		}
	})
	seen := map[string]string{}
	for _, e := range got {
		if _, twice := seen[e.Header.ID]; twice {
			t.Errorf("%s comes twice", e.Header.ID)
		}
		seen[e.Header.ID] = e.Header.Status
	}
	if len(seen) != 251 || seen["oai:stoa.example:"+string(r.goods[240].ID)] != "deleted" || parts != 2 {
		t.Errorf("%d records in %d parts", len(seen), parts+1)
	}
	var next []string
	for _, e := range h.all("metadataPrefix=oai_dc&from=2026-12-01", nil) {
		next = append(next, e.Header.ID[len("oai:stoa.example:"):])
	}
	if !slices.Equal(next, []string{string(r.goods[5].ID), string(r.goods[240].ID), "01J00000000000000000009999"}) {
		t.Errorf("the next harvest has %v", next)
	}
}

func TestPartsByDayAndSet(t *testing.T) {
	h := serve(t, newRegistry(250))
	for query, want := range map[string]int{"set=kind:software": 50, "set=sdg:1": 15, "set=kind": 250, "from=2026-03-02&until=2026-03-02": 24,
		"from=2026-03-01T01:00:00Z&until=2026-03-01T02:00:00Z": 2, "until=2026-03-01": 24, "set=kind:software&from=2026-03-11": 2} {
		if got := len(h.all("metadataPrefix=oai_dc&"+query, nil)); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

func TestEveryErrorOfTheProtocol(t *testing.T) {
	h := serve(t, newRegistry(3))
	for query, want := range map[string]string{
		"": "badVerb", "verb=Nothing": "badVerb", "verb=Identify&verb=Identify": "badVerb",
		"verb=Identify&x=1": "badArgument", "verb=GetRecord": "badArgument", "verb=ListRecords": "badArgument", "verb=ListRecords&metadataPrefix=oai_dc&from=yesterday": "badArgument",
		"verb=ListRecords&metadataPrefix=oai_dc&from=2026-03-01&until=2026-03-02T00:00:00Z": "badArgument", "verb=ListRecords&metadataPrefix=oai_dc&from=2026-03-03&until=2026-03-02": "badArgument",
		"verb=ListRecords&metadataPrefix=oai_dc&metadataPrefix=qdc": "badArgument", "verb=ListRecords&metadataPrefix=oai_dc&resumptionToken=x": "badArgument",
		"verb=ListRecords&resumptionToken=x": "badResumptionToken", "verb=ListSets&resumptionToken=x": "badResumptionToken",
		"verb=ListRecords&metadataPrefix=marc": "cannotDisseminateFormat", "verb=GetRecord&metadataPrefix=marc&identifier=oai:x:1": "cannotDisseminateFormat",
		"verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:other:1": "idDoesNotExist", "verb=ListMetadataFormats&identifier=oai:stoa.example:01J00000000000000000000009": "idDoesNotExist",
		"verb=ListRecords&metadataPrefix=oai_dc&from=2030-01-01": "noRecordsMatch", "verb=ListRecords&metadataPrefix=oai_dc&set=kind:cheese": "noRecordsMatch",
	} {
		a := h.ask(query)
		if a.Error.Code != want || (want == "badVerb" || want == "badArgument") && a.Request.Verb != "" {
			t.Errorf("%s: %s, want %s", query, a.Error.Code, want)
		}
	}
}

// FuzzAsked holds that whatever is asked the answer is XML of the protocol.
func FuzzAsked(f *testing.F) {
	f.Add("verb=ListRecords&resumptionToken=eyJwIjoib2FpX2RjIn0")
	f.Add("verb=GetRecord&metadataPrefix=oai_dc&identifier=%00&a:b=c")
	h := oai.New(oai.Config{Goods: newRegistry(2), BaseURL: "https://stoa.example", Now: func() time.Time { return start }})
	f.Fuzz(func(t *testing.T, query string) {
		r := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/oai", RawQuery: query}, Header: http.Header{}}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		var a answer
		if err := xml.Unmarshal(w.Body.Bytes(), &a); err != nil {
			t.Fatalf("%v\n%s", err, w.Body)
		}
	})
}

// TestWhatDublinCoreCannotHoldIsNamed takes each part away from a good of which
// all is known: where the record stays as it is, the header names that part.
func TestWhatDublinCoreCannotHoldIsNamed(t *testing.T) {
	r := &registry{goods: []*good.Good{testkit.FullGood()}}
	h := serve(t, r)
	for _, prefix := range []string{"oai_dc", "qdc"} {
		get := func() (string, string) {
			resp, err := http.Get(h.url + "?verb=GetRecord&metadataPrefix=" + prefix + "&identifier=oai:stoa.example:" + string(r.goods[0].ID))
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			raw, err := io.ReadAll(resp.Body)
			if err != nil || !strings.Contains(string(raw), "OpenCRVS") {
				t.Fatal(err, string(raw))
			}
			return string(raw), resp.Header.Get("Stoa-Omitted")
		}
		r.goods[0] = testkit.FullGood()
		before, said := get()
		var lost []string
		for name, take := range testkit.Without {
			r.goods[0] = testkit.FullGood()
			take(r.goods[0])
			if after, _ := get(); after == before {
				lost = append(lost, name)
			}
		}
		slices.Sort(lost)
		if want := strings.Join(lost, ", "); said != want {
			t.Errorf("%s\nsays     %s\nleaves   %s", prefix, said, want)
		}
	}
}
