package connect_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/harvest/connect"
)

const aCard = `---
license: cc-by-4.0
language:
  - sw
  - fr
pretty_name: Clinic Voices
tags: [health, sdg-3, audio]
homepage: https://voices.example
---

# Clinic Voices

![picture](https://voices.example/x.png)

**Clinic Voices** holds [interviews](https://voices.example/i) of nurses, held by Jane, jane@voices.example, in Swahili.

| a | b |
`

// hub is a server that speaks as Hugging Face does.
type hub struct {
	base         string
	models, sets []string // entries
	cards        map[string]string
	readmes      atomic.Int32
	link         string
}

// ServeHTTP implements http.Handler.
func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	all, known := map[string][]string{"/api/models": h.models, "/api/datasets": h.sets}[r.URL.Path]
	if !known {
		if text, ok := h.cards[r.URL.Path]; ok {
			h.readmes.Add(1)
			fmt.Fprint(w, text)
			return
		}
		http.NotFound(w, r)
		return
	}
	q := r.URL.Query()
	begin, _ := strconv.Atoi(q.Get("cursor"))
	end := min(begin+2, len(all))
	if end < len(all) {
		q.Set("cursor", strconv.Itoa(end))
		w.Header().Set("Link", "<"+h.base+r.URL.Path+"?"+q.Encode()+`>; rel="next"`)
	}
	if h.link != "" {
		w.Header().Set("Link", h.link)
	}
	fmt.Fprint(w, "["+strings.Join(all[begin:end], ",")+"]")
}

func aHub(t testing.TB) *hub {
	h := &hub{cards: map[string]string{"/datasets/voices/clinic/raw/main/README.md": aCard, "/voices/nurse-1/raw/main/README.md": "---\nlicense: other\nlicense_name: openrail\nlanguage: sw\n---\nNo prose.", "/voices/nurse-2/raw/main/README.md": "---\na: &a [*a]\n---\nIt understands nurses who speak Swahili, in the clinic and on the phone."}}
	h.base = serve(t, h)
	h.models = []string{`{"id":"voices/nurse-1","lastModified":"2026-01-01T00:00:00.000Z","tags":["license:other","region:us","doi:10.5555/nurse"]}`, `{"id":"voices/nurse-2","lastModified":"2026-05-01T00:00:00.000Z","tags":["license:apache-2.0"]}`,
		`{"id":"voices/hidden","private":true}`, `{"id":"somebody/else"}`, `{"id":"voices/../../x"}`, `7`}
	h.sets = []string{`{"id":"voices/clinic","lastModified":"2026-01-01T00:00:00.000Z","tags":["license:cc-by-4.0","language:sw"]}`}
	return h
}

func TestModelsAndDataSets(t *testing.T) {
	h := aHub(t)
	make := func() connect.Connector {
		return open(t, "hugging-face", h.base, connect.Config{Address: h.base + "/voices", Options: map[string]string{"owner": "Voices Collective"}})
	}
	got := whole(t, make, connect.State{})
	if len(got.candidates) != 3 || len(got.faults) != 3 || got.faults[0].Args["Reason"] != "of-somebody-else" || !got.last.Listing {
		t.Fatalf("%d candidates, faults %+v", len(got.candidates), got.faults)
	}
	set := got.candidates["datasets/voices/clinic"]
	f := set.Facts
	if set.Held || f.Name != "Clinic Voices" || !slices.Equal(f.Aliases, []string{"clinic"}) || !slices.Equal(f.Kinds, []good.Kind{good.Data}) || f.Website != "https://voices.example" ||
		!slices.Equal(f.Languages, []string{"sw", "fr"}) || len(f.Licences) != 1 || f.Licences[0].SPDX != "CC-BY-4.0" || len(f.Goals) != 1 || !slices.Equal(f.Sectors, []string{"health"}) ||
		f.Summary["en"] != "Clinic Voices holds interviews of nurses, held by Jane, , in Swahili." || f.Cite[""] != h.base+"/datasets/voices/clinic" ||
		!slices.Equal(f.Parties, []good.Party{{Name: "Voices Collective", Role: good.Owner}}) || len(set.Contacts) != 1 {
		t.Errorf("held %v %v %+v", set.Held, set.Reasons, f)
	}
	one, two := got.candidates["models/voices/nurse-1"].Facts, got.candidates["models/voices/nurse-2"]
	if one.Name != "nurse-1" || len(one.Licences) != 0 || one.Identifiers["doi"] != "10.5555/nurse" || !slices.Equal(one.Kinds, []good.Kind{good.AI}) || len(one.Summary) != 0 {
		t.Errorf("%+v", one)
	}
	if len(two.Facts.Licences) != 1 || two.Facts.Summary["en"] == "" || !slices.ContainsFunc(two.Reasons, func(s string) bool { return strings.HasPrefix(s, "card-broken") }) {
		t.Errorf("%v %+v", two.Reasons, two.Facts)
	}
	read := h.readmes.Load()
	later := whole(t, make, connect.State{Since: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)})
	if len(later.candidates) != 1 || h.readmes.Load() != read+1 || !slices.Equal(later.last.Still, []string{"datasets/voices/clinic", "models/voices/nurse-1"}) {
		t.Errorf("%d candidates, still %v", len(later.candidates), later.last.Still)
	}
	for link, key := range map[string]string{`<https://elsewhere.example/api>; rel="next"`: "harvest.error.cursor", `<` + h.base + `/api/models?x>; rel="next"`: "harvest.error.circles"} {
		h.link = link
		if _, err := make().Page(ctx, connect.State{}); keyOf(err) != key {
			t.Errorf("%s: %v", link, err)
		}
	}
	for _, address := range []string{"https://huggingface.co", "https://huggingface.co/a/b"} {
		if _, err := connect.New("hugging-face", connect.Config{Address: address}, nil); keyOf(err) != "harvest.error.whose" {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func FuzzHuggingFacePage(f *testing.F) {
	h := aHub(f)
	f.Add([]byte("[" + strings.Join(h.models, ",") + "]"))
	f.Add([]byte(aCard))
	fuzzPage(f, "hugging-face", "/voices")
}
