package match_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"stoa/internal/good"
	"stoa/internal/match"
)

// said is a record that says this much of a good.
func said(name string, f good.Facts) good.Record {
	f.Name = name
	return good.Record{Source: "s", ForeignID: name, Facts: f}
}

// of is the side of records that a register states.
func of(register string, records ...good.Record) match.Side {
	for i := range records {
		records[i].Source = register
	}
	return match.SideOf(records, map[string]good.Source{register: {Issuer: register}})
}

func repo(urls ...string) (ls []good.Link) {
	for _, u := range urls {
		ls = append(ls, good.Link{URL: u})
	}
	return ls
}

func TestKeysAreSpelledOneWay(t *testing.T) {
	for _, pair := range [][2]good.Facts{
		{{Repositories: repo("https://github.com/DHIS2/dhis2-core")}, {Repositories: repo("http://www.github.com/dhis2/dhis2-core.git/")}},
		{{Repositories: repo("https://github.com/x/y/tree/main/sub")}, {Repositories: repo("https://github.com/x/y#readme")}},
		{{Website: "https://www.Example.org/"}, {Website: "http://example.org"}},
		{{Name: "SantéMPI"}, {Name: "SANTE MPI"}},
		{{Identifiers: map[string]string{"dpgid": "GID1"}}, {Identifiers: map[string]string{"DPGID": " GID1"}}},
	} {
		a, b := match.Keys(good.Record{Facts: pair[0]}), match.Keys(good.Record{Facts: pair[1]})
		if len(a) == 0 || !slices.Equal(a, b) {
			t.Errorf("%q is not %q", a, b)
		}
	}
	for _, f := range []good.Facts{{Website: "https://github.com/"}, {Website: "https://medium.com"}, {Website: "nonsense"}, {Name: " - "}} {
		if k := match.Keys(good.Record{Facts: f}); len(k) != 0 {
			t.Errorf("%v has the key %q", f, k)
		}
	}
	a := match.Keys(good.Record{Facts: good.Facts{Website: "https://arcgis.com/home/item.html?id=1"}})
	if b := match.Keys(good.Record{Facts: good.Facts{Website: "https://arcgis.com/home/item.html?id=2"}}); slices.Equal(a, b) {
		t.Errorf("two items have the key %q", a)
	}
}

// The cases are those met in the DPGA's registry, its snapshots and its old
// repository.
func TestWhichGoodARecordIsAbout(t *testing.T) {
	ids := func(id string) map[string]string { return map[string]string{"dpgid": id} }
	for name, c := range map[string]struct {
		record, have good.Record
		issuer       string // of the record; that of the good is "dpga"
		same, doubt  bool
	}{
		"renamed under its id": {said("Mozilla Common Voice", good.Facts{Identifiers: ids("GID68")}), said("Mozilla Common Voice dataset", good.Facts{Identifiers: ids("GID68")}), "dpga", true, false},
		"same name, other id":  {said("Care", good.Facts{Identifiers: ids("GID1")}), said("Care", good.Facts{Identifiers: ids("GID2")}), "dpga", false, false},
		"same repository and website, renamed": {said("HOT Tasking Manager", good.Facts{Website: "https://tasks.hotosm.org", Repositories: repo("https://github.com/hotosm/tasking-manager/")}),
			said("HOTOSM Tasking Manager", good.Facts{Website: "https://tasks.hotosm.org/", Repositories: repo("https://github.com/hotosm/tasking-manager")}), "dpga", true, false},
		"repository moved, same name": {said("OpenSRP", good.Facts{Website: "https://opensrp.io", Repositories: repo("https://github.com/opensrp/fhircore")}),
			said("OpenSRP", good.Facts{Website: "https://smartregister.org", Repositories: repo("https://github.com/opensrp/opensrp-server-core")}), "dpga", true, false},
		"same name in another register, nothing else alike": {said("Care", good.Facts{Website: "https://care.example", Repositories: repo("https://github.com/a/care")}),
			said("Care", good.Facts{Website: "https://ohc.network", Repositories: repo("https://github.com/coronasafe/care")}), "another", false, true},
		"same name in another register, same website": {said("Care", good.Facts{Website: "https://ohc.network"}),
			said("Care", good.Facts{Website: "https://ohc.network", Repositories: repo("https://github.com/coronasafe/care")}), "another", true, false},
		"a part of a larger good": {said("Android FHIR SDK", good.Facts{Website: "https://google.github.io/android-fhir", Repositories: repo("https://github.com/google/android-fhir")}),
			said("Open Health Stack", good.Facts{Website: "https://developers.google.com/open-health-stack", Repositories: repo("https://github.com/google/android-fhir", "https://github.com/google/fhir-gateway")}), "dpga", false, false},
		"its alias and its repository": {said("SanteIMS", good.Facts{Repositories: repo("https://github.com/santedb/santedb-server")}),
			said("SanteSuite", good.Facts{Aliases: []string{"SanteIMS"}, Repositories: repo("https://github.com/santedb/santedb-server")}), "dpga", true, false},
		"its name and more": {said("ekShop", good.Facts{Repositories: repo("https://github.com/a2i-dpg/ekshop")}),
			said("ekShop Marketplace", good.Facts{Website: "https://ekshop.gov.bd", Repositories: repo("https://github.com/a2i-dpg/ekshop")}), "dpga", true, false},
		"an alias alone":  {said("OpenCHS", good.Facts{Website: "https://openchs.com"}), said("Avni", good.Facts{Aliases: []string{"OpenCHS"}, Website: "https://avniproject.org"}), "dpga", false, false},
		"a website alone": {said("OpenRIMS-PV", good.Facts{Website: "https://openrims.org"}), said("OpenRIMS", good.Facts{Website: "https://openrims.org"}), "dpga", false, false},
		"one repository, two names": {said("CIREHA", good.Facts{Repositories: repo("https://github.com/cboard-org/cboard")}),
			said("Cboard", good.Facts{Website: "https://cboard.io", Repositories: repo("https://github.com/cboard-org/cboard")}), "dpga", false, true},
		"nothing alike": {said("A", good.Facts{}), said("B", good.Facts{}), "dpga", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			about, doubts := match.Resolve(of(c.issuer, c.record), []match.Profile{{ID: "G", Side: of("dpga", c.have)}})
			if (len(about) == 1) != c.same || (len(doubts) > 0) != c.doubt {
				t.Errorf("resolved to %q, doubts %v", about, doubts)
			}
		})
	}
}

