package connect_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/harvest/connect"
)

// library is a server that speaks OAI-PMH over records that a test fills.
type library struct {
	records  []string // of metadata, "" for a deleted one
	deleted  string   // policy
	forgets  int      // how many tokens it forgets
	asked    []string
	answered string // instead of anything else, where set
}

// ServeHTTP implements http.Handler.
func (l *library) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	l.asked = append(l.asked, q.Encode())
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-01T00:00:00Z</responseDate>`)
	defer fmt.Fprint(w, `</OAI-PMH>`)
	token := q.Get("resumptionToken")
	switch {
	case l.answered != "":
		fmt.Fprint(w, l.answered)
	case q.Get("verb") == "Identify":
		fmt.Fprintf(w, `<Identify><repositoryName>L</repositoryName><deletedRecord>%s</deletedRecord><granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>`, l.deleted)
	case q.Get("verb") != "ListRecords", token == "" && q.Get("metadataPrefix") != "oai_dc":
		fmt.Fprint(w, `<error code="badVerb"/>`)
	case token != "" && l.forgets > 0:
		l.forgets--
		fmt.Fprint(w, `<error code="badResumptionToken"/>`)
	case q.Get("from") != "":
		fmt.Fprint(w, `<error code="noRecordsMatch"/>`)
	default:
		begin, _ := strconv.Atoi(strings.TrimPrefix(token, "after "))
		end := min(begin+2, len(l.records))
		fmt.Fprint(w, `<ListRecords>`)
		for i, m := range l.records[begin:end] {
			if m == "" {
				fmt.Fprintf(w, `<record><header status="deleted"><identifier>oai:l.example:%d</identifier></header></record>`, begin+i)
				continue
			}
			fmt.Fprintf(w, `<record><header><identifier>oai:l.example:%d</identifier><datestamp>9999-12-31</datestamp></header><metadata>%s</metadata></record>`, begin+i, m)
		}
		if end < len(l.records) {
			fmt.Fprintf(w, `<resumptionToken completeListSize="%d" cursor="%d">after %d</resumptionToken>`, len(l.records), begin, end)
		} else {
			fmt.Fprint(w, `<resumptionToken/>`)
		}
		fmt.Fprint(w, `</ListRecords>`)
	}
}

const aRecord = `<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <dc:title xml:lang="en">Water for schools</dc:title><dc:title xml:lang="fr">De l’eau pour les écoles</dc:title>
  <dc:creator>Mzolux, Jane</dc:creator><dc:publisher>Open Lessons Foundation</dc:publisher>
  <dc:subject>SDG 6</dc:subject><dc:subject>education</dc:subject><dc:subject>wells</dc:subject>
  <dc:description xml:lang="en">Twelve lessons by Jane Mzolux, mail jane@lessons.example.</dc:description>
  <dc:description xml:lang="fr">Douze leçons.</dc:description>
  <dc:date>0000-00-00</dc:date><dc:type>http://purl.org/dc/dcmitype/Text</dc:type>
  <dc:identifier>https://lessons.example/water</dc:identifier><dc:identifier>doi:10.5555/WATER</dc:identifier>
  <dc:source>Somebody’s book</dc:source><dc:source>https://codeberg.org/lessons/water</dc:source>
  <dc:language>eng</dc:language><dc:language>fr</dc:language>
  <dc:rights>info:eu-repo/semantics/openAccess</dc:rights><dc:rights>https://creativecommons.org/licenses/by/4.0/</dc:rights>
