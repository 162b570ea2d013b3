package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/store"
	"stoa/internal/testkit"
)

// program is a program that acts with somebody's token.
type program struct {
	*instance
	token string
}

// must sends JSON, "" for none, and returns the answer, which has to have this
// status.
func (p program) must(status int, method, path, body string) map[string]any {
	p.t.Helper()
	r := httptest.NewRequest(method, "/api/v1/"+path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:1"
	r.Header.Set("Authorization", "Bearer "+p.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	if w.Code != status {
		p.t.Fatalf("%s %s: status %d, want %d: %s", method, path, w.Code, status, w.Body)
	}
	out := map[string]any{}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
			p.t.Fatalf("%s %s: %v in %s", method, path, err, w.Body)
		}
	}
	return out
}

func TestAProgramLooksAfterWhatItsPersonHears(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	amina, eve := i.someone("amina"), i.someone("eve")
	p, q := program{i, amina.secret}, program{i, eve.secret}
	if _, err := i.db.Do(t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		for _, id := range []good.ID{"n-1", "n-2"} {
			n := store.Notice{Notice: good.Notice{Person: amina.Person, Kind: "recognised", Args: map[string]string{"Good": "DHIS2", "Until": "2027-11-26"}, Path: "/goods/dhis2"}, ID: id, Created: tx.Now()}
			if _, err := tx.AddNotice(ctx, n); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	list := p.must(200, "GET", "me/notices", "")
	first := list["items"].([]any)[0].(map[string]any)
	if list["unseen"] != 2.0 || first["subject"] != "DHIS2 is recognised as a digital public good" || first["page"] != "http://stoa.example/goods/dhis2" {
		t.Errorf("%v", list)
	}
	q.must(204, "POST", "me/notices/seen", `{"notice":"n-1"}`) // another's: nothing happens
	p.must(204, "POST", "me/notices/seen", `{"notice":"n-2"}`)
	if list := p.must(200, "GET", "me/notices", ""); list["unseen"] != 1.0 {
		t.Errorf("%v are unseen", list["unseen"])
	}
	p.must(400, "GET", "me/notices?page=0", "")
	p.must(204, "PUT", "me/letters", `{"kinds":["announcement"]}`)
	p.must(400, "PUT", "me/letters", `{"kinds":["recognised"]}`)
	letters := p.must(200, "GET", "me/letters", "")
	if o := letters["optional"].(map[string]any); o["announcement"] != true || o["nominated"] != false || letters["address"] != "amina@example.org" || letters["returned"] != nil {
		t.Errorf("%v", letters)
	}
	p.must(204, "DELETE", "me/letters/returned", "")
	feed := p.must(200, "POST", "me/feed", "")["feed"].(string)
	if w := i.ask("GET", strings.TrimPrefix(feed, "http://stoa.example"), "", "", ""); w.Code != 200 || !strings.Contains(w.Body.String(), "DHIS2 is recognised") {
		t.Errorf("the feed: %d %s", w.Code, w.Body)
	}
	p.must(204, "DELETE", "me/feed", "")
	if w := i.ask("GET", strings.TrimPrefix(feed, "http://stoa.example"), "", "", ""); w.Code != 404 {
		t.Errorf("the ended feed: %d", w.Code)
	}
}

func TestAProgramLooksAfterWebhooks(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	p, q := program{i, i.someone("amina").secret}, program{i, i.someone("eve").secret}
	made := p.must(201, "POST", "me/webhooks", `{"url":"https://hooks.example.org/in","verbs":["good.*"]}`)
	id, secret := made["id"].(string), made["secret"].(string)
	if !strings.HasPrefix(secret, "whsec_") {
		t.Errorf("%v", made)
	}
	p.must(400, "POST", "me/webhooks", `{"url":"http://hooks.example.org/in"}`)
	for _, asked := range []struct{ method, path, body string }{{"GET", "", ""}, {"PUT", "", `{"url":"https://evil.example/in"}`}, {"DELETE", "", ""}, {"POST", "/secret", ""},
		{"POST", "/test", ""}, {"POST", "/turn", `{"on":false}`}, {"POST", "/deliveries/x/replay", ""}} {
		q.must(404, asked.method, "me/webhooks/"+id+asked.path, asked.body) // another's is not there
	}
	p.must(200, "PUT", "me/webhooks/"+id, `{"url":"https://hooks.example.org/other"}`)
	if again := p.must(201, "POST", "me/webhooks/"+id+"/secret", ""); again["secret"] == secret {
		t.Error("the new secret is the old one")
	}
	p.must(200, "POST", "me/webhooks/"+id+"/turn", `{"on":false}`)
	p.must(409, "POST", "me/webhooks/"+id+"/test", "")
	p.must(200, "POST", "me/webhooks/"+id+"/turn", `{"on":true}`)
	delivery := p.must(201, "POST", "me/webhooks/"+id+"/test", "")["id"].(string)
	p.must(204, "POST", "me/webhooks/"+id+"/deliveries/"+delivery+"/replay", "")
	p.must(404, "POST", "me/webhooks/"+id+"/deliveries/nothing/replay", "")
	one := p.must(200, "GET", "me/webhooks/"+id, "")
	if d := one["deliveries"].([]any); one["url"] != "https://hooks.example.org/other" || len(d) != 1 || d[0].(map[string]any)["verb"] != "webhook.test" || d[0].(map[string]any)["position"] != nil {
		t.Errorf("%v", one)
	}
	p.must(204, "DELETE", "me/webhooks/"+id, "")
	p.must(404, "GET", "me/webhooks/"+id, "")
}

func TestAProgramActsForAnOrganisationAndClaims(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	amina := i.someone("amina")
	kofi := i.someone("kofi")
	p, q := program{i, amina.secret}, program{i, kofi.secret}
	body := "me/organisations/" + p.must(201, "POST", "me/organisations", `{"name":"Open Health"}`)["slug"].(string)
	if d := p.must(201, "POST", body+"/domains", `{"domain":"example.org"}`); !strings.HasPrefix(d["proof"].(string), "stoa-domain=") || d["verified"] != nil {
		t.Errorf("%v", d)
	}
	p.must(400, "POST", body+"/domains", `{"domain":"org"}`)
	p.must(400, "POST", body+"/domains/example.org/proof", `{"way":"magic"}`)
	q.must(403, "GET", body, "")
	q.must(403, "DELETE", body+"/domains/example.org", "")
	invite := "invitations/organisation/" + strings.TrimPrefix(body, "me/organisations/")
	q.must(403, "GET", invite, "")
	asked := p.must(201, "POST", invite, `{"address":"kofi@example.org"}`)
	if waits := q.must(200, "GET", "me/invitations", "")["items"].([]any); len(waits) != 1 || waits[0].(map[string]any)["id"] != asked["id"] || waits[0].(map[string]any)["name"] == "" {
		t.Errorf("%v", waits)
	}
	p.must(404, "POST", "me/invitations/"+asked["id"].(string), `{"accept":true}`)
	q.must(204, "POST", "me/invitations/"+asked["id"].(string), `{"accept":true}`)
	q.must(410, "POST", "me/invitations/"+asked["id"].(string), `{"accept":true}`)
	back := p.must(201, "POST", invite, `{"address":"nobody@example.org","keeper":true}`)
	became := map[any]any{}
	for _, i := range p.must(200, "GET", invite, "")["items"].([]any) {
		became[i.(map[string]any)["address"]] = i.(map[string]any)["became"]
	}
	if !maps.Equal(became, map[any]any{"kofi@example.org": "accepted", "nobody@example.org": nil}) {
		t.Errorf("%v", became)
	}
	p.must(204, "DELETE", invite+"/"+back["id"].(string), "")
	p.must(404, "DELETE", invite+"/"+back["id"].(string), "")
	p.must(204, "PUT", body+"/members/"+string(kofi.Person), `{"keeper":true}`)
	p.must(204, "PUT", body+"/members/"+string(kofi.Person), `{"keeper":false}`)
	if got := q.must(200, "GET", body, ""); len(got["members"].([]any)) != 2 || got["keeper"] != false {
		t.Errorf("%v", got)
	}
	q.must(204, "DELETE", body+"/members/"+string(kofi.Person), "")
	q.must(403, "GET", body, "")
	p.must(204, "DELETE", body+"/domains/example.org", "")

	p.must(201, "POST", "nominations", `{"name":"OpenCRVS","link":"https://opencrvs.zz/core","kind":"software","licence":"MPL-2.0","sdg":16,"why":"Every child gets a legal identity: offices in five countries register births with it."}`)
	claim := p.must(200, "POST", "goods/opencrvs/claim", "")
	places := claim["places"].([]any)
	if again := p.must(200, "POST", "goods/opencrvs/claim", ""); again["word"] != claim["word"] || len(places) != 1 {
		t.Errorf("%v then %v", claim, again)
	}
	if other := q.must(200, "POST", "goods/opencrvs/claim", ""); other["word"] == claim["word"] {
		t.Error("two people have one word")
	}
	looked := p.must(200, "POST", "goods/opencrvs/claim/proof", "")
	if looked["proved"] != nil || looked["places"].([]any)[0].(map[string]any)["found"] == nil {
		t.Errorf("%v", looked)
	}
	p.must(429, "POST", "goods/opencrvs/claim/proof", "") // at once again
	p.must(403, "POST", "invitations/good/opencrvs", `{"address":"kofi@example.org"}`)
	p.must(204, "DELETE", "goods/opencrvs/claim", "")
	p.must(404, "DELETE", "goods/opencrvs/claim", "")
	p.must(403, "POST", "me/addresses", `{"address":"more@example.org"}`) // no token changes ways in
	p.must(403, "DELETE", "me/sessions", "")
	if w := i.ask("POST", "/api/v1/me/addresses", amina.cookie, `{"address":"more@example.org"}`, "application/json"); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "e-mail") {
		t.Errorf("without a mail server: %d %s", w.Code, w.Body)
	}
	if w := i.ask("PUT", "/api/v1/me/addresses/"+amina.address+"/main", amina.cookie, "", ""); w.Code != http.StatusNoContent {
		t.Errorf("another main address: %d %s", w.Code, w.Body)
	}
	if w := i.ask("DELETE", "/api/v1/me/addresses/amina@example.org", amina.cookie, "", ""); w.Code != http.StatusNoContent {
		t.Errorf("the old address: %d %s", w.Code, w.Body)
	}
}

func TestAProgramKeepsTheDesk(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	secretariat, reviewer, plain := i.someone("sana", "secretariat"), i.someone("rosa", "reviewer"), i.someone("plain")
	s, r, q := program{i, secretariat.secret}, program{i, reviewer.secret}, program{i, plain.secret}
	q.must(403, "POST", "desk/announcements", `{"title":{"en":"x"},"body":{"en":"y"}}`)
	s.must(400, "POST", "desk/announcements", `{"title":{},"body":{"en":"y"}}`)
	s.must(201, "POST", "desk/announcements", `{"title":{"en":"Holidays"},"body":{"en":"We are away."},"to":["reviewer"]}`)
	if got := s.must(200, "GET", "desk/announcements", ""); len(got["items"].([]any)) != 1 {
		t.Errorf("%v", got)
	}
	r.must(204, "PUT", "desk/reviewers/me", `{"kinds":["software"],"indicators":["2"],"away":"2099-01-31"}`)
	r.must(400, "PUT", "desk/reviewers/me", `{"away":"tomorrow"}`)
	r.must(403, "PUT", "desk/reviewers/"+string(secretariat.Person), `{}`)
	q.must(403, "PUT", "desk/reviewers/me", `{}`)
	if got := s.must(200, "GET", "desk/reviewers/"+string(reviewer.Person), ""); got["away"] != "2099-01-31" || got["kinds"].([]any)[0] != "software" {
		t.Errorf("%v", got)
	}
	s.must(204, "PUT", "desk/reviewers/"+string(reviewer.Person), `{"kinds":["data"],"version":1}`)
	if got := r.must(200, "GET", "desk/reviewers/me", ""); got["away"] != nil || got["kinds"].([]any)[0] != "data" {
		t.Errorf("%v", got)
	}
	if got := s.must(200, "POST", "desk/reminders", `{"applications":["`+string(plain.applied)+`"]}`); got["reminded"] != 0.0 { // a draft waits for nobody
		t.Errorf("%v", got)
	}
	s.must(400, "POST", "desk/reminders", `{}`)
	q.must(403, "POST", "desk/reminders", `{"applications":["x"]}`)
	s.must(404, "POST", "desk/reviewers/"+string(reviewer.Person)+"/reassignment", `{"applications":["01HZZZZZZZZZZZZZZZZZZZZZZZ"]}`)
	q.must(403, "GET", "applications/"+string(plain.applied)+"/candidates", "")
}

// report is what a mail server sends back to a path, about whom and why.
const report = "X-Original-To: %s\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: %s\r\n\r\n--b--\r\n"

func TestAMailServerHandsInWhatCameBack(t *testing.T) {
	server := testkit.NewMailServer(t, "", "")
	i := newInstance(t, &ServeCmd{MailFlags: MailFlags{SMTP: "smtp+plain://" + server.Addr, From: "stoa@stoa.example", Bounce: "bounces@stoa.example"}}, "http://stoa.example")
	amina, admin := i.someone("amina"), i.someone("admin", "administrator")
	at := func(who someone, path string) string {
		return i.ask("GET", path, who.cookie, "", "").Body.String()
	}
	if strings.Contains(at(amina, "/account"), "come back") {
		t.Fatal("nothing came back yet")
	}
	if err := i.cmd.heard.DoMail(t.Context(), good.Task{Kind: "mail", Key: i.notice(amina, "clarification-asked")}); err != nil {
		t.Fatal(err)
	}
	back := server.Mails()[0].From
	if back == "bounces@stoa.example" || !strings.HasPrefix(back, "bounces+") {
		t.Fatalf("the return path %s is nobody's", back)
	}
	hand := func(token, path, media, status string) (int, string) {
		r := httptest.NewRequest("POST", "/api/v1/returned-mail?recipient="+url.QueryEscape(path), strings.NewReader(fmt.Sprintf(report, path, "amina@example.org", status)))
		r.RemoteAddr = "127.0.0.1:1"
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", media)
		w := httptest.NewRecorder()
		i.handler.ServeHTTP(w, r)
		return w.Code, w.Body.String()
	}
	mailer, _, err := i.app.MakeToken(t.Context(), admin.Viewer, "mail server", []string{"bounces"}, 30)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		token, path, media, status string
		code                       int
		says                       string
	}{
		{amina.secret, back, "message/rfc822", "5.1.1", 403, ""}, {admin.secret, back, "message/rfc822", "5.1.1", 403, ""}, // no scope for it
		{mailer, "bounces@stoa.example", "message/rfc822", "5.1.1", 400, "return path"}, {mailer, back, "application/json", "5.1.1", 415, "message/rfc822"},
		{mailer, back, "message/rfc822", "4.2.2", 200, `"noted":false`}, {mailer, back, "message/rfc822", "5.1.1", 200, `"noted":true`},
	} {
		if code, body := hand(c.token, c.path, c.media, c.status); code != c.code || !strings.Contains(body, c.says) {
			t.Errorf("%+v: %d %s", c, code, body)
		}
	}
	program{i, mailer}.must(403, "GET", "me", "") // and nothing else
	if page := at(amina, "/account/tokens"); !strings.Contains(page, "amina@example.org") || !strings.Contains(page, "/account/notifications/again") {
		t.Errorf("the account does not say that letters come back, or how to mend it")
	}
	if letters := (program{i, amina.secret}).must(200, "GET", "me/letters", ""); letters["returned"] == nil {
		t.Errorf("%v", letters)
	}
	if w := i.ask("POST", "/account/notifications/again", amina.cookie, "", ""); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if strings.Contains(at(amina, "/account"), "/account/notifications/again") {
		t.Error("it is mended, and the account does not know")
	}
	open, err := i.db.OpenTasks(t.Context(), "", 10)
	open = slices.DeleteFunc(open, func(t store.Task) bool { return t.Kind != "mail" })
	if err != nil || len(open) != 1 {
		t.Fatalf("%+v %v", open, err)
	}
	if err := i.cmd.heard.DoMail(t.Context(), open[0].Task); err != nil {
		t.Fatal(err)
	}
	if m := server.Mails(); len(m) != 2 || m[1].Header.Get("Message-Id") != m[0].Header.Get("Message-Id") {
		t.Errorf("%d letters", len(m))
	}
}

