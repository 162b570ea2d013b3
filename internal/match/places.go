package match

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// manyTenants are hosts where an address says something of a good only
// together with its path.
var manyTenants = map[string]bool{
	"github.com": true, "gitlab.com": true, "bitbucket.org": true, "sourceforge.net": true, "huggingface.co": true,
	"codeberg.org": true, "drive.google.com": true, "docs.google.com": true, "sites.google.com": true, "play.google.com": true,
	"apps.apple.com": true, "youtube.com": true, "facebook.com": true, "twitter.com": true, "linkedin.com": true, "medium.com": true,
	"zenodo.org": true, "figshare.com": true, "kaggle.com": true, "readthedocs.io": true, "arcgis.com": true, "wikipedia.org": true,
}

// forges are hosts where the first two parts of a path are a repository, and
// what follows is within it.
var forges = map[string]bool{"github.com": true, "bitbucket.org": true, "codeberg.org": true}

// within a repository: what follows is a page or file of it.
var inside = []string{"/tree/", "/-/", "/blob/", "/src/", "/raw/", "/wiki", "/releases", "/issues", "/commits/", "/archive/"}

// scpLike is an address as git takes it: git@host:owner/name.
var scpLike = regexp.MustCompile(`^(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)+):([\w~.-]+/.+)$`)

// registries are where packages are published: by host, what comes before the
// package's name in a path.
var registries = map[string]struct {
	name   string
	before string
	parts  int // of the name
}{
	"npmjs.com": {"npm", "package/", 1}, "pypi.org": {"pypi", "project/", 1}, "crates.io": {"cargo", "crates/", 1}, "rubygems.org": {"gem", "gems/", 1},
	"packagist.org": {"composer", "packages/", 2}, "nuget.org": {"nuget", "packages/", 1}, "pkg.go.dev": {"golang", "", 3}, "hub.docker.com": {"docker", "r/", 2},
	"cran.r-project.org": {"cran", "package=", 1}, "play.google.com": {"android", "store/apps/details?id=", 1}, "f-droid.org": {"android", "packages/", 1},
}

// address is the key of an address: that of a package or a DOI where it is of
// one, else of the scheme that is given.
func address(link, scheme string) (string, string) {
	at := place(link)
	host, path, _ := strings.Cut(at, "/")
	switch host {
	case "doi.org", "dx.doi.org":
		if strings.HasPrefix(path, "10.") {
			return keyDOI, path
		}
	}
	if r, ok := registries[host]; ok {
		if _, is := languages[strings.Split(path, "/")[0]]; is {
			_, path, _ = strings.Cut(path, "/")
		}
		if _, name, ok := strings.Cut("/"+path, "/"+r.before); ok && name != "" {
			parts := strings.Split(name, "/")
			n := r.parts
			if strings.HasPrefix(name, "@") {
				n++
			}
			return keyPackage, r.name + "/" + strings.Join(parts[:min(n, len(parts))], "/")
		}
	}
	return scheme, at
}

// languages are the first parts of a path that only say in which language a
// page is.
var languages = map[string]struct{}{"en": {}, "fr": {}, "es": {}, "ru": {}, "ar": {}, "zh": {}, "pt": {}, "de": {}, "en-us": {}}

// place is the host and path of an address in one spelling, with the query
// where it tells pages apart, or "" where that names nothing of its own.
func place(address string) string {
	address = strings.TrimSpace(address)
	if m := scpLike.FindStringSubmatch(address); m != nil && !strings.Contains(address, "://") {
		address = "ssh://" + m[1] + "/" + m[2]
	}
	address = strings.TrimPrefix(address, "git+")
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	host := strings.TrimSuffix(strings.TrimPrefix(strings.ToLower(u.Hostname()), "www."), ".")
	path := strings.TrimSuffix(strings.Trim(strings.ToLower(strings.TrimSuffix(u.EscapedPath(), "/")), "/"), ".git")
	switch host {
	case "raw.githubusercontent.com":
		host = "github.com"
	case "api.github.com":
		host, path = "github.com", strings.TrimPrefix(path, "repos/")
	case "npmjs.org":
		host = "npmjs.com"
	case "dx.doi.org":
		host = "doi.org"
	}
	if forges[host] || host == "gitlab.com" {
		for _, tail := range inside {
			path, _, _ = strings.Cut(path, tail)
		}
	}
	if parts := strings.Split(path, "/"); forges[host] && len(parts) > 2 && !slices.Contains([]string{"orgs", "sponsors", "apps"}, parts[0]) {
		path = strings.Join(parts[:2], "/")
	}
	path = strings.TrimSuffix(strings.Trim(path, "/"), ".git")
	for _, page := range []string{"index.html", "index.php", "index.htm"} {
		path = strings.Trim(strings.TrimSuffix(path, page), "/")
	}
	if path == "" && manyTenants[host] {
		return ""
	}
	if q := u.Query(); q.Has("id") {
		path += "?id=" + strings.ToLower(q.Get("id"))
	}
	if path == "" {
		return host
	}
	return host + "/" + path
}

// tail is what a repository is called wherever it is kept: owner and name, or
// the name alone.
func tail(repository string) (ownerAndName, name string) {
	parts := strings.Split(repository, "/")
	if len(parts) < 3 {
		return "", ""
	}
	return strings.Join(parts[len(parts)-2:], "/"), parts[len(parts)-1]
}

// hostOf is the host of a place, without what only says that it is on the web,
// or "" where many have theirs.
func hostOf(place string) string {
	host, _, _ := strings.Cut(place, "/")
	if manyTenants[host] || strings.HasSuffix(host, ".google.com") {
		return ""
	}
	return host
}
