package target

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"stoa/internal/check"
	"stoa/internal/vocab"
)

// maker is whose software a forge runs.
type maker string

const (
	github    maker = "github"
	gitlab    maker = "gitlab"
	forgejo   maker = "forgejo" // and Gitea, which it comes from
	bitbucket maker = "bitbucket"
	unknown   maker = ""
)

// forges are hosts known by name; others are known by their names' parts, or
// tried one way after the other.
var forges = map[string]maker{"github.com": github, "gitlab.com": gitlab, "codeberg.org": forgejo, "gitea.com": forgejo, "bitbucket.org": bitbucket,
	"salsa.debian.org": gitlab, "framagit.org": gitlab, "invent.kde.org": gitlab, "opencode.de": gitlab, "gitlab.opencode.de": gitlab}

// place is a repository by its address.
type place struct {
	scheme, host, path string // path without slashes at its ends, and without ".git"
	maker              maker
	known              bool // the address is of a repository, or of nothing
}

// repository is the repository that an address may be of, or nil where it is
// surely another thing.
func repository(u *url.URL) *place {
	p := &place{scheme: u.Scheme, host: strings.ToLower(u.Host), maker: forges[strings.ToLower(strings.TrimPrefix(u.Host, "www."))]}
	if p.maker == unknown {
		for part, m := range map[string]maker{"gitlab": gitlab, "gitea": forgejo, "forgejo": forgejo, "codeberg": forgejo} {
			if slices.Contains(strings.Split(u.Hostname(), "."), part) {
				p.maker = m
			}
		}
	}
	full := strings.Trim(u.Path, "/")
	if named := strings.HasSuffix(full, ".git"); named {
		p.path, p.known = strings.TrimSuffix(full, ".git"), true
		return p
	}
	if full == "" || u.RawQuery != "" || data(full) {
		return nil
	}
	parts := strings.Split(full, "/")
	switch p.maker {
	case gitlab: // groups lie within groups; what is no part of the name follows "-"
		if before, rest, ok := strings.Cut(full, "/-/"); ok {
			full, parts = before, strings.Split(before, "/")
			if strings.HasPrefix(rest, "archive/") || strings.HasPrefix(rest, "raw/") {
				return nil
			}
		}
	case github, forgejo, bitbucket:
		if len(parts) > 2 && slices.Contains([]string{"archive", "raw", "releases", "get", "downloads", "zipball", "tarball"}, parts[2]) && len(parts) > 3 {
			return nil
		}
		parts = parts[:min(len(parts), 2)]
	}
	if len(parts) < 2 && p.maker != unknown {
		return nil // a person or a group
	}
	p.path = strings.Join(parts, "/")
	p.known = p.maker != unknown && forges[p.host] != unknown
	return p
}

