package web_test

import (
	"context"
	"encoding/xml"
	"errors"
	"net/http"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/i18n"
)

var civil = good.Collection{Slug: "civil-registration", Name: good.Text{"en": "Civil registration", "fr": "État civil"}, Summary: good.Text{"en": "For ministries that count births."}, Keeper: "Stoa",
	Items: []good.CollectionItem{{Good: "01HZZZZZZZZZZZZZZZZZ000001", Reason: good.Text{"en": "Works without a network."}}, {Good: "01HZZZZZZZZZZZZZZZZZ000002", Reason: good.Text{"en": "The identity beside it."}}}}

func (s *shelf) Collections(context.Context) ([]good.Collection, error) {
	return []good.Collection{civil}, s.fail
}

func (s *shelf) Collection(_ context.Context, slug string) (good.Collection, int64, error) {
	if slug != civil.Slug {
		return good.Collection{}, 0, &good.Error{Kind: good.NotFound, Key: "error.collection.unknown", Args: map[string]any{"Name": slug}}
	}
	return civil, 1, s.fail
}

func (s *shelf) Organisation(_ context.Context, slug string) (good.Organisation, bool, error) {
	if slug == "university-of-oslo" {
		return good.Organisation{Slug: slug, Name: "University of Oslo", Country: "NO", Website: "https://uio.example", Summary: good.Text{"en": "A university."}}, true, s.fail
	}
	return good.Organisation{Slug: slug}, false, s.fail
}

func (s *shelf) Countries(context.Context) (map[string]good.CountryNote, error) {
	return map[string]good.CountryNote{"KE": {Code: "KE", Pathfinder: "2022-05"}}, s.fail
}

func TestTopicsGatherTheirGoods(t *testing.T) {
	site := newSite(t, samples())
	for path, c := range map[string]struct{ heading, has string }{
		"/sdgs/16":                          {"Goal 16: Peace, justice and strong institutions", "/goods/opencrvs"},
		"/kinds/data":                       {"Data", "/goods/humanitarian-data-exchange"},
		"/licences/MPL-2.0":                 {"Mozilla Public License 2.0", "/goods/mosip"},
		"/organisations/university-of-oslo": {"University of Oslo", "/goods/dhis2"},
		"/countries/KE":                     {"Kenya", "/goods/dhis2"},
		"/collections/civil-registration":   {"Civil registration", "/goods/opencrvs"},
	} {
		d := parse(t, get(t, site, path))
		if got := d.text("h1"); got != c.heading {
			t.Errorf("%s is headed %q", path, got)
		}
		if len(d.all("main a[href='"+c.has+"']")) == 0 {
			t.Errorf("%s does not lead to %s", path, c.has)
		}
	}
	if d := parse(t, get(t, site, "/countries/KE")); len(d.all("svg.outline path")) != 1 || !strings.Contains(d.text("main"), "Pathfinder country") {
		t.Error("Kenya has no outline, or is no pathfinder")
	}
	if d := parse(t, get(t, site, "/countries/SM")); !strings.Contains(d.text("main"), "No good is recorded here yet.") {
		t.Error("a country without goods does not say so")
	}
	if d := parse(t, get(t, site, "/countries")); len(d.all(".places li")) < 249 {
		t.Errorf("%d countries", len(d.all(".places li")))
	}
	if d := parse(t, get(t, site, "/collections/civil-registration")); len(d.all(".reasons > li")) != 2 || !strings.Contains(d.text(".reasons"), "Works without a network.") {
		t.Error("the collection does not give its reasons")
	}
	for path, to := range map[string]string{"/countries/kenya": "/countries/KE", "/ar/kinds/Software": "/ar/kinds/software", "/fr/licences/GPL-3.0": "/fr/licences/GPL-3.0-only"} {
		if w := get(t, site, path); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != to {
			t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Location"))
		}
	}
}

func TestTheBadgeTellsTheStageOfThisMoment(t *testing.T) {
	s := samples()
	for _, l := range i18n.All() {
		for slug, stage := range map[string]good.Stage{"opencrvs": good.Recognised, "dhis2": good.RenewalDue, "open-contracting-data-standard": good.Lapsed, "gone-good": good.Removed} {
			w := get(t, newSite(t, s), prefixes[l.Code]+"/goods/"+slug+"/badge.svg")
			body := w.Body.String()
			if w.Code != 200 || w.Header().Get("Content-Type") != "image/svg+xml" || !strings.Contains(body, l.Stage(stage)) {
				t.Errorf("%s %s: %d %.200s", l.Code, slug, w.Code, body)
			}
			if err := xml.Unmarshal(w.Body.Bytes(), new(struct{})); err != nil {
				t.Errorf("%s %s is no XML: %v", l.Code, slug, err)
			}
			if w.Header().Get("Cross-Origin-Resource-Policy") != "cross-origin" {
				t.Error("other pages cannot show the badge")
			}
		}
	}
	if w := get(t, newSite(t, s), "/goods/nobody/badge.svg"); w.Code != http.StatusNotFound {
		t.Errorf("a badge of nothing: %d", w.Code)
	}
	if w := get(t, newSite(t, s), "/goods/dhis-2/badge.svg"); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != "/goods/dhis2/badge.svg" {
		t.Errorf("an old address: %d %s", w.Code, w.Header().Get("Location"))
	}
}

func TestACardMayBeFramedAndHasNothingToPress(t *testing.T) {
	w := get(t, newSite(t, samples()), "/goods/opencrvs/card")
	csp := w.Header().Get("Content-Security-Policy")
	if w.Code != 200 || !strings.Contains(csp, "frame-ancestors *") || !strings.Contains(csp, "form-action 'none'") || strings.Contains(csp, "script-src") || len(w.Header()["X-Frame-Options"]) != 0 {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	d := parse(t, w)
	if len(d.all("form, button, input, script")) != 0 {
		t.Error("a hostile page could have a visitor press something")
	}
	for _, a := range d.all("a") {
		if attr(a, "target") != "_top" {
			t.Errorf("%s opens within the stranger's frame", attr(a, "href"))
		}
	}
	if w := get(t, newSite(t, samples()), "/goods/opencrvs"); !strings.Contains(w.Header().Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Error("a page of ours may be framed")
	}
}

func TestTopicsFailWithoutTellingTheInside(t *testing.T) {
	s := samples()
	s.fail = errors.New("secret detail")
	site := newSite(t, s)
	for _, path := range []string{"/countries/KE", "/organisations/university-of-oslo", "/collections", "/collections/civil-registration", "/goods/opencrvs/badge.svg"} {
		if w := get(t, site, path); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
