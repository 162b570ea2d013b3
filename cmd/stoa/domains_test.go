package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"stoa/internal/app/people"
	"stoa/internal/fence"
	"stoa/internal/good"
	"stoa/internal/testkit"
)

// hosts are what domains lead to in a test: a name server, and web servers on
// loopback that stand where https would be looked for.
type hosts struct {
	names *testkit.Names
	*prober
	scheme, port string
}

// Get looks at the server of the test instead of port 443.
func (h *hosts) Get(ctx context.Context, address string) ([]byte, error) {
	rest := strings.TrimPrefix(address, "https://")
	domain, path, _ := strings.Cut(rest, "/")
	return h.prober.Get(ctx, h.scheme+"://"+domain+":"+h.port+"/"+path)
}

// leads has every domain lead to a server.
func (h *hosts) leads(s *httptest.Server) {
	h.scheme, _, _ = strings.Cut(s.URL, ":")
	h.port = strconv.Itoa(s.Listener.Addr().(*net.TCPAddr).Port)
	n, _ := strconv.ParseUint(h.port, 10, 16)
	h.client = fence.New(fence.Policy{MaxBytes: maxProof, MaxTime: 2 * time.Second, UserAgent: "Stoa", Ports: []uint16{uint16(n)},
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Resolver: h.names.Resolver()})
}

// TestADomainIsProvedByWhoRunsItAlone asks real name and web servers for the
// proof of an organisation's domain: good ones, and those that lie, stall or
// say too much.
func TestADomainIsProvedByWhoRunsItAlone(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	ada, eve := i.someone("ada"), i.someone("eve")
	names := testkit.NameServer(t)
	h := &hosts{names: names, prober: &prober{Resolver: names.Resolver()}}
	i.app.Look = h
	said := func(s someone, domain string) string {
		t.Helper()
		d, err := i.app.AddDomain(t.Context(), s.Viewer, s.body.Slug, domain)
		if err != nil {
			t.Fatal(err)
		}
		return d.Proof
	}
	prove := func(s someone, domain, way string) error {
		return i.app.ProveDomain(t.Context(), s.Viewer, s.body.Slug, domain, way, "", "en")
	}
	proved := func(s someone, domain string) string {
		t.Helper()
		b, err := i.app.Body(t.Context(), s.Viewer, s.body.Slug)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range b.Domains {
			if d.Domain == domain && !d.Verified.IsZero() {
				return d.Way
			}
		}
		return ""
	}
	const named = "lab.example.org"
	proof, hers := said(ada, named), said(eve, named)

	// Names.
	for what, records := range map[string][]string{"_stoa." + named: {"v=spf1 -all", hers, proof + "x", "x" + proof, strings.ToUpper(proof)}, named: {proof}, "_stoa.example.org": {proof}} {
		names.SetText(what, records...)
	}
	if err := prove(ada, named, "dns"); keyOf(err) != "people.error.unfound" || proved(ada, named) != "" {
		t.Errorf("records of others prove it: %v", err)
	}
	names.SetText("_stoa."+named, "v=spf1 -all", proof)
	if err := prove(ada, named, "dns"); err != nil || proved(ada, named) != "dns" {
		t.Fatalf("%v, %q", err, proved(ada, named))
	}
	names.SetText("_stoa."+named, hers)
	if err := prove(eve, named, "dns"); keyOf(err) != "people.error.domain_taken" || proved(eve, named) != "" {
		t.Errorf("proved for two organisations: %v", err)
	}
	deaf, err := net.ListenPacket("udp", "127.0.0.1:0") // a name server that never answers
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	h.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", deaf.LocalAddr().String())
	}}
	said(ada, "deaf.example.org")
	short, stop := context.WithTimeout(t.Context(), time.Second)
	if err := i.app.ProveDomain(short, ada.Viewer, ada.body.Slug, "deaf.example.org", "dns", "", "en"); err == nil || proved(ada, "deaf.example.org") != "" {
		t.Errorf("silence proves: %v", err)
	}
	stop()
	h.Resolver = names.Resolver()
	testTheFile(t, h, func(domain string) string { return said(ada, domain) }, func(domain string) error { return prove(ada, domain, "file") }, func(domain string) string { return proved(ada, domain) })
}

