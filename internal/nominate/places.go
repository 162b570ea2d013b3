package nominate

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"

	"stoa/internal/good"
)

// Method is a way to prove that a good is one's own.
type Method string

// The methods, in the order they are offered. Invited is no proof: an owner
// vouches.
const (
	ByRepository Method = "repository" // a file in the repository, or a tag
	ByFile       Method = "file"       // a file under /.well-known/ of the website
	ByDNS        Method = "dns"        // a TXT record
	ByEmail      Method = "email"      // a confirmed address at the domain
	Invited      Method = "invited"
)

// Names under which a proof is looked for.
const (
	FileName  = "stoa-claim.txt"
	RefPrefix = "stoa-claim-"  // of a tag or branch; the token follows
	TXTPrefix = "stoa-claim="  // of a record's value; the token follows
	TXTLabel  = "_stoa-claim." // before the domain; the domain itself will do, too
)

// Place is where the proof for one method may lie.
type Place struct {
	Method Method
	Where  string   // as people say it: an address or a domain
	Look   []string // addresses or names to look at, in this order
	Refs   string   // address of the repository's list of tags and branches
}

// Places lists where the owner of a good may prove it, from what its sources
// state. A nominator's word about where a good lives counts only where nobody
// else says it: else whoever nominates a good could claim it from a place of
// their own.
func Places(records []good.Record) []Place {
	trusted := slices.DeleteFunc(slices.Clone(records), func(r good.Record) bool { return r.Source == Source })
	if len(trusted) == 0 {
		trusted = records
	}
	var out []Place
	add := func(p Place) {
		if !slices.ContainsFunc(out, func(o Place) bool { return o.Method == p.Method && o.Where == p.Where }) && len(out) < mostPlaces {
			out = append(out, p)
		}
	}
	for _, r := range trusted {
		for _, l := range r.Facts.Repositories {
			if p, ok := repository(l.URL); ok {
				add(p)
			}
		}
	}
	for _, r := range trusted {
		host := hostOf(r.Facts.Website)
		if p, ok := repository(r.Facts.Website); ok && slices.Contains(forges, host) {
			add(p)
			continue
		}
		if host == "" || !publicHost(r.Facts.Website) || isCrowded(host) {
			continue
		}
		u, _ := url.Parse(r.Facts.Website) // parsed by hostOf
		add(Place{Method: ByFile, Where: u.Scheme + "://" + u.Host + "/.well-known/" + FileName, Look: []string{u.Scheme + "://" + u.Host + "/.well-known/" + FileName}})
		domain, err := publicsuffix.EffectiveTLDPlusOne(host)
		if suffix, _ := publicsuffix.PublicSuffix(host); err != nil || suffix == host || !icann(host) {
			continue // a corner of somebody else's domain
		}
		add(Place{Method: ByDNS, Where: domain, Look: []string{TXTLabel + domain, domain, TXTLabel + host, host}})
		add(Place{Method: ByEmail, Where: domain})
	}
	return out
}

// mostPlaces bounds what one look may fetch.
const mostPlaces = 12

func icann(host string) bool {
	_, is := publicsuffix.PublicSuffix(host)
	return is
}

func isCrowded(host string) bool {
	return slices.ContainsFunc(append(crowded, "sites.google.com", "docs.google.com", "drive.google.com", "play.google.com", "apps.apple.com", "zenodo.org", "figshare.com",
		"kaggle.com", "arcgis.com", "notion.site", "readthedocs.io"), func(c string) bool { return host == c })
}

// repository is where a repository's file and tags are. Forges show a file of
// the default branch under one of three paths.
func repository(link string) (Place, bool) {
	u, err := url.Parse(link)
	if err != nil || !good.WebAddress(link) || !publicHost(link) {
		return Place{}, false
	}
	path := strings.Trim(u.EscapedPath(), "/")
	for _, tail := range []string{"/-/", "/tree/", "/blob/", "/src/", "/raw/"} {
		path, _, _ = strings.Cut(path, tail)
	}
	path = strings.TrimSuffix(path, ".git")
	if slices.Contains([]string{"github.com", "bitbucket.org", "codeberg.org"}, hostOf(link)) {
		if parts := strings.Split(path, "/"); len(parts) > 2 {
			path = strings.Join(parts[:2], "/")
		}
	}
	if !strings.Contains(path, "/") && slices.Contains(forges, hostOf(link)) || path == "" {
		return Place{}, false // somebody's account, no repository
	}
	at := u.Scheme + "://" + u.Host + "/" + path
	return Place{Method: ByRepository, Where: at, Refs: at + ".git/info/refs?service=git-upload-pack",
		Look: []string{at + "/raw/HEAD/" + FileName, at + "/-/raw/HEAD/" + FileName, at + "/plain/" + FileName}}, true
}

// AtDomain says whether an e-mail address is one at a domain or below it.
func AtDomain(email, domain string) bool {
	at := strings.ToLower(email[strings.LastIndexByte(email, '@')+1:])
	return at == domain || strings.HasSuffix(at, "."+domain)
}
