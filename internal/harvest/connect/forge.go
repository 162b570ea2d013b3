package connect

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"stoa/internal/good"
	"stoa/internal/harvest"
)

// The kinds of place where code lives. Each lists the repositories of an
// organisation, those on a topic, or those that the source names; each
// repository is described by the files in it that do so, and by the forge.
var (
	githubKind  = forgeKind("github", githubAPI)
	gitlabKind  = forgeKind("gitlab", gitlabAPI)
	forgejoKind = forgeKind("forgejo", forgejoAPI)
)

func forgeKind(name string, api func(site *url.URL) forgeAPI) Kind {
	return Kind{Name: name, Options: []Option{{Name: "topic"}, {Name: "repositories", Long: true}, {Name: "take", Words: []string{"described", "all"}}, {Name: "owner"}},
		Source: good.Source{Priority: 41}, open: func(cfg Config, client *Client) (Connector, error) { return openForge(cfg, client, api) }}
}

// forgeAPI are the addresses of a forge's API.
type forgeAPI struct {
	lists   []string // of an organisation's or a person's repositories, with %s for its name; the first that is there
	topic   string   // of the repositories on a topic, with %s
	one     string   // of one repository, with %s for its path
	file    func(r *repo, name string) string
	escaped bool // names are one part of an address: "group%2Fproject"
}

func githubAPI(site *url.URL) forgeAPI {
	api, raw := site.Scheme+"://"+site.Host+"/api/v3", ""
	if site.Host == "github.com" {
		api, raw = "https://api.github.com", "https://raw.githubusercontent.com"
	}
	return forgeAPI{lists: []string{api + "/orgs/%s/repos?type=public&per_page=100", api + "/users/%s/repos?per_page=100"},
		topic: api + "/search/repositories?q=topic:%s&per_page=100", one: api + "/repos/%s",
		file: func(r *repo, name string) string {
			if raw != "" { // which does not count as asking the API
				return raw + "/" + r.path() + "/HEAD/" + name
			}
			return site.Scheme + "://" + site.Host + "/" + r.path() + "/raw/HEAD/" + name
		}}
}

func gitlabAPI(site *url.URL) forgeAPI {
	api := site.Scheme + "://" + site.Host + "/api/v4"
	return forgeAPI{escaped: true, lists: []string{api + "/groups/%s/projects?include_subgroups=true&order_by=id&sort=asc&per_page=100", api + "/users/%s/projects?order_by=id&sort=asc&per_page=100"},
		topic: api + "/projects?topic=%s&order_by=id&sort=asc&per_page=100", one: api + "/projects/%s?license=true",
		file: func(r *repo, name string) string {
			return api + "/projects/" + strconv.FormatInt(r.ID, 10) + "/repository/files/" + url.PathEscape(name) + "/raw?ref=HEAD"
		}}
}

func forgejoAPI(site *url.URL) forgeAPI {
	api := site.Scheme + "://" + site.Host + "/api/v1"
	return forgeAPI{lists: []string{api + "/orgs/%s/repos?limit=50", api + "/users/%s/repos?limit=50"},
		topic: api + "/repos/search?q=%s&topic=true&limit=50", one: api + "/repos/%s",
		file: func(r *repo, name string) string { return api + "/repos/" + r.path() + "/raw/" + name }}
}

// repo is a repository as the forges describe it, each in some of these words.
type repo struct {
	ID          int64           `json:"id"`
	FullName    string          `json:"full_name,omitempty"`
	FullPath    string          `json:"path_with_namespace,omitempty"`
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Page        string          `json:"html_url,omitempty"`
	WebURL      string          `json:"web_url,omitempty"`
	Homepage    string          `json:"homepage,omitempty"`
	Website     string          `json:"website,omitempty"`
	Topics      []string        `json:"topics,omitempty"`
	Archived    bool            `json:"archived,omitempty"`
	Fork        bool            `json:"fork,omitempty"`
	ForkedFrom  json.RawMessage `json:"forked_from_project,omitempty"`
	Private     bool            `json:"private,omitempty"`
	Visibility  string          `json:"visibility,omitempty"`
	Licence     *struct {
		SPDX string `json:"spdx_id,omitempty"`
		Key  string `json:"key,omitempty"`
	} `json:"license,omitempty"`
	Licences []string `json:"licenses,omitempty"`
	Updated  string   `json:"updated_at,omitempty"`
	Pushed   string   `json:"pushed_at,omitempty"`
	Active   string   `json:"last_activity_at,omitempty"`

	former string // the address under which it was asked for, where it has another one
}

func (r *repo) path() string    { return cmp.Or(r.FullName, r.FullPath) }
func (r *repo) address() string { return cmp.Or(r.Page, r.WebURL) }
func (r *repo) forked() bool {
	return r.Fork || len(r.ForkedFrom) > 0 && string(r.ForkedFrom) != "null"
}
func (r *repo) open() bool { return !r.Private && (r.Visibility == "" || r.Visibility == "public") }

