package recipe

import (
	"net"
	"net/url"
	"regexp"
	"strings"
)

// oci begins the address of what is no image and lies in a registry of images.
const oci = "oci://"

// Image is where an image lies in a registry.
type Image struct {
	Host string // of the registry, with its port
	Repo string
	Ref  string // a tag or digest; "" where any will do
}

// repoPart is one part of the name of an image.
const repoPart = `[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*`

var (
	repoForm = regexp.MustCompile(`^` + repoPart + `(?:/` + repoPart + `)*$`)
	refForm  = regexp.MustCompile(`^(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|[a-z0-9]+:[0-9a-f]{32,128})$`)
	hostForm = regexp.MustCompile(`^(?:[a-zA-Z0-9-]+\.)*[a-zA-Z0-9-]+(?::[0-9]{1,5})?$`)
)

// ParseImage reads the address of an image as container tools take it,
// registry.example.org/team/name:tag; the registry must be named. Where it
// names no tag, the version is the tag. False where it is none.
func ParseImage(address, version string) (Image, bool) {
	rest, free := strings.CutPrefix(strings.TrimSpace(address), oci)
	host, rest, ok := strings.Cut(rest, "/")
	if !ok || !hostForm.MatchString(host) || !strings.ContainsAny(host, ".:") && host != "localhost" {
		return Image{}, false
	}
	i := Image{Host: strings.ToLower(host)}
	if repo, digest, ok := strings.Cut(rest, "@"); ok {
		rest, i.Ref = repo, digest
	}
	if repo, tag, ok := strings.Cut(rest, ":"); ok {
		if rest = repo; i.Ref == "" {
			i.Ref = tag
		}
	}
	switch i.Repo = rest; {
	case i.Ref != "":
	case version != "":
		i.Ref = strings.ReplaceAll(version, "+", "_") // no tag has a plus
	case !free:
		i.Ref = "latest"
	}
	if i.Host == "docker.io" && !strings.Contains(i.Repo, "/") {
		i.Repo = "library/" + i.Repo
	}
	return i, len(i.Repo) <= 255 && repoForm.MatchString(i.Repo) && (i.Ref == "" || refForm.MatchString(i.Ref))
}

// hub is the registry behind the name that the best-known one goes by.
const hub = "registry-1.docker.io"

// Base is the address of its registry. As container tools have it, one on the
// same machine speaks without a certificate.
func (i Image) Base() string {
	host := i.Host
	if host == "docker.io" {
		host = hub
	}
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	if ip := net.ParseIP(name); name == "localhost" || ip != nil && ip.IsLoopback() {
		return "http://" + host
	}
	return "https://" + host
}

// Host is the host that is asked for a recipe; "" for none.
func (r *Recipe) Host() string {
	if r.Stored() {
		i, _ := ParseImage(r.Address, r.Version)
		return i.Host
	}
	u, err := url.Parse(r.Address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}
