package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/oauth2-proxy/mockoidc"

	"stoa/internal/app/people"
)

// mailbox keeps the letters sent.
type mailbox struct {
	mu      sync.Mutex
	letters []people.Letter
}

// Send implements people.Mailer.
func (m *mailbox) Send(_ context.Context, l people.Letter) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.letters = append(m.letters, l)
	return nil
}

// link is the newest one.
func (m *mailbox) link(t *testing.T) string {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.letters) == 0 {
		t.Fatal("no letter was sent")
	}
	return m.letters[len(m.letters)-1].Link
}

// served is an instance that browsers reach.
type served struct {
	*instance
	base string
	post *mailbox
}

func serving(t *testing.T, cmd *ServeCmd) *served {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	s := &served{base: "http://localhost:" + port, post: &mailbox{}}
	cmd.mail = s.post
	s.instance = newInstance(t, cmd, s.base)
	srv := &http.Server{Handler: s.handler}
	go func() { _ = srv.Serve(listener) }() // ends with the test
	t.Cleanup(func() { _ = srv.Close() })
	return s
}

// visitor is a browser without a screen.
type visitor struct {
	t    *testing.T
	s    *served
	http *http.Client
	jar  *cookiejar.Jar
}

func (s *served) visitor(t *testing.T) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t, s, &http.Client{Jar: jar}, jar}
}

// got is a page, and where it was found in the end.
type got struct {
	status int
	at     string // path and question
	body   string
	header http.Header
}

func (v *visitor) read(answer *http.Response, err error) got {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return got{answer.StatusCode, strings.TrimPrefix(answer.Request.URL.String(), v.s.base), string(b), answer.Header}
}

func (v *visitor) get(to string) got {
	v.t.Helper()
	if strings.HasPrefix(to, "/") {
		to = v.s.base + to
	}
	return v.read(v.http.Get(to))
}

func (v *visitor) post(to string, kv ...string) got {
	v.t.Helper()
	form := url.Values{}
	for i := 0; i < len(kv); i += 2 {
		form.Add(kv[i], kv[i+1])
	}
	return v.read(v.http.PostForm(v.s.base+to, form))
}

// follows presses the button of the page a link leads to.
func (v *visitor) follows(link string, kv ...string) got {
	v.t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.post(u.Path, append([]string{"t", u.Query().Get("t")}, kv...)...)
}

// enters signs in by a link.
func (v *visitor) enters(address string) got {
	v.t.Helper()
	v.post("/signin", "address", address)
	return v.follows(v.s.post.link(v.t))
}

// session is the secret in the cookie.
func (v *visitor) session() string {
	u, _ := url.Parse(v.s.base) // it was listened on
	for _, c := range v.jar.Cookies(u) {
		if c.Name == "stoa_session" {
			return c.Value
		}
	}
	return ""
}

// codeShown is the code as the page has it.
var codeShown = regexp.MustCompile(`id="code">(\d{3}) (\d{3})<`)

func TestALinkByMailLeadsIn(t *testing.T) {
	s := serving(t, &ServeCmd{})
	amina := s.visitor(t)
	at := amina.get("/fr/account/tokens")
	if at.status != 200 || !strings.HasPrefix(at.at, "/fr/signin?next=") {
		t.Fatalf("led to %s", at.at)
	}
	sent := amina.post("/fr/signin", "address", "Amina@Example.org", "next", "/fr/account/tokens")
	code := codeShown.FindStringSubmatch(sent.body)
	if sent.at != "/fr/signin/sent" || code == nil {
		t.Fatalf("at %s: %.500s", sent.at, sent.body)
	}
	link := s.post.link(t)
	scanner := s.visitor(t)
	for range 3 { // what opens every link in a message uses none up
		if p := scanner.get(link); p.status != 200 || !strings.Contains(p.body, `name="code"`) || p.header.Get("Referrer-Policy") != "no-referrer" || !strings.Contains(p.header.Get("Cache-Control"), "no-store") {
			t.Fatalf("a scanner sees %d %v", p.status, p.header)
		}
	}
	if p := scanner.follows(link); p.status != http.StatusUnprocessableEntity || scanner.session() != "" {
		t.Errorf("a stolen link: %d", p.status)
	}
	if p := amina.follows(link); p.status != 200 || p.at != "/fr/account/tokens" {
		t.Fatalf("she is led to %d %s", p.status, p.at)
	}
	if p := amina.follows(link); p.status != http.StatusGone || !strings.Contains(p.body, `name="address"`) {
		t.Errorf("a replayed link: %d", p.status)
	}
	first := amina.session()
	if p := amina.get("/signin?again=1"); p.status != 200 || p.at != "/signin?again=1" {
		t.Errorf("to prove it again: %d %s", p.status, p.at)
	}
	amina.enters("amina@example.org")
	if v, err := s.app.Session(t.Context(), first); err != nil || !v.Anonymous() || amina.session() == first {
		t.Errorf("the session before the sign-in goes on: %+v %v", v, err)
	}
	phone := s.visitor(t)
	sent = amina.post("/signin", "address", "amina@example.org")
	code = codeShown.FindStringSubmatch(sent.body)
	if p := phone.follows(s.post.link(t), "code", code[1]+" "+code[2]); p.at != "/account" || p.status != 200 {
		t.Errorf("on another device with the code: %d %s", p.status, p.at)
	}
	if p := phone.post("/signout"); p.at != "/" || phone.session() != "" {
		t.Errorf("signed out at %s, session %q", p.at, phone.session())
	}
	if p := phone.get("/account"); !strings.HasPrefix(p.at, "/signin") {
		t.Errorf("signed out, in at %s", p.at)
	}
}

