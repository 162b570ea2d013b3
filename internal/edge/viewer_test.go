package edge

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"stoa/internal/access"
	"stoa/internal/good"
)

// oneOfEach knows one session, one token, and how to fail.
type oneOfEach struct{}

// Session implements Identity.
func (oneOfEach) Session(_ context.Context, secret string) (Viewer, error) {
	switch secret {
	case "hers":
		return Viewer{Who: access.Who{Person: "p"}, Name: "Amina", Session: "s"}, nil
	case "broken":
		return Viewer{}, errors.New("the database is away")
	}
	return Viewer{}, nil
}

// Token implements Identity.
func (oneOfEach) Token(_ context.Context, secret string) (Viewer, error) {
	if secret == "hers" {
		return Viewer{Who: access.Who{Person: "p", Scopes: []string{"read"}}}, nil
	}
	return Viewer{}, nil
}

func TestWhoAsksIsFoundOut(t *testing.T) {
	for _, c := range []struct {
		what, method, cookie, authorization, site string
		https                                     bool
		status                                    int
		person                                    good.ID
	}{
		{what: "nobody", status: 200},
		{what: "a session", cookie: "stoa_session=hers", status: 200, person: "p"},
		{what: "a session over https", https: true, cookie: "__Host-stoa_session=hers", status: 200, person: "p"},
		{what: "a session that a neighbour of the host may have set", https: true, cookie: "stoa_session=hers", status: 200},
		{what: "a session that has ended", cookie: "stoa_session=old", status: 200},
		{what: "a token", authorization: "Bearer hers", status: 200, person: "p"},
		{what: "a token in other words", authorization: "bearer hers", status: 200, person: "p"},
		{what: "a token that is none", authorization: "Bearer theirs", status: 401},
		{what: "a password", authorization: "Basic aGVyczpoZXJz", status: 401},
		{what: "a token that is none beside a session", cookie: "stoa_session=hers", authorization: "Bearer theirs", status: 401},
		{what: "a form of ours", method: "POST", cookie: "stoa_session=hers", site: "same-origin", status: 200, person: "p"},
		{what: "a form of another site", method: "POST", cookie: "stoa_session=hers", site: "cross-site", status: 403},
		{what: "a form of a neighbour", method: "POST", cookie: "stoa_session=hers", site: "same-site", status: 403},
		{what: "a link on another site", cookie: "stoa_session=hers", site: "cross-site", status: 200, person: "p"},
		{what: "a program with a token on another site", method: "POST", authorization: "Bearer hers", site: "cross-site", status: 200, person: "p"},
		{what: "no way to tell", cookie: "stoa_session=broken", status: 503},
	} {
		var seen *Viewer
		var reason string
		deny := func(w http.ResponseWriter, _ *http.Request, status int, e *good.Error) {
			reason = e.Key
			w.WriteHeader(status)
		}
		h := Identify(oneOfEach{}, c.https, deny)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen = ViewerOf(r)
			_, _ = io.WriteString(w, "in")
		}))
		if c.method == "" {
			c.method = "GET"
		}
		r := httptest.NewRequest(c.method, "/", nil)
		for name, value := range map[string]string{"Cookie": c.cookie, "Authorization": c.authorization, "Sec-Fetch-Site": c.site} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status || (w.Code != 200) != (reason != "") {
			t.Errorf("%s: status %d (%s), want %d", c.what, w.Code, reason, c.status)
		}
		if (seen != nil) != (c.person != "") || seen != nil && seen.Person != c.person {
			t.Errorf("%s: seen as %+v", c.what, seen)
		}
		if c.status == 401 && w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s: nothing says how to authenticate", c.what)
		}
	}
}