// notice makes one for somebody and returns its id.
func (i *instance) notice(who someone, kind string) string {
	i.t.Helper()
	id := good.ID("n-" + kind)
	if _, err := i.db.Do(i.t.Context(), good.Actor{}, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.AddNotice(ctx, store.Notice{Notice: good.Notice{Person: who.Person, Kind: kind, Args: map[string]string{"Good": "DHIS2", "Until": "2027-11-26"}, Path: "/goods/dhis2"}, ID: id, Created: tx.Now()})
		return err
	}); err != nil {
		i.t.Fatal(err)
	}
	return string(id)
}

// TestAProgramFindsPeopleAndSaysWhatIsSpam does what the desk's pages do.
func TestAProgramFindsPeopleAndSaysWhatIsSpam(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	admin, sec, plain := i.someone("adam", access.Administrator), i.someone("selma", access.Secretariat), i.someone("amina")
	i.someone("rita", access.Reviewer)
	found := func(who someone, q string) []any {
		t.Helper()
		return program{i, who.secret}.must(200, "GET", "people?"+q, "")["items"].([]any)
	}
	one := found(admin, "role=reviewer")
	if len(one) != 1 || one[0].(map[string]any)["address"] != "rita@example.org" {
		t.Errorf("%v", one)
	}
	if got := found(admin, "q=amina%40example"); len(got) != 1 {
		t.Errorf("by address: %v", got)
	}
	if got := found(sec, "q=rit"); len(got) != 1 || got[0].(map[string]any)["address"] != nil {
		t.Errorf("the secretariat is told %v", got)
	}
	if got := found(sec, "q=rita%40example"); len(got) != 0 {
		t.Errorf("the secretariat finds by address: %v", got)
	}
	program{i, plain.secret}.must(403, "GET", "people?q=rita", "")
	p := program{i, sec.secret}
	made := p.must(201, "POST", "nominations", `{"name":"Launch Test","link":"https://abc.com","why":"test"}`)
	p.must(400, "POST", "nominations/"+made["id"].(string)+"/sorting", `{"decision":"drop"}`) // the nominator is told why
	p.must(200, "POST", "nominations/"+made["id"].(string)+"/sorting", `{"decision":"spam"}`)
	p.must(409, "POST", "nominations/"+made["id"].(string)+"/sorting", `{"decision":"spam"}`)
}