func TestTheSessionsCookieIsHeldTight(t *testing.T) {
	i := newInstance(t, &ServeCmd{mail: &mailbox{}}, "https://stoa.example")
	amina := i.someone("amina")
	link, err := i.app.PrintLink(t.Context(), operating, string(amina.Person))
	if err != nil {
		t.Fatal(err)
	}
	_, secret, _ := strings.Cut(link, "?t=")
	w := i.ask("POST", "/signin/link", "", url.Values{"t": {secret}}.Encode(), "application/x-www-form-urlencoded")
	var cookie *http.Cookie
	for _, c := range w.Result().Cookies() {
		if c.Name == "__Host-stoa_session" {
			cookie = c
		}
	}
	if cookie == nil || !cookie.HttpOnly || !cookie.Secure || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || cookie.Domain != "" || cookie.MaxAge < 86400 {
		t.Fatalf("%v", w.Result().Cookies())
	}
	if w.Code != http.StatusSeeOther || !strings.Contains(w.Header().Get("Cache-Control"), "no-store") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestNobodyIsLedAwayOrTakesAForeignForm(t *testing.T) {
	s := serving(t, &ServeCmd{})
	for _, next := range []string{"https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "/signin/link?t=x", "/%0d%0aSet-Cookie:x"} {
		v := s.visitor(t)
		v.post("/signin", "address", "amina@example.org", "next", next)
		if p := v.follows(s.post.link(t)); !strings.HasPrefix(p.at, "/account") && !strings.HasPrefix(p.at, "/%0d") {
			t.Errorf("%q leads to %s", next, p.at)
		}
		s.now = s.now.Add(61 * 60 * 1e9) // links are limited by the hour
	}
	v := s.visitor(t)
	for what, kv := range map[string][]string{"an unknown field": {"address", "a@example.org", "admin", "1"}, "a repeated field": {"address", "a@example.org", "address", "b@example.org"}, "no address": {}, "no text": {"address", "\xff\xfe@example.org"}} {
		if p := v.post("/signin", kv...); p.status < 400 || p.status >= 500 {
			t.Errorf("%s: %d", what, p.status)
		}
	}
	for _, path := range []string{"/signin/link?t=", "/signin/link?t=%00", "/signin/link", "/signin/link?t=" + strings.Repeat("x", 5000), "/account/address?t=x"} {
		if p := v.get(path); p.status >= 500 || p.status == 404 {
			t.Errorf("%s: %d", path, p.status)
		}
	}
	r := httptest.NewRequest("POST", "/signin", strings.NewReader("address=a%40example.org"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("a form of another site: %d", w.Code)
	}
}

func TestAnIssuerVouches(t *testing.T) {
	issuer, err := mockoidc.NewServer(nil)
	if err != nil {
		t.Fatal(err)
	}
	var asked url.Values
	if err := issuer.AddMiddleware(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/authorize") {
				asked = r.URL.Query()
			}
			next.ServeHTTP(w, r)
		})
	}); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := issuer.Start(listener, nil); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = issuer.Shutdown() })
	c := issuer.Config()
	s := serving(t, &ServeCmd{SignInFlags: SignInFlags{OIDCIssuer: c.Issuer, OIDCClientID: c.ClientID, OIDCSecret: c.ClientSecret, OIDCName: "House ID"}})
	come := func(v *visitor, u *mockoidc.MockUser, path string) got {
		issuer.QueueUser(u)
		return v.get(path)
	}
	wei := &mockoidc.MockUser{Subject: "wei", Email: "wei@example.org", EmailVerified: true, PreferredUsername: "wei"}
	v := s.visitor(t)
	if p := v.get("/signin"); !strings.Contains(p.body, "House ID") {
		t.Error("the way in is not offered")
	}
	if p := come(v, wei, "/zh/signin/with/issuer"); p.status != 200 || p.at != "/zh/account" {
		t.Fatalf("%d %s: %.300s", p.status, p.at, p.body)
	}
	if asked.Get("code_challenge_method") != "S256" || asked.Get("nonce") == "" || asked.Get("state") == "" {
		t.Errorf("asked with %v", asked)
	}
	back := "/signin/from/issuer?state=" + url.QueryEscape(asked.Get("state")) + "&code=x"
	if p := v.get(back); p.status != http.StatusGone {
		t.Errorf("a replayed return: %d", p.status)
	}
	thief := s.visitor(t)
	if p := thief.get(back); p.status != http.StatusGone || thief.session() != "" {
		t.Errorf("a return in another browser: %d", p.status)
	}
	if p := come(s.visitor(t), &mockoidc.MockUser{Subject: "liar", Email: "liar@example.org"}, "/signin/with/issuer"); p.status != http.StatusGone || !strings.Contains(p.body, "verified") {
		t.Errorf("an address that is not verified: %d", p.status)
	}
	amina := s.visitor(t)
	amina.enters("amina@example.org")
	hers := &mockoidc.MockUser{Subject: "amina-there", Email: "amina@example.org", EmailVerified: true, PreferredUsername: "amina"}
	stranger := s.visitor(t)
	if p := come(stranger, hers, "/signin/with/issuer"); p.status != http.StatusGone || stranger.session() != "" {
		t.Errorf("an address that has an account is let in: %d", p.status)
	}
	if p := come(amina, hers, "/account/with/issuer"); p.at != "/account/signin?done=linked" {
		t.Fatalf("linked at %s: %.300s", p.at, p.body)
	}
	if p := come(stranger, hers, "/signin/with/issuer"); p.at != "/account" {
		t.Errorf("the linked way leads to %s", p.at)
	}
	issuer.QueueError(&mockoidc.ServerError{Code: 500, Error: mockoidc.InternalServerError})
	if p := s.visitor(t).get("/signin/with/issuer"); p.status < 400 {
		t.Errorf("an issuer in trouble: %d", p.status)
	}
}