func TestARecordThatSpeaksOfTwoGoods(t *testing.T) {
	one := match.Profile{ID: "A", Side: of("one", said("One", good.Facts{Identifiers: map[string]string{"dpga": "1"}}))}
	two := match.Profile{ID: "B", Side: of("one", said("Two", good.Facts{Identifiers: map[string]string{"dpgid": "GID2"}}))}
	r := said("Three", good.Facts{Identifiers: map[string]string{"dpga": "1", "dpgid": "GID2"}})
	if about, doubts := match.Resolve(of("one", r), []match.Profile{two, one}); !slices.Equal(about, []good.ID{"A", "B"}) || doubts != nil {
		t.Errorf("a register's ids do not show that both are one: %q, %v", about, doubts)
	}
	care := func(id good.ID, dpgid string) match.Profile {
		return match.Profile{ID: id, Side: of("one", said("Care", good.Facts{Identifiers: map[string]string{"dpgid": dpgid}}))}
	}
	r = said("Care", good.Facts{})
	if about, doubts := match.Resolve(of("", r), []match.Profile{care("D", "2"), care("C", "1")}); about != nil || !slices.Equal(doubts, []good.ID{"C", "D"}) {
		t.Errorf("chose %q between two goods, doubts %v", about, doubts)
	}
	r = said("Care", good.Facts{Identifiers: map[string]string{"dpgid": "2"}})
	if about, doubts := match.Resolve(of("", r), []match.Profile{care("D", "2"), care("C", "1")}); !slices.Equal(about, []good.ID{"D"}) || doubts != nil {
		t.Errorf("its id does not decide: %q, %v", about, doubts)
	}
}

// The order in which goods are offered changes nothing, and a record is always
// about the good it was itself the first to speak of.
func TestResolveIsSettled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
		record := func() good.Record {
			f := good.Facts{Website: pick("web", "", "https://a.org", "https://b.org")}
			if u := pick("repo", "", "https://github.com/a/a", "https://github.com/b/b"); u != "" {
				f.Repositories = repo(u)
			}
			if id := pick("id", "", "G1", "G2"); id != "" {
				f.Identifiers = map[string]string{"dpgid": id}
			}
			return said(pick("name", "Well", "Pump", "Bucket"), f)
		}
		var goods []match.Profile
		for i := range rapid.IntRange(0, 5).Draw(t, "goods") {
			goods = append(goods, match.Profile{ID: good.ID(rune('A' + i)), Side: of("x", record(), record())})
		}
		r := record()
		id, doubts := match.Resolve(of("x", r), goods)
		back := slices.Clone(goods)
		slices.Reverse(back)
		if id2, doubts2 := match.Resolve(of("x", r), back); !slices.Equal(id2, id) || !slices.Equal(doubts, doubts2) {
			t.Fatalf("%q %v or %q %v", id, doubts, id2, doubts2)
		}
		if len(id) > 0 && len(doubts) > 0 {
			t.Fatalf("both %q and %v", id, doubts)
		}
		own := match.Profile{ID: "Z", Side: of("one", r)}
		if id, _ := match.Resolve(of("x", r), []match.Profile{own}); !slices.Equal(id, []good.ID{"Z"}) {
			t.Fatalf("%v is not about its own good", r)
		}
	})
}

// TestTheIdOfAnotherRegisterIsNoProof has a source write down an id that it did
// not give.
func TestTheIdOfAnotherRegisterIsNoProof(t *testing.T) {
	ids := map[string]string{"dpgid": "G1"}
	goods := []match.Profile{{ID: "A", Side: of("Alliance", said("Well Watch", good.Facts{Identifiers: ids, Website: "https://wells.example"}))}}
	stranger := said("Cheap Clocks", good.Facts{Identifiers: ids, Website: "https://clocks.example"})
	if about, doubts := match.Resolve(of("shop", stranger), goods); len(about) > 0 || !slices.Equal(doubts, []good.ID{"A"}) {
		t.Errorf("a stranger: %v, doubts %v", about, doubts)
	}
	if about, _ := match.Resolve(of("Alliance", stranger), goods); !slices.Equal(about, []good.ID{"A"}) {
		t.Errorf("the register itself, of a good that was renamed: %v", about)
	}
	same := said("Other", good.Facts{Identifiers: ids, Website: "https://wells.example"})
	if about, _ := match.Resolve(of("shop", same), goods); !slices.Equal(about, []good.ID{"A"}) {
		t.Errorf("with the same website: %v", about)
	}
}
