package catalog

import (
	"slices"
	"testing"
	"time"

	"stoa/internal/good"
	"stoa/internal/need"
)

// benchNeed is a need with everything asked, told at some length.
var benchNeed = need.Ask{Lang: "en", Country: "KE", Kinds: []good.Kind{good.Software}, Sectors: []string{"health", "governance"}, SDGs: []int{3, 16},
	Blocks: []string{"registration", "digital-registries", "messaging"}, Tongues: []string{"sw", "en"}, Musts: []need.Must{need.Offline, need.Hosting}, Standards: []string{"FHIR"},
	Problem: "Health workers in villages register births and vaccinations on paper. The ministry wants open software on phones that works without internet, sends data to the district when there is a network, and reminds mothers by text message of the next visit.",
	Use:     "A nurse opens the record of a child, writes down weight and vaccines, and sees when the next visit is due. The district sees reports of all clinics each month and plans the supply of vaccines with them."}

func TestANeedIsAnsweredAlikeWhateverHappenedBefore(t *testing.T) {
	all := newGenerator(3)
	goods := slices.Collect(func(yield func(*good.Good) bool) {
		for g := range all.goods(400) {
			if !yield(g) {
				return
			}
		}
	})
	fresh, err := Build(sequence(goods), 1)
	if err != nil {
		t.Fatal(err)
	}
	grown, err := Build(sequence(goods[:150]), 1)
	if err != nil {
		t.Fatal(err)
	}
	for i := 150; i < len(goods); i += 50 {
		if grown, err = grown.Apply(goods[i:i+50], []good.ID{goods[i-100].ID}, int64(i)); err != nil {
			t.Fatal(err)
		}
		if grown, err = grown.Apply(goods[i-100:i-99], nil, int64(i)+1); err != nil {
			t.Fatal(err)
		}
	}
	want, got := fresh.Answer(benchNeed.Question(), 25), grown.Answer(benchNeed.Question(), 25)
	if len(want) != 25 {
		t.Fatalf("%d goods answer, want 25", len(want))
	}
	for i := range want {
		if want[i].ID != got[i].ID || want[i].Score != got[i].Score || !slices.Equal(want[i].Words, got[i].Words) {
			t.Errorf("place %d: %+v afresh, %+v after changes", i, want[i], got[i])
		}
	}
}

func TestANeedIsMetInOtherLanguages(t *testing.T) {
	s, err := Build(sequence(builtIn(t)), 0)
	if err != nil {
		t.Fatal(err)
	}
	for lang, problem := range map[string]string{
		"en": "We must register births in villages.", "fr": "Il faut enregistrer les naissances dans les villages.",
		"es": "Hay que registrar los nacimientos en las aldeas.", "ru": "Нужна регистрация рождений в сёлах.",
		"ar": "نحتاج إلى تسجيل المواليد في القرى.", "zh": "我们需要在农村进行出生登记。",
	} {
		found := s.Answer((&need.Ask{Problem: problem, Lang: lang}).Question(), 3)
		if len(found) == 0 || found[0].ID != "opencrvs" || len(found[0].Words) == 0 {
			t.Errorf("%s: %+v, want OpenCRVS first, with words", lang, found)
		}
	}
	if found := s.Answer((&need.Ask{Problem: "xyzzyqq plughqq", Lang: "en"}).Question(), 3); len(found) != 0 {
		t.Errorf("words nobody has found %+v", found)
	}
}

// BenchmarkNeed ranks one need against all goods; the bound is 25 ms.
func BenchmarkNeed(b *testing.B) {
	s := benchSnapshot()
	took := make([]time.Duration, 0, 1024)
	q := benchNeed.Question()
	for b.Loop() {
		start := time.Now()
		if len(s.Answer(q, 40)) != 40 {
			b.Fatal("too few goods answer")
		}
		took = append(took, time.Since(start))
	}
	percentiles(b, took)
}