func (r *repo) licence() string {
	if len(r.Licences) == 1 {
		return r.Licences[0]
	}
	if r.Licence != nil {
		return cmp.Or(r.Licence.SPDX, r.Licence.Key)
	}
	return ""
}

type forge struct {
	cfg    Config
	client *Client
	api    forgeAPI
	site   string
	owner  string // whose repositories: the path of the address
	topic  string
	named  []string // paths of repositories that the source names
	all    bool     // those that describe themselves in no file are taken, too
}

func openForge(cfg Config, client *Client, api func(*url.URL) forgeAPI) (Connector, error) {
	u, err := url.Parse(cfg.Address)
	if err != nil {
		return nil, wrong("address", "harvest.error.address", map[string]any{"Value": cfg.Address})
	}
	u.Host = strings.TrimPrefix(strings.ToLower(u.Host), "www.")
	f := &forge{cfg: cfg, client: client, api: api(u), site: u.Scheme + "://" + u.Host, topic: strings.TrimSpace(cfg.Options["topic"])}
	f.whose(strings.Trim(u.Path, "/"))
	f.all = cfg.Options["take"] == "all"
	for line := range strings.Lines(cfg.Options["repositories"]) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		path := strings.TrimSuffix(strings.Trim(strings.TrimPrefix(line, f.site), "/"), ".git")
		if !strings.Contains(path, "/") && f.owner != "" {
			path = f.owner + "/" + path
		}
		if strings.Contains(path, "://") || !strings.Contains(path, "/") || strings.ContainsAny(path, "?#% ") || strings.Contains(path, "..") {
			return nil, wrong("repositories", "harvest.error.value", map[string]any{"Option": "repositories", "Value": line})
		}
		f.named = append(f.named, path)
	}
	if f.owner == "" && f.topic == "" && f.named == nil {
		return nil, wrong("address", "harvest.error.whose", map[string]any{"Value": cfg.Address})
	}
	return &shelf{list: f.list, read: f.read, all: f.all || f.named != nil}, nil
}

// whose finds out of an address whose repositories to read, however the forge's
// own pages write it: "orgs/water/repositories", "groups/water/-/activity",
// "water", "water/wells".
func (f *forge) whose(path string) {
	path, _, _ = strings.Cut(path, "/-/")
	for _, word := range []string{"orgs/", "groups/", "users/"} {
		if rest, ok := strings.CutPrefix(path, word); ok {
			f.owner, _, _ = strings.Cut(rest, "/")
			if f.api.escaped {
				f.owner = rest
			}
			return
		}
	}
	if f.owner = path; f.api.escaped {
		return
	}
	if owner, _, ok := strings.Cut(path, "/"); ok {
		f.owner, f.named = owner, []string{strings.TrimSuffix(path, ".git")}
	}
}

// name is a name as it stands in an address.
func (f *forge) name(s string) string {
	if f.api.escaped {
		return url.PathEscape(s)
	}
	parts := strings.Split(s, "/")
	for i := range parts {
		parts[i] = url.PathEscape(parts[i])
	}
	return strings.Join(parts, "/")
}

// list lists the repositories of the source.
func (f *forge) list(ctx context.Context, from State) (*listing, error) {
	l := &listing{tags: from.Tags}
	switch {
	case f.named != nil:
		return l, f.listNamed(ctx, l)
	case f.owner == "":
		return l, f.walk(ctx, fmt.Sprintf(f.api.topic, url.QueryEscape(f.topic)), "", l, from)
	}
	for i, pattern := range f.api.lists {
		err := f.walk(ctx, fmt.Sprintf(pattern, f.name(f.owner)), f.topic, l, from)
		if !errors.Is(err, errNothingThere) {
			return l, err
		}
		if i == len(f.api.lists)-1 {
			return nil, broke("harvest.error.not-the-api", f.cfg.Address, nil)
		}
	}
	return l, nil
}

var errNothingThere = errors.New("there is no such list")

