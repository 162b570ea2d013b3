package catalog

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"stoa/internal/good"
)

// FuzzSearchText asks whatever bytes there are of a small catalogue: every
// answer must hold together, whatever was asked.
func FuzzSearchText(f *testing.F) {
	for _, seed := range []string{"", " ", `"`, `"""`, `"unbalanced quote`, "\xff\xfe\xfd", "\u202e\u200fعربي\u200e", "C++", "!!!", "疫苗接种", "日本語カタカナ", "ไทย", "🏥", "a\x00b",
		"ﷺ", "İstanbul", "ß", strings.Repeat("a", 10_000), strings.Repeat("health ", 2_000), strings.Repeat("疫", 10_000), strings.Repeat(`"a" `, 3_000), strings.Repeat("\u0301", 5_000), strings.Repeat("é'", 4_000)} {
		f.Add(seed, "en")
	}
	g := newGenerator(3)
	var goods []*good.Good
	for i := range 50 {
		goods = append(goods, g.good(i))
	}
	goods = append(goods, &good.Good{ID: g.id(77), Stage: good.Recognised, Facts: good.Facts{Name: "疫苗登记 – «Реестр»", Summary: good.Text{"ar": "سجل التطعيم", "ru": "Реестр прививок"}}})
	s, err := Build(sequence(goods), 1)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text, lang string) {
		r := s.Search(good.Query{Text: text, Lang: lang, Limit: 100})
		if r.Total != len(r.Cards) || r.Total+r.Lapsed > s.Len() {
			t.Fatalf("%d goods, %d cards", r.Total, len(r.Cards))
		}
		stages := 0
		for _, c := range r.Facets[good.FacetStage] {
			stages += c.Count
		}
		if stages != r.Total+r.Lapsed {
			t.Fatalf("%d goods and %d lapsed have %d stages", r.Total, r.Lapsed, stages)
		}
		if strings.TrimSpace(text) == "" && r.Total+r.Lapsed != s.Len() {
			t.Fatal("no words find something else than everything")
		}
		for _, c := range s.Suggest(text, lang, 5) {
			if !utf8.ValidString(c.Name) {
				t.Fatal("a card's text is broken")
			}
		}
	})
}

// FuzzOpenSegment opens a segment with one byte changed, and bytes that are
// none: both are refused, so that the catalogue is built anew.
func FuzzOpenSegment(f *testing.F) {
	g := newGenerator(4)
	seg, err := writeGoods([]*good.Good{g.good(1), g.good(2)}, newDocument(), 9)
	if err != nil {
		f.Fatal(err)
	}
	if _, err := openSegment(seg.data, false); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{}, uint(0), byte(1))
	f.Add(seg.data[:len(seg.data)/2], uint(len(seg.data)-1), byte(0x80))
	f.Add([]byte(magic), uint(60), byte(1))
	f.Fuzz(func(t *testing.T, stranger []byte, at uint, flip byte) {
		if _, err := openSegment(stranger, false); err == nil && !bytes.Equal(stranger, seg.data) {
			t.Fatal("a stranger's bytes are taken for a segment")
		}
		damaged := bytes.Clone(seg.data)
		damaged[at%uint(len(damaged))] ^= flip
		if _, err := openSegment(damaged, false); (err == nil) != (flip == 0) {
			t.Fatalf("byte %d changed by %x: %v", at%uint(len(damaged)), flip, err)
		}
	})
}

// FuzzHostileGoods builds a catalogue of goods whose every text is hostile.
func FuzzHostileGoods(f *testing.F) {
	f.Add("name", "text", "id")
	f.Add("\xff\x00", strings.Repeat("x", 70_000), "")
	f.Add(strings.Repeat("名", 5_000), "\u202e", "../..")
	f.Fuzz(func(t *testing.T, name, text, id string) {
		g := &good.Good{ID: good.ID(id), Slug: text, Stage: good.Stage(text), Facts: good.Facts{Name: name, Aliases: []string{text, name}, Summary: good.Text{name: text, "en": name}, Kinds: []good.Kind{good.Kind(text)},
			Website: text, Repositories: []good.Link{{URL: text}}, Licences: []good.Licence{{SPDX: name}}, Languages: []string{text}, Parties: []good.Party{{Name: text, Role: good.Owner}}, Goals: []good.Goal{{SDG: -7, Relevance: text}}, Identifiers: map[string]string{name: text}}}
		s, err := Build(sequence([]*good.Good{g}), 1)
		if err != nil {
			t.Fatal(err)
		}
		s, err = s.Apply([]*good.Good{{ID: "other", Stage: good.Recognised, Facts: good.Facts{Name: text}}, g}, nil, 2)
		if err != nil {
			t.Fatal(err)
		}
		r := s.Search(good.Query{})
		if r.Total+r.Lapsed != 1+b2i(id != "other") {
			t.Fatalf("%d goods", r.Total)
		}
		for _, c := range r.Cards {
			if c.ID == g.ID && id != "other" && (c.Name != name || c.Slug != text || c.Summary["en"] != name && name != "en") {
				t.Fatalf("the card says %+v", c)
			}
		}
		s.Similar(g.ID, 3)
	})
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