func TestAnIssuerThatIsAwayIsSaid(t *testing.T) {
	s := serving(t, &ServeCmd{SignInFlags: SignInFlags{OIDCIssuer: "http://127.0.0.1:1", OIDCClientID: "stoa"}})
	if p := s.visitor(t).get("/signin/with/issuer"); p.status != http.StatusGone || !strings.Contains(p.body, "127.0.0.1:1 cannot be reached") {
		t.Errorf("%d %.300s", p.status, p.body)
	}
	if p := s.visitor(t).get("/signin/with/another"); p.status != http.StatusNotFound {
		t.Errorf("an unknown site: %d", p.status)
	}
}

// hub is as much of GitHub as signing in asks for.
func hub(t *testing.T, addresses *string) string {
	t.Helper()
	mux := http.NewServeMux()
	challenges := map[string]bool{}
	mux.HandleFunc("GET /login/oauth/authorize", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		challenges[q.Get("code_challenge")] = true
		http.Redirect(w, r, q.Get("redirect_uri")+"?code=c&state="+url.QueryEscape(q.Get("state")), http.StatusFound)
	})
	mux.HandleFunc("POST /login/oauth/access_token", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("code_verifier") == "" || len(challenges) == 0 {
			http.Error(w, "no proof", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"access_token": "t", "token_type": "bearer"})
	})
	mux.HandleFunc("GET /user", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer t" {
			http.Error(w, "who?", http.StatusUnauthorized)
			return
		}
		_, _ = fmt.Fprint(w, `{"id":7,"login":"kofi","name":"Kofi"}`)
	})
	mux.HandleFunc("GET /user/emails", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, *addresses) })
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv.URL
}

func TestGitHubVouchesForAVerifiedPrimaryAddressAlone(t *testing.T) {
	addresses := ""
	at := hub(t, &addresses)
	s := serving(t, &ServeCmd{SignInFlags: SignInFlags{GitHubID: "id", GitHubSecret: "secret", GitHubURL: at, GitHubAPI: at}})
	for _, bad := range []string{`[]`, `[{"email":"kofi@example.org","primary":true,"verified":false}]`, `[{"email":"kofi@example.org","primary":false,"verified":true}]`, `{{{`} {
		addresses = bad
		if p := s.visitor(t).get("/signin/with/github"); p.status != http.StatusGone {
			t.Errorf("%s: %d at %s", bad, p.status, p.at)
		}
	}
	addresses = `[{"email":"old@example.org","primary":false,"verified":true},{"email":"kofi@example.org","primary":true,"verified":true}]`
	v := s.visitor(t)
	if p := v.get("/signin/with/github"); p.status != 200 || p.at != "/account" {
		t.Fatalf("%d %s", p.status, p.at)
	}
	list, err := s.app.Find(t.Context(), operating, people.Search{Limit: 10})
	if err != nil || !slices.ContainsFunc(list, func(p people.Listed) bool { return p.Address == "kofi@example.org" && p.Name == "Kofi" }) {
		t.Errorf("%+v %v", list, err)
	}
}
