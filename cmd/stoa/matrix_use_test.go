package main

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
)

// used are somebody's things about use and help: what stands for each in an
// address, and where each is read by whoever may.
type used struct {
	of    map[string]string
	where []string
}

// made sends a thing to the API as somebody and returns what was answered.
func (i *instance) made(s someone, path, body string) map[string]any {
	i.t.Helper()
	media := "application/json"
	if strings.HasPrefix(body, "good,") {
		media = "application/octet-stream"
	}
	w := i.ask(http.MethodPost, path, s.cookie, body, media)
	out := map[string]any{}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code >= 300 {
		i.t.Fatalf("%s: %d %.300s", path, w.Code, w.Body)
	}
	return out
}

// use makes a deployment, a sheet, an offer, a request, an agreement, a need, a
// copy of a guide and a community of a victim.
func (i *instance) use(victim, founder someone) used {
	i.t.Helper()
	_, err := i.db.Do(i.t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		g := good.Good{ID: tx.NewID(), Slug: "wells", Stage: good.Nominated, Facts: good.Facts{Name: "Wells", Summary: good.Text{"en": "Counts wells."}}}
		if err := tx.PutGood(ctx, &g); err != nil {
			return err
		}
		return tx.PutDomain(ctx, good.BodyDomain{Body: victim.body.ID, Domain: "victim.example.org", Way: "dns", Verified: tx.Now()})
	})
	if err != nil {
		i.t.Fatal(err)
	}
	body := victim.body.Slug
	u := used{of: maps.Clone(named)}
	for _, thing := range []struct{ name, path, doc string }{
		{"deployment", "/api/v1/deployments", `{"good":"wells","as":"adopter","body":"` + body + `","country":"KE","stage":"live","since":"2025","contacts":[{"role":"lead","address":"contact-of-victim@example.org"}]}`},
		{"sheet", "/api/v1/deployment-sheets", "good,organisation,country,stage,since\nwells,Secret of victim,KE,pilot,2025\n"},
		{"offer", "/api/v1/support/offers", `{"body":"` + body + `","title":"Help of victim","kinds":["training"],"countries":["KE"]}`},
		{"request", "/api/v1/support/requests", `{"title":"Secret of victim","text":"We lack hands.","kind":"training","country":"KE"}`},
		{"agreement", "/api/v1/support/agreements", `{"body":"` + body + `","good":"wells","kind":"zero-rating","countries":["KE"],"since":"2026"}`},
		{"need", "/api/v1/needs", `{"problem":"Secret of victim: wells break and nobody hears of it.","lang":"en","visibility":"private"}`},
		{"guide", "/api/v1/guides", `{"good":"wells","title":"Secret of victim"}`},
	} {
		id, _ := i.made(victim, thing.path, thing.doc)["id"].(string)
		u.of[thing.name] = id
		if thing.name == "request" { // programs read what is private among their own
			u.where = append(u.where, "/api/v1/support/mine")
			continue
		}
		u.where = append(u.where, thing.path+"/"+id)
	}
	c := i.made(founder, "/api/v1/communities", `{"lang":"en","name":{"en":"Water"},"purpose":{"en":"We look after wells together."}}`)
	u.of["community"], _ = c["slug"].(string)
	meeting := i.made(founder, "/api/v1/communities/"+u.of["community"]+"/meetings", `{"title":"First","zone":"UTC","local":"`+i.now.AddDate(0, 0, 9).UTC().Format("2006-01-02T15:04")+`","minutes":60}`)
	if list, _ := meeting["meetings"].([]any); len(list) == 1 {
		u.of["meeting"], _ = list[0].(map[string]any)["id"].(string)
	}
	u.of["organisation"], u.of["iso"] = body, "KE"
	for _, name := range []string{"deployment", "sheet", "offer", "request", "agreement", "need", "guide", "community", "meeting"} {
		if u.of[name] == "" || u.of[name] == named[name] {
			i.t.Fatalf("there is no %s: %v", name, u.of)
		}
	}
	return u
}

// whole is everything there is of them, as their people read it.
func (u used) whole(i *instance, victim, founder someone) string {
	i.t.Helper()
	var all strings.Builder
	read := func(s someone, path string) {
		w := i.ask(http.MethodGet, path, s.cookie, "", "")
		if w.Code != http.StatusOK {
			i.t.Fatalf("%s: %d %.200s", path, w.Code, w.Body)
		}
		all.WriteString(w.Body.String() + "\n")
	}
	for _, path := range u.where {
		read(victim, path)
	}
	read(founder, "/api/v1/communities/"+u.of["community"])
	read(victim, "/api/v1/countries/KE")
	return all.String()
}

// everybodys are the acts that anybody may do to another's public things; what
// is private is not there for them.
var everybodys = []access.Act{access.Public, access.ReadCommunity, access.JoinCommunity, access.ReportSupport, access.DisputeDeployment}