// walk reads a list page by page, along the links to the next one.
func (f *forge) walk(ctx context.Context, first, topic string, l *listing, from State) error {
	seen := map[int64]bool{}
	asked := map[string]bool{}
	for address := first; address != ""; {
		if asked[address] || len(asked) > shelfPages || len(l.entries) > shelfMost {
			return broke("harvest.error.circles", address, nil)
		}
		asked[address] = true
		ask := Ask{Accept: "application/json"}
		if address == first && from.Cursor == "" {
			ask.Tag = from.Tags[first]
		}
		a, err := f.client.Get(ctx, address, ask)
		switch {
		case err != nil:
			return err
		case a.Same():
			l.unchanged = true
			return nil
		case a.Gone() && address == first:
			return errNothingThere
		}
		records, partial, ok := recordsOf(a.Body)
		if !ok {
			return broke("harvest.error.not-the-api", address, nil)
		}
		l.partial = l.partial || partial
		for i, raw := range records {
			f.put(l, seen, raw, topic, strconv.Itoa(len(l.entries)+i+1))
		}
		next := a.Next()
		if address == first {
			l.tags = from.Tag(first, "")
			if next == "" {
				l.tags = from.Tag(first, a.Tag)
			}
		}
		if next != "" && !sameSite(next, first) {
			return broke("harvest.error.cursor", address, nil)
		}
		address = next
	}
	return nil
}

func sameSite(a, b string) bool {
	u, errA := url.Parse(a)
	v, errB := url.Parse(b)
	return errA == nil && errB == nil && strings.EqualFold(u.Host, v.Host) && u.Scheme == v.Scheme
}

// recordsOf are the repositories of an answer: a list, or what a search found.
func recordsOf(body []byte) (records []json.RawMessage, partial, ok bool) {
	if json.Unmarshal(body, &records) == nil {
		return records, false, true
	}
	var found struct {
		Total      int               `json:"total_count"`
		Incomplete bool              `json:"incomplete_results"`
		Items      []json.RawMessage `json:"items"`
		Data       []json.RawMessage `json:"data"`
	}
	if json.Unmarshal(body, &found) != nil || found.Items == nil && found.Data == nil {
		return nil, false, false
	}
	// a search of GitHub's gives the first thousand and no more
	return append(found.Items, found.Data...), found.Incomplete || found.Total > 1000, true
}

// put puts a repository on the list, if it is one to be taken.
func (f *forge) put(l *listing, seen map[int64]bool, raw []byte, topic, place string) {
	r := &repo{}
	if err := json.Unmarshal(raw, r); err != nil || r.ID <= 0 || r.path() == "" || !good.WebAddress(r.address()) {
		l.faults = append(l.faults, fault(cmp.Or(clip(r.path()), place), "not-a-repository"))
		return
	}
	if seen[r.ID] || r.forked() || !r.open() || topic != "" && !hasTopic(r, topic) {
		return
	}
	seen[r.ID] = true
	f.shelve(l, r)
}

func hasTopic(r *repo, topic string) bool {
	for _, t := range r.Topics {
		if strings.EqualFold(t, topic) {
			return true
		}
	}
	return false
}

func (f *forge) shelve(l *listing, r *repo) {
	l.entries = append(l.entries, entry{key: fmt.Sprintf("%020d", r.ID), id: strconv.FormatInt(r.ID, 10), changed: latest(r.Updated, r.Pushed, r.Active), of: r})
}

// listNamed asks for each repository that the source names. One that was renamed
// is found where it is by now.
func (f *forge) listNamed(ctx context.Context, l *listing) error {
	seen := map[int64]bool{}
	for _, path := range f.named {
		a, err := f.client.Get(ctx, fmt.Sprintf(f.api.one, f.name(path)), Ask{Accept: "application/json"})
		if err != nil {
			return err
		}
		r := &repo{}
		if a.Gone() || json.Unmarshal(a.Body, r) != nil || r.ID <= 0 || r.path() == "" || !r.open() || !good.WebAddress(r.address()) {
			l.faults = append(l.faults, fault(path, "no-such-repository"))
			continue
		}
		if !strings.EqualFold(r.path(), path) {
			r.former = strings.TrimSuffix(r.address(), r.path()) + path
		}
		if !seen[r.ID] {
			f.shelve(l, r)
		}
		seen[r.ID] = true
	}
	return nil
}

// read reads the files of a repository that describe it.
func (f *forge) read(ctx context.Context, e entry) (*harvest.Candidate, error) {
	r := e.of.(*repo)
	raw, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	one := harvest.Repository{Source: f.cfg.Source.ID, ID: e.id, Name: r.Name, Description: r.Description, Address: r.address(), Homepage: cmp.Or(r.Homepage, r.Website),
		Licence: r.licence(), Topics: r.Topics, Archived: r.Archived, Owner: strings.TrimSpace(f.cfg.Options["owner"]), Files: map[string][]byte{}, Raw: raw}
	if r.former != "" {
		one.Former = []string{r.former}
	}
	for _, name := range harvest.Described {
		text, tooLarge, err := small(ctx, f.client, f.api.file(r, name))
		switch {
		case err != nil:
			return nil, err
		case tooLarge:
			one.TooLarge = append(one.TooLarge, name)
		case text != nil:
			one.Files[name] = text
		}
	}
	if len(one.Files) == 0 && !f.all && f.named == nil {
		return nil, nil
	}
	c := one.Candidate()
	return &c, nil
}