// data says whether an address ends as those of documents and archives do.
func data(path string) bool {
	path = strings.ToLower(path)
	for _, end := range []string{".json", ".jsonld", ".yaml", ".yml", ".csv", ".tsv", ".parquet", ".md", ".html", ".htm", ".xml", ".rdf", ".ttl", ".zip", ".tar", ".tar.gz", ".tgz", ".gz", ".txt", ".xlsx", ".pdf", ".geojson", ".gpkg"} {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return false
}

func (p *place) address() string { return p.scheme + "://" + p.host + "/" + p.path }

// git is where git is spoken.
func (p *place) git() string { return p.address() + ".git" }

// archives are the addresses of a commit's files in one archive, by who may run
// the forge.
func (p *place) archives(commit string) []string {
	base := p.address()
	last := p.path[strings.LastIndex(p.path, "/")+1:]
	plain, dashed, got := base+"/archive/"+commit+".tar.gz", base+"/-/archive/"+commit+"/"+last+"-"+commit+".tar.gz", base+"/get/"+commit+".tar.gz"
	switch p.maker {
	case github, forgejo:
		return []string{plain}
	case gitlab:
		return []string{dashed}
	case bitbucket:
		return []string{got}
	}
	return []string{plain, dashed}
}

// said is what the forge says of the repository in few words, without releases.
func (r *reach) said(p *place) *check.Forge {
	brief := *r
	brief.brief = true
	return brief.forge(p)
}

// forge asks the forge what it says of the repository; nil where it says
// nothing, be it that it was asked too often.
func (r *reach) forge(p *place) *check.Forge {
	var f *check.Forge
	switch p.maker {
	case github:
		f = r.github(p)
	case gitlab:
		f = r.gitlab(p)
	case bitbucket:
		f = r.bitbucket(p)
	case forgejo:
		f = r.forgejo(p)
	default:
		if f = r.forgejo(p); f == nil {
			f = r.gitlab(p)
		}
	}
	return f
}

// mostFacts is how much is read of what a forge says.
const mostFacts = 4 << 20

// facts reads one document of a forge's API into v.
func (r *reach) facts(address string, v any) bool {
	res, err := r.get(address, "application/json")
	if err != nil {
		return false
	}
	text, err := r.small(res, mostFacts)
	return err == nil && json.Unmarshal(text, v) == nil
}

// release is a release as the APIs of GitHub and Forgejo describe it.
type release struct {
	Tag       string    `json:"tag_name"`
	Published time.Time `json:"published_at"`
	At        time.Time `json:"released_at"` // GitLab's
	Draft     bool      `json:"draft"`
}

func releases(list []release) []check.Tag {
	var out []check.Tag
	for _, one := range list {
		at := one.Published
		if at.IsZero() {
			at = one.At
		}
		if !one.Draft && len(out) < mostTags {
			out = append(out, check.Tag{Name: shown(one.Tag), At: at.UTC()})
		}
	}
	return out
}

// text is a stranger's line, of a length that fits a report.
func text(s string) string {
	s = shown(s)
	if r := []rune(s); len(r) > 2000 {
		return string(r[:2000])
	}
	return s
}

// licence is a forge's guess as an SPDX identifier, or as it is.
func licence(guess string) string {
	if id, ok := vocab.FindLicence(guess); ok {
		return id
	}
	return text(guess)
}

// repositoryOf asks the API of GitHub, of Forgejo, or of Bitbucket, which
// describe a repository in nearly the same words; list is where the releases
// are to be had, "" for nowhere.
func (r *reach) repositoryOf(p *place, api, list string) *check.Forge {
	var v struct {
		Full        string   `json:"full_name"`
		Description string   `json:"description"`
		Homepage    string   `json:"homepage"`
		Website     string   `json:"website"`
		Topics      []string `json:"topics"`
		Archived    bool     `json:"archived"`
		Stars       int      `json:"stargazers_count"`
		StarsCount  int      `json:"stars_count"`
		Licence     *struct {
			SPDX string `json:"spdx_id"`
		} `json:"license"`
		Licences []string `json:"licenses"`
	}
	if !r.facts(api, &v) || v.Full == "" {
		return nil
	}
	f := &check.Forge{Description: text(v.Description), Homepage: text(cmp.Or(v.Homepage, v.Website)), Topics: v.Topics, Archived: v.Archived, Stars: max(v.Stars, v.StarsCount)}
	if v.Licence != nil && v.Licence.SPDX != "NOASSERTION" {
		f.Licence = licence(v.Licence.SPDX)
	} else if len(v.Licences) == 1 {
		f.Licence = licence(v.Licences[0])
	}
	if !strings.EqualFold(v.Full, p.path) {
		f.Moved = p.scheme + "://" + p.host + "/" + text(v.Full)
	}
	var found []release
	if list != "" && !r.brief && r.facts(api+list, &found) {
		f.Releases = releases(found)
	}
	return f
}

func (r *reach) github(p *place) *check.Forge {
	return r.repositoryOf(p, "https://api.github.com/repos/"+p.path, "/releases?per_page=30")
}

func (r *reach) forgejo(p *place) *check.Forge {
	return r.repositoryOf(p, p.scheme+"://"+p.host+"/api/v1/repos/"+p.path, "/releases?limit=30")
}

func (r *reach) bitbucket(p *place) *check.Forge {
	return r.repositoryOf(p, "https://api.bitbucket.org/2.0/repositories/"+p.path, "")
}

func (r *reach) gitlab(p *place) *check.Forge {
	var v struct {
		Full        string   `json:"path_with_namespace"`
		Description string   `json:"description"`
		Topics      []string `json:"topics"`
		Archived    bool     `json:"archived"`
		Stars       int      `json:"star_count"`
		Licence     *struct {
			Key string `json:"key"`
		} `json:"license"`
	}
	base := p.scheme + "://" + p.host + "/api/v4/projects/" + url.PathEscape(p.path)
	if !r.facts(base+"?license=true", &v) || v.Full == "" {
		return nil
	}
	f := &check.Forge{Description: text(v.Description), Topics: v.Topics, Archived: v.Archived, Stars: v.Stars}
	if v.Licence != nil {
		f.Licence = licence(v.Licence.Key)
	}
	if !strings.EqualFold(v.Full, p.path) {
		f.Moved = p.scheme + "://" + p.host + "/" + text(v.Full)
	}
	var list []release
	if !r.brief && r.facts(base+"/releases?per_page=30", &list) {
		f.Releases = releases(list)
	}
	return f
}