// lets says whether it is a role that lets somebody act on another's things,
// and not what anybody may do with their own.
func lets(s someone, act access.Act, victim good.ID) bool {
	_, no := access.As(s.Who, act, access.Own(victim))
	bare := s.Who
	bare.Roles = nil
	_, never := access.As(bare, act, access.Own(victim))
	return no == nil && never != nil
}

// TestAnothersUseAndHelpAreOutOfReach tries the ids of another's deployment,
// sheet, offer, request, agreement, need, guide and community, and of a country
// that another keeps, at every page and operation that takes one, as everybody
// there can be whom no role lets to it: nothing is changed and nothing private
// is told.
func TestAnothersUseAndHelpAreOutOfReach(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	victim, founder := i.someone("victim"), i.someone("founder", access.Secretariat)
	mine := i.use(victim, founder)
	before := mine.whole(i, victim, founder)
	keeps := map[string]access.Act{"{deployment}": access.KeepDeployment, "{sheet}": access.ClaimDeployment, "{offer}": access.ModerateSupport, "{request}": access.ModerateSupport, "{agreement}": access.ModerateSupport,
		"{need}": access.KeepNeed, "{guide}": access.KeepGuide, "{community}": access.HideCommunity, "/countries/{iso}": access.KeepCountry, "/support/organisations/{organisation}": access.ModerateSupport}
	asked := map[string]int{}
	for _, role := range append([]string{""}, access.Granted...) {
		s := i.someone("taker" + role)
		if role != "" {
			s = i.someone("taking"+role, role)
		}
		for _, r := range i.routes() {
			about := ""
			for part := range keeps {
				if strings.Contains(r.path, part) {
					about = part
				}
			}
			if about == "" || slices.Contains(everybodys, r.act) || lets(s, r.act, victim.Person) || lets(s, keeps[about], victim.Person) || r.act == access.ReadNeed && access.May(s.Who, access.HideNeed) == nil {
				continue
			}
			path, missing := fill(r.path, mine.of)
			if len(missing) > 0 {
				t.Fatalf("%s: %v", r.path, missing)
			}
			form, media := "reason=x&state=closed&text=It+is+mine+now&title=Mine&outcome=dropped&good=wells&body="+s.body.Slug, "application/x-www-form-urlencoded"
			if r.api {
				form, media = `{}`, "application/json"
			}
			if r.method == http.MethodGet {
				form = ""
			}
			for how, cookie := range map[string]string{"signed in": s.cookie, "anonymous": ""} {
				asked[about]++
				w := i.ask(r.method, path, cookie, form, media)
				if ok := w.Code >= 400 && w.Code < 500 || cookie == "" && w.Code == http.StatusSeeOther && strings.HasPrefix(w.Header().Get("Location"), "/signin"); !ok {
					t.Errorf("%q, %s, asks %s %s (%s): status %d to %q: %.200s", role, how, r.method, r.path, r.act, w.Code, w.Header().Get("Location"), w.Body)
				}
				for _, secret := range []string{"Secret of victim", "contact-of-victim@example.org"} {
					if strings.Contains(w.Body.String(), secret) {
						t.Errorf("%q, %s: %s tells %q", role, how, r.path, secret)
					}
				}
			}
		}
		for _, path := range mine.where { // what is public of them tells nothing private
			for _, page := range []string{path, strings.TrimPrefix(path, "/api/v1")} {
				if lets(s, access.KeepDeployment, victim.Person) || lets(s, access.KeepNeed, victim.Person) || lets(s, access.ModerateSupport, victim.Person) {
					continue
				}
				if w := i.ask(http.MethodGet, page, s.cookie, "", ""); strings.Contains(w.Body.String(), "contact-of-victim@example.org") || strings.Contains(w.Body.String(), "Secret of victim") {
					t.Errorf("%q reads what is private at %s", role, page)
				}
			}
		}
	}
	for part := range keeps {
		if asked[part] < 10 {
			t.Errorf("%s: only %d questions were asked", part, asked[part])
		}
	}
	if after := mine.whole(i, victim, founder); after != before {
		t.Errorf("what is another's was changed:\n%s\n%s", before, after)
	}
	// And what is one's own is in reach, so that the above is no wall of another kind.
	for path, form := range map[string]string{"/needs/" + mine.of["need"] + "/close": "outcome=dropped", "/support/offers/" + mine.of["offer"] + "/state": "state=paused", "/support/requests/" + mine.of["request"] + "/state": "state=closed", "/support/agreements/" + mine.of["agreement"] + "/end": "reason=over",
		"/deployments/" + mine.of["deployment"] + "/withdraw": "reason=over", "/guides/" + mine.of["guide"] + "/drop": ""} {
		if w := i.ask(http.MethodPost, path, victim.cookie, form, "application/x-www-form-urlencoded"); w.Code != http.StatusSeeOther {
			t.Errorf("the owner is refused %s: %d %.300s", path, w.Code, w.Body)
		}
	}
}
