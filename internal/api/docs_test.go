package api

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/testkit"
)

// documented is the registry docs/api.md speaks of.
func documented() *registry {
	r := newRegistry()
	g := r.goods[0]
	g.Name, g.Recognitions[0].Issuer = "DHIS2", "Digital Public Goods Alliance"
	g.Licences, g.Goals = []good.Licence{{SPDX: "BSD-3-Clause"}}, []good.Goal{{SDG: 3}}
	g.From = map[good.Field]good.Origin{good.FieldWebsite: {Source: "example", ForeignID: "1"}, good.FieldDeployments + "/KE": {Source: "example", ForeignID: "1", URL: "https://dhis2.org/in-action/"}}
	r.goods[1].Slug, r.goods[1].Tombstone.Reason = "mistaken-entry", "Entered by mistake."
	r.goods[4].Kinds, r.goods[5].Kinds = []good.Kind{good.Data}, []good.Kind{good.Software}
	r.goods = []*good.Good{g, r.goods[1], r.goods[4], r.goods[5]}
	r.sources = map[string]good.Source{"example": {ID: "example", Name: "Example registry", Priority: 10}}
	data, err := json.Marshal(good.Record{Source: "example", ForeignID: "1", Facts: good.Facts{Deployments: g.Deployments}})
	if err != nil {
		panic(err)
	}
	r.entries = []good.Entry{{Position: 7, Time: day, Actor: good.Actor{Role: "importer"}, Verb: good.RecordStated, Subjects: []good.ID{g.ID}, Values: []good.Value{{Name: "record", Data: data}}}}
	return r
}

// TestTheExamplesOfTheGuideAreTrue runs every curl line of docs/api.md and
// holds what it gives to the blocks that follow it: of an HTTP block every
// line, of a JSON block every value shown, are in the answer.
func TestTheExamplesOfTheGuideAreTrue(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join(testkit.Root(t), "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	h := serving(t, documented())
	var got *http.Response
	var body bytes.Buffer
	ran, held := 0, 0
	for _, b := range blocks(guide) {
		switch {
		case b.kind == "sh" && strings.HasPrefix(b.text, "curl "):
			w := ask1(h, "GET", strings.TrimPrefix(target(t, b.text), "$STOA"), curlHeaders(b.text), "")
			got = w.Result()
			body.Reset()
			body.Write(w.Body.Bytes())
			ran++
		case b.kind == "http":
			status, rest, _ := strings.Cut(b.text, "\n")
			if want := fmt.Sprintf("HTTP/1.1 %d %s", got.StatusCode, http.StatusText(got.StatusCode)); strings.TrimSpace(status) != want {
				t.Errorf("the guide shows %s, the answer is %s", status, want)
			}
			for _, line := range strings.Split(strings.TrimSpace(rest), "\n") {
				if name, value, ok := strings.Cut(line, ": "); ok && !resembles(got.Header.Get(name), value) {
					t.Errorf("the guide shows %s, the answer has %q", line, got.Header.Get(name))
				}
			}
			held++
		case b.kind == "json":
			var want, have any
			if err := json.Unmarshal([]byte(b.text), &want); err != nil {
				t.Fatalf("%v in the guide: %s", err, b.text)
			}
			if err := json.Unmarshal(body.Bytes(), &have); err != nil {
				t.Fatalf("%v in %s", err, body.String())
			}
			if at := missing(want, have, "$"); at != "" {
				t.Errorf("the guide shows %s\nbut not so is %s in %s", b.text, at, body.String())
			}
			held++
		}
	}
	if ran < 10 || held < 10 {
		t.Errorf("only %d examples ran and %d answers were shown", ran, held)
	}
}

type block struct{ kind, text string }

func blocks(doc []byte) (out []block) {
	s := bufio.NewScanner(bytes.NewReader(doc))
	var in *block
	for s.Scan() {
		line := s.Text()
		switch {
		case in == nil && strings.HasPrefix(line, "```"):
			in = &block{kind: strings.TrimPrefix(line, "```")}
		case in != nil && line == "```":
			out, in = append(out, *in), nil
		case in != nil:
			in.text += line + "\n"
		}
	}
	return out
}

// target is the address a curl line asks for.
func target(t *testing.T, line string) string {
	t.Helper()
	_, rest, ok := strings.Cut(line, `"`)
	address, _, closed := strings.Cut(rest, `"`)
	if !ok || !closed {
		t.Fatalf("no address in %s", line)
	}
	return address
}

func curlHeaders(line string) headers {
	out := headers{}
	if _, rest, ok := strings.Cut(line, "-H '"); ok {
		h, _, _ := strings.Cut(rest, "'")
		name, value, _ := strings.Cut(h, ": ")
		out[name] = value
	}
	return out
}

// resembles says whether got is like pattern, in which … stands for anything.
func resembles(got, pattern string) bool {
	parts := strings.Split(pattern, "…")
	if !strings.HasPrefix(got, parts[0]) || !strings.HasSuffix(got, parts[len(parts)-1]) {
		return false
	}
	for _, p := range parts {
		i := strings.Index(got, p)
		if i < 0 {
			return false
		}
		got = got[i+len(p):]
	}
	return true
}

// missing says where what is shown is not in have; lists may have more entries.
func missing(want, have any, at string) string {
	switch want := want.(type) {
	case map[string]any:
		h, ok := have.(map[string]any)
		if !ok {
			return at
		}
		for k, v := range want {
			if m := missing(v, h[k], at+"."+k); m != "" {
				return m
			}
		}
	case []any:
		h, ok := have.([]any)
		if !ok || len(h) < len(want) {
			return at
		}
		for i, v := range want {
			if m := missing(v, h[i], fmt.Sprintf("%s[%d]", at, i)); m != "" {
				return m
			}
		}
	default:
		if want != have {
			return at
		}
	}
	return ""
}
