package nominate_test

import (
	"slices"
	"testing"

	"stoa/internal/good"
	"stoa/internal/nominate"
)

func stated(source string, f good.Facts) good.Record { return good.Record{Source: source, Facts: f} }

func TestWhereAGoodCanBeClaimed(t *testing.T) {
	repo := []good.Link{{URL: "https://github.com/opencrvs/opencrvs-core.git"}}
	for name, c := range map[string]struct {
		records []good.Record
		want    []string // "method where"
	}{
		"a repository and a site": {[]good.Record{stated("dpga-v1", good.Facts{Website: "https://www.opencrvs.org/about", Repositories: repo})},
			[]string{"repository https://github.com/opencrvs/opencrvs-core", "file https://www.opencrvs.org/.well-known/stoa-claim.txt", "dns opencrvs.org", "email opencrvs.org"}},
		"a part of a repository": {[]good.Record{stated("x", good.Facts{Repositories: []good.Link{{URL: "https://github.com/a/b/tree/main/c"}, {URL: "https://gitlab.example.org/g/sub/p/-/tree/main"}}})},
			[]string{"repository https://github.com/a/b", "repository https://gitlab.example.org/g/sub/p"}},
		"a repository as website":      {[]good.Record{stated("x", good.Facts{Website: "https://github.com/a/b"})}, []string{"repository https://github.com/a/b"}},
		"an account is no repository":  {[]good.Record{stated("x", good.Facts{Repositories: []good.Link{{URL: "https://github.com/who"}}})}, nil},
		"a page on a crowded host":     {[]good.Record{stated("x", good.Facts{Website: "https://sites.google.com/view/mine"})}, nil},
		"a corner of another's domain": {[]good.Record{stated("x", good.Facts{Website: "https://who.github.io/p"})}, []string{"file https://who.github.io/.well-known/stoa-claim.txt"}},
		"under a ministry": {[]good.Record{stated("x", good.Facts{Website: "https://crvs.health.gov.rw/"})},
			[]string{"file https://crvs.health.gov.rw/.well-known/stoa-claim.txt", "dns health.gov.rw", "email health.gov.rw"}},
		"a nominator's word alone": {[]good.Record{stated(nominate.Source, good.Facts{Website: "https://a.org"})},
			[]string{"file https://a.org/.well-known/stoa-claim.txt", "dns a.org", "email a.org"}},
		"a nominator's word beside another's": {[]good.Record{stated(nominate.Source, good.Facts{Repositories: []good.Link{{URL: "https://github.com/thief/own"}}}), stated("dpga-v1", good.Facts{Repositories: repo})},
			[]string{"repository https://github.com/opencrvs/opencrvs-core"}},
		"inside our own network": {[]good.Record{stated("x", good.Facts{Website: "http://intranet/", Repositories: []good.Link{{URL: "http://10.0.0.1/a/b"}}})}, nil},
	} {
		var got []string
		for _, p := range nominate.Places(c.records) {
			got = append(got, string(p.Method)+" "+p.Where)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestAtDomain(t *testing.T) {
	for email, want := range map[string]bool{"a@opencrvs.org": true, "a@Mail.OpenCRVS.org": true, "a@notopencrvs.org": false, "a@opencrvs.org.evil.com": false, "opencrvs.org": true, "": false} {
		if got := nominate.AtDomain(email, "opencrvs.org"); got != want {
			t.Errorf("%q: %v", email, got)
		}
	}
}
