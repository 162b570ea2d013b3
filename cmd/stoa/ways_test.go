package main

import (
	"net/http"
	"strings"
	"testing"
)

// TestPeopleFindTheirWay asks pages for the links without which nobody would
// find what else there is: how to nominate, to claim and to apply, one's own
// applications, and every page of one's account.
func TestPeopleFindTheirWay(t *testing.T) {
	i := newInstance(t, &ServeCmd{}, "http://stoa.example")
	s := i.someone("amina")
	reads := func(path, cookie string, links ...string) {
		t.Helper()
		w := i.ask(http.MethodGet, path, cookie, "", "")
		for _, link := range links {
			if !strings.Contains(w.Body.String(), `href="`+link+`"`) {
				t.Errorf("%s does not lead to %s: %d", path, link, w.Code)
			}
		}
		if cookie != "" && strings.Count(w.Body.String(), `rel="stylesheet"`) != 2 {
			t.Errorf("%s goes without the style of working pages", path)
		}
	}
	reads("/fr/", "", "/fr/nominate", "/fr/apply/new")
	reads("/goods?q=nothing-like-it", "", "/nominate")
	reads("/apply", s.cookie, "/apply/"+string(s.applied), "/apply/new")
	every := []string{"/account", "/account/notifications", "/account/signin", "/account/tokens", "/account/organisations", "/account/webhooks", "/account/data"}
	for _, path := range every {
		reads(path, s.cookie, every...)
	}
}
