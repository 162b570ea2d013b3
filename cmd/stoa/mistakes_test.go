package main

import (
	"context"
	"html"
	"maps"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// typist fills forms in, as one person.
type typist struct {
	*instance
	t      *testing.T
	cookie string
}

// typed is a form with what is typed in it, and the mistake made first.
type typed struct {
	to      string
	says    map[string]string // "lists*" has several, with commas between them
	mistake map[string]string // in place of what is typed
}

// values is a form as a browser sends it.
func values(says map[string]string) string {
	v := url.Values{}
	for name, s := range says {
		v[name] = []string{s}
		if strings.HasSuffix(name, "*") {
			delete(v, name)
			v[strings.TrimSuffix(name, "*")] = strings.Split(s, ",")
		}
	}
	return v.Encode()
}

// sends sends a form first with its mistake, then without: it leads on, to what
// is returned.
func (w typist) sends(f typed) string {
	w.t.Helper()
	w.errs(f)
	on := w.ask("POST", f.to, w.cookie, values(f.says), "application/x-www-form-urlencoded")
	if on.Code != 303 {
		w.t.Fatalf("POST %s: %d, %s", f.to, on.Code, cut(html.UnescapeString(on.Body.String()), `class="wrong"`))
	}
	at, _, _ := strings.Cut(on.Header().Get("Location"), "?")
	at, _, _ = strings.Cut(at, "#")
	return at
}

// errs sends a form with its mistake: it comes back with status 422, says so, and
// has everything that was typed.
func (w typist) errs(f typed) {
	w.t.Helper()
	wrong := maps.Clone(f.says)
	maps.Copy(wrong, f.mistake)
	back := w.ask("POST", f.to, w.cookie, values(wrong), "application/x-www-form-urlencoded")
	if text := html.UnescapeString(back.Body.String()); back.Code != 422 || !strings.Contains(text, `class="wrong"`) {
		w.t.Errorf("POST %s with %v: %d, %.300s", f.to, f.mistake, back.Code, text)
	} else {
		for name, s := range wrong {
			if strings.HasSuffix(name, "*") {
				for _, one := range strings.Split(s, ",") {
					if !regexp.MustCompile(`value="` + one + `"[^>]* (checked|selected)`).MatchString(text) {
						w.t.Errorf("POST %s with %v: %q is no longer chosen in %s", f.to, f.mistake, one, name)
					}
				}
			} else if !strings.Contains(text, s) {
				w.t.Errorf("POST %s with %v: %q in %s is lost", f.to, f.mistake, s, name)
			}
		}
	}
}

// cut is what a page says from some place on.
func cut(text, from string) string {
	if i := strings.Index(text, from); i >= 0 {
		text = text[i:]
	}
	return text[:min(len(text), 400)]
}

// TestNothingTypedIsLostOnAMistake makes a mistake in every form of goods in use,
// help, needs, translation, communities, guides and countries: each comes back
// with all that was typed, and takes it once it is mended.
func TestNothingTypedIsLostOnAMistake(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	i.knows(t, "births", "Open Births")
	nadia := i.someone("nadia", access.Secretariat)
	g, _, err := i.db.GoodBySlug(t.Context(), "open-births")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := i.db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.PutDomain(ctx, good.BodyDomain{Body: nadia.body.ID, Domain: "nadia.example.org", Way: "dns", Verified: i.now}); err != nil {
			return err
		}
		return tx.PutClaim(ctx, store.Claim{Good: g.ID, Person: nadia.Person, Created: i.now, Proved: i.now, Method: "dns"})
	}); err != nil {
		t.Fatal(err)
	}
	w := typist{i, t, nadia.cookie}
	const turned = "gnp.\u202eexe" // signs that turn text about
	more := func(a map[string]string, b map[string]string) map[string]string {
		out := maps.Clone(a)
		maps.Copy(out, b)
		return out
	}

	use := map[string]string{"country": "KE", "place": "Kisumu", "stage": "live", "since": "2024-05", "people": "1200", "date": "2025", "source": "https://births.example.org/count", "languages": "sw", "programme": "A programme", "evidence": "https://births.example.org/kisumu", "contact_lead": "amina@births.example.org"}
	w.errs(typed{"/deployments", more(use, map[string]string{"good": "open-births", "organisation": "Ministry of Births", "website": "https://births.example.org", "as": "maintainer", "data_products": "A map of births"}), map[string]string{"since": "2999-01"}}) // of another kind of good
	at := w.sends(typed{"/deployments", more(use, map[string]string{"good": "open-births", "organisation": "Ministry of Births", "website": "https://births.example.org", "as": "maintainer"}), map[string]string{"since": "2999-01"}})
	w.sends(typed{at, more(use, map[string]string{"place": "Kakamega"}), map[string]string{"people": "-5"}})
	w.sends(typed{at + "/withdraw", map[string]string{"reason": "It was another good."}, map[string]string{"reason": turned}})

	ask := map[string]string{"problem": "Births are written on paper in villages.", "lang": "en", "use_case": "Registers of births", "country": "KE", "users": "Midwives", "languages": "sw", "standards": "FHIR", "people": "500"}
	w.ask("POST", "/needs/new", w.cookie, "", "")
	at = w.sends(typed{"/needs", more(ask, map[string]string{"title": "Births", "visibility": "public", "wanted": "yes"}), map[string]string{"title": turned}})
	w.sends(typed{at, more(ask, map[string]string{"title": "Births in villages", "visibility": "public", "wanted": "yes", "version": "1"}), map[string]string{"languages": "Klingonese"}})
	w.sends(typed{at + "/close", map[string]string{"outcome": "solved", "reason": "We found one."}, map[string]string{"reason": turned}})

	offer := map[string]string{"title": "Messages", "text": "We send them.", "kinds*": "channel", "countries": "KE", "languages": "sw", "goods": "open-births", "capacity": "3", "indicators": "9a", "channel_code": "*123#", "channel_price": "0.5 KES", "channel_unit": "message"}
	at = w.sends(typed{"/support/offers", more(offer, map[string]string{"body": nadia.body.Slug}), map[string]string{"channel_code": "dial me"}})
	w.sends(typed{at, more(offer, map[string]string{"title": "Messages in Kenya"}), map[string]string{"channel_price": "a lot"}})
	typist{i, t, i.someone("reader").cookie}.sends(typed{at + "/report", map[string]string{"reason": "It is an advertisement."}, map[string]string{"reason": turned}})
	typist{i, t, i.someone("desk", access.Secretariat).cookie}.sends(typed{at + "/hide", map[string]string{"hide": "yes", "reason": "It was an advertisement."}, map[string]string{"reason": turned}})
	request := map[string]string{"title": "Tell parents", "text": "Of births.", "kind": "channel", "good": "open-births", "country": "KE", "languages": "sw", "by": "2099-01-01", "organisation": "Ministry of Births", "public": "yes", "channel_code": "40404"}
	asked := w.sends(typed{"/support/requests", request, map[string]string{"good": "no-such-good"}})
	w.sends(typed{asked, more(request, map[string]string{"title": "Tell all parents"}), map[string]string{"by": "2020-01-01"}})
	deal := map[string]string{"kind": "zero-rating", "text": "Nobody pays.", "countries": "KE", "since": "2026-01", "until": "2030", "link": "https://nadia.example.org/deal", "zero_domains": "births.example.org"}
	at = w.sends(typed{"/support/agreements", more(deal, map[string]string{"body": nadia.body.Slug, "good": "open-births"}), map[string]string{"zero_domains": "10.0.0.1"}})
	w.sends(typed{at, more(deal, map[string]string{"text": "Nobody pays for it."}), map[string]string{"until": "2025"}})
	w.sends(typed{at + "/end", map[string]string{"reason": "It ran out."}, map[string]string{"reason": turned}})
	w.sends(typed{"/support/organisations/" + nadia.body.Slug + "/reach", map[string]string{"country": "KE", "number": "43700000", "unit": "subscribers", "date": "2026-01", "source": "https://nadia.example.org/annual"}, map[string]string{"date": "2999"}})

	w.sends(typed{"/goods/open-births/languages", map[string]string{"languages": "sw 80", "source": "https://births.example.org/sw"}, map[string]string{"languages": "Klingonese 80"}})
	w.sends(typed{"/goods/open-births/glossary", map[string]string{"word": "Birth", "language": "sw", "translation": "Uzazi", "note": "In forms."}, map[string]string{"translation": turned}})
	w.sends(typed{"/localisation", map[string]string{"good": "open-births", "language": "sw", "source": "en", "name": "The forms", "text": "birth = Birth\n", "format": "properties"}, map[string]string{"language": "Klingonese"}})

	about := map[string]string{"lang": "en", "name-en": "Births", "purpose-en": "Who registers births.", "sdgs*": "3,16", "goods": "open-births", "link": "https://births.example.org/forum"}
	at = w.sends(typed{"/communities", about, map[string]string{"purpose-en": turned}})
	w.sends(typed{at, more(about, map[string]string{"name-en": "Births and deaths", "version": "1"}), map[string]string{"goods": "no-such-good"}})
	w.sends(typed{at + "/meetings", map[string]string{"title": "First meeting", "text": "We begin.", "zone": "Africa/Nairobi", "local": "2099-01-05T10:00", "minutes": "60", "link": "https://births.example.org/call", "repeat": "once"}, map[string]string{"zone": "Africa/Atlantis"}})

	at = w.sends(typed{"/goods/open-births/guide", map[string]string{"title": "Births in Kenya", "country": "KE"}, map[string]string{"title": turned}})
	w.sends(typed{at, map[string]string{"title": "Births in Uganda", "country": "UG", "version": "1"}, map[string]string{"title": turned}})

	w.sends(typed{"/countries/KE", map[string]string{"text_en": "Kenya registers births.", "links": "https://births.example.org/ke Births", "sdgs*": "3,16", "office_lead": "https://births.example.org/office"}, map[string]string{"links": "javascript:alert(1) Births"}})
}