// testTheFile has the proof looked for in a file, of servers of all kinds.
func testTheFile(t *testing.T, h *hosts, said func(string) string, prove func(string) error, proved func(string) string) {
	const domain = "web.example.org"
	proof := said(domain)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(proof)) }))
	defer elsewhere.Close()
	write := func(text string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) }
	}
	for what, answer := range map[string]http.HandlerFunc{
		"a longer word":        write(proof + "more"),
		"the proof of another": write("stoa-domain=00000000000000000000000000000000"),
		"a page not found": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusNotFound)
			_, _ = w.Write([]byte(proof))
		},
		"a redirect elsewhere":  func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) },
		"more than can be read": write(strings.Repeat("x ", 8<<10) + proof),
		"nothing at all": func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-time.After(5 * time.Second):
			}
		},
	} {
		s := httptest.NewServer(answer)
		h.leads(s)
		if err := prove(domain); keyOf(err) != "people.error.unfound" || proved(domain) != "" {
			t.Errorf("%s proves: %v", what, err)
		}
		s.CloseClientConnections()
		s.Close()
	}
	secret := httptest.NewTLSServer(write(proof)) // under a certificate that nobody vouches for
	defer secret.Close()
	h.leads(secret)
	if err := prove(domain); keyOf(err) != "people.error.unfound" || proved(domain) != "" {
		t.Errorf("a certificate of its own proves: %v", err)
	}
	asked := ""
	fine := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.Host + r.URL.Path
		_, _ = w.Write([]byte("# ours\n" + proof + "\n"))
	}))
	defer fine.Close()
	h.leads(fine)
	if err := prove(domain); err != nil || proved(domain) != "file" || asked != domain+":"+h.port+"/.well-known/stoa-domain.txt" {
		t.Errorf("%v, %q, asked for %s", err, proved(domain), asked)
	}
	private := newProber() // what the program really uses
	if _, err := private.Get(t.Context(), "https://127.0.0.1/.well-known/stoa-domain.txt"); err == nil || !strings.HasPrefix(keyOf(err), "error.fence.") {
		t.Errorf("it looks into the private network: %v", err)
	}
}

// TestADomainIsProvedByItsPostmaster has a link sent to a mailbox that only who
// runs a domain has; it counts for who asked alone, once.
func TestADomainIsProvedByItsPostmaster(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	ada, eve, post := i.someone("ada"), i.someone("eve"), &mailbox{}
	i.app.Mail = post
	if _, err := i.app.AddDomain(t.Context(), ada.Viewer, ada.body.Slug, "lab.example.org"); err != nil {
		t.Fatal(err)
	}
	ask := func(mailbox string) error {
		return i.app.ProveDomain(t.Context(), ada.Viewer, ada.body.Slug, "lab.example.org", "mail", mailbox, "en")
	}
	if err := ask("eve"); keyOf(err) != "people.error.mailbox" || len(post.letters) != 0 {
		t.Errorf("any mailbox will do: %v", err)
	}
	if err := ask("postmaster"); err != nil || len(post.letters) != 1 || post.letters[0].To != "postmaster@lab.example.org" {
		t.Fatalf("%v %+v", err, post.letters)
	}
	_, secret, _ := strings.Cut(post.letters[0].Link, "?t=")
	if err := i.app.ProveByMail(t.Context(), eve.Viewer, secret); keyOf(err) != "people.error.other" {
		t.Errorf("another uses it: %v", err)
	}
	if err := i.app.ProveByMail(t.Context(), ada.Viewer, secret+"x"); keyOf(err) != "people.error.link" {
		t.Errorf("a link made up: %v", err)
	}
	if err := i.app.ProveByMail(t.Context(), ada.Viewer, secret); err != nil {
		t.Fatal(err)
	}
	if err := i.app.ProveByMail(t.Context(), ada.Viewer, secret); keyOf(err) != "people.error.link" {
		t.Errorf("used twice: %v", err)
	}
	b, err := i.app.Body(t.Context(), ada.Viewer, ada.body.Slug)
	if err != nil || len(b.Domains) != 1 || b.Domains[0].Way != "mail" || b.Domains[0].Verified.IsZero() {
		t.Errorf("%+v %v", b.Domains, err)
	}
}

var _ people.Prober = (*hosts)(nil)

// keyOf is the key of an error that a person can act on.
func keyOf(err error) string {
	var e *good.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}