</oai_dc:dc>`

func TestARepositoryOfContent(t *testing.T) {
	l := &library{records: []string{aRecord, aRecord, "", aRecord, `<x xmlns="urn:other"/>`}, deleted: "persistent"}
	base := serve(t, l)
	make := func() connect.Connector {
		return open(t, "oai-pmh", base, connect.Config{Address: base + "/oai", Options: map[string]string{"set": "lessons"}})
	}
	got := whole(t, make, connect.State{})
	if got.pages != 3 || len(got.candidates) != 3 || !slices.Equal(got.gone, []string{"oai:l.example:2"}) || !got.last.Listing {
		t.Fatalf("%d pages, %d candidates, gone %v, %+v", got.pages, len(got.candidates), got.gone, got.last)
	}
	if len(got.faults) != 1 || got.faults[0].ID != "oai:l.example:4" {
		t.Errorf("faults: %+v", got.faults)
	}
	if !strings.Contains(l.asked[2], "set=lessons") {
		t.Errorf("asked %q", l.asked)
	}
	c := got.candidates["oai:l.example:0"]
	f := c.Facts
	if c.Held || f.Name != "Water for schools" || !slices.Equal(f.Aliases, []string{"De l’eau pour les écoles"}) || !slices.Equal(f.Kinds, []good.Kind{good.Content}) ||
		f.Website != "https://lessons.example/water" || f.Identifiers["doi"] != "10.5555/water" || len(f.Licences) != 1 || f.Licences[0].SPDX != "CC-BY-4.0" ||
		len(f.Goals) != 1 || f.Goals[0].SDG != 6 || !slices.Equal(f.Sectors, []string{"education"}) || !slices.Equal(f.Languages, []string{"en", "fr"}) ||
		len(f.Repositories) != 1 || f.Repositories[0].URL != "https://codeberg.org/lessons/water" || f.Summary["fr"] != "Douze leçons." ||
		!slices.Equal(f.Parties, []good.Party{{Name: "Open Lessons Foundation", Role: good.Maintainer}}) {
		t.Errorf("held %v, %v %+v", c.Held, c.Reasons, f)
	}
	if strings.Contains(f.Summary["en"], "jane@") || len(c.Contacts) == 0 {
		t.Errorf("%q %+v", f.Summary["en"], c.Contacts)
	}
	later := whole(t, make, connect.State{Since: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)})
	if !later.last.Unchanged || later.last.Listing || len(later.candidates) > 0 || !strings.Contains(l.asked[len(l.asked)-1], "from=2026-03-01T11%3A00%3A00Z") {
		t.Errorf("%+v, asked %q", later.last, l.asked[len(l.asked)-1])
	}
	l.deleted = "no" // then only a whole list tells what is gone
	if again := whole(t, make, connect.State{Since: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}); len(again.candidates) != 3 || !again.last.Listing {
		t.Errorf("%+v", again.last)
	}
}

func TestAForgottenToken(t *testing.T) {
	l := &library{records: []string{aRecord, aRecord, aRecord}, deleted: "no", forgets: 1}
	base := serve(t, l)
	c := open(t, "oai-pmh", base, connect.Config{Address: base})
	first, err := c.Page(ctx, connect.State{})
	if err != nil || first.Done {
		t.Fatal(first, err)
	}
	again, err := c.Page(ctx, first.Next) // the list begins anew
	if err != nil || len(again.Candidates) != 2 || again.Done {
		t.Fatal(again, err)
	}
	if last, err := c.Page(ctx, again.Next); err != nil || !last.Done || len(last.Candidates) != 1 {
		t.Fatal(last, err)
	}
	l.forgets = 1000
	from := first.Next
	for range 10 {
		var p connect.Page
		if p, err = c.Page(ctx, from); err != nil {
			break
		}
		from = p.Next
	}
	if keyOf(err) != "harvest.error.cursor" {
		t.Errorf("a library that forgets every token: %v", err)
	}
}

// TestHostileXML is what must be told and survived: bombs, entities that name
// files, what is no answer, and an answer without an end.
func TestHostileXML(t *testing.T) {
	bomb := `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>`
	for name, body := range map[string]string{
		"bomb": bomb + `<OAI-PMH><ListRecords><record>&c;</record></ListRecords></OAI-PMH>`, "file": `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><OAI-PMH>&f;</OAI-PMH>`,
		"undeclared": `<OAI-PMH>&c;</OAI-PMH>`, "html": `<html><body>Welcome</body></html>`, "cut": `<OAI-PMH><ListRecords><record><header>`,
		"empty": ``, "json": `{"a":1}`, "deep": strings.Repeat("<a>", 20_000), "not utf-8": "<OAI-PMH>\xff\xfe</OAI-PMH>",
	} {
		base := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) }))
		_, err := open(t, "oai-pmh", base, connect.Config{Address: base}).Page(ctx, connect.State{})
		if keyOf(err) != "harvest.error.unreadable" {
			t.Errorf("%s: %v", name, err)
		}
	}
	latin := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `<?xml version="1.0" encoding="ISO-8859-1"?><OAI-PMH><ListRecords><record><header><identifier>oai:x:1</identifier></header><metadata>`+
			`<dc xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Le`+"\xe7"+`ons</dc:title></dc></metadata></record></ListRecords></OAI-PMH>`)
	}))
	p, err := open(t, "oai-pmh", latin, connect.Config{Address: latin}).Page(ctx, connect.State{})
	if err != nil || len(p.Candidates) != 1 || p.Candidates[0].Facts.Name != "Leçons" {
		t.Errorf("another encoding: %+v %v", p, err)
	}
	if _, err := connect.New("oai-pmh", connect.Config{Address: latin, Options: map[string]string{"creators": "robots"}}, nil); keyOf(err) != "harvest.error.choice" {
		t.Errorf("%v", err)
	}
}

func FuzzOAIPage(f *testing.F) {
	f.Add([]byte(`<OAI-PMH><ListRecords><record><header><identifier>oai:x:1</identifier></header><metadata>` + aRecord + `</metadata></record><resumptionToken>t</resumptionToken></ListRecords></OAI-PMH>`))
	f.Add([]byte(`<OAI-PMH><error code="noRecordsMatch"/></OAI-PMH>`))
	fuzzPage(f, "oai-pmh", "")
}

// fuzzPage reads bytes as an answer to whatever a kind of source asks.
func fuzzPage(f *testing.F, kind, path string) {
	var body []byte
	base := serve(f, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write(body) }))
	client := connect.NewClient(through(f, base, 1<<40), &connect.Hosts{}, quick)
	f.Fuzz(func(t *testing.T, b []byte) {
		body = b
		c, err := connect.New(kind, connect.Config{Source: source, Address: base + path}, client)
		if err != nil {
			t.Fatal(err)
		}
		p, err := c.Page(ctx, connect.State{})
		if err != nil && good.KindOf(err) != good.Invalid {
			t.Errorf("%v", err)
		}
		if len(p.Next.Cursor) > connect.MaxCursor {
			t.Errorf("a cursor of %d bytes", len(p.Next.Cursor))
		}
		for _, c := range p.Candidates {
			if c.ForeignID == "" || c.Source != source.ID {
				t.Errorf("held %v, %v %+v", c.Held, c.Reasons, f)
			}
		}
	})
}
