package look

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"

	"stoa/cmd/stoa/line"
	"stoa/internal/check"
	"stoa/internal/check/target"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/i18n"
)

// Listing is what a registry says of a good.
type Listing struct {
	Slug         string         `json:"slug"`
	Name         string         `json:"name"`
	Kinds        []good.Kind    `json:"kinds"`
	Website      string         `json:"website"`
	Repositories []good.Link    `json:"repositories"`
	Licences     []good.Licence `json:"licences"`
}

// address is where the good lives: its first repository, else its website.
func (l *Listing) address() string {
	for _, link := range l.Repositories {
		if target.Address(link.URL) != "" {
			return link.URL
		}
	}
	return l.Website
}

// listed finds the good of a registry that the target names; nil where it is an
// address or a path, and a path that is there comes before any good.
func (c *Cmd) listed(w *World) (*Listing, error) {
	if target.Address(c.Target) != "" {
		return nil, nil
	}
	if _, err := os.Lstat(c.Target); !errors.Is(err, fs.ErrNotExist) || strings.ContainsAny(c.Target, `/\`) || strings.HasPrefix(c.Target, ".") {
		return nil, nil
	}
	var l *Listing
	var near []string
	var err error
	if c.Registry != "" {
		l, near, err = c.elsewhere(w)
	} else {
		l, near, err = w.here(c.Target)
	}
	if err != nil || l == nil && near == nil {
		return nil, err
	}
	if l == nil {
		return nil, &good.Error{Kind: good.NotFound, Key: "check.error.no-good", Field: "target", Args: map[string]any{"Name": c.Target, "Near": strings.Join(near, ", ")}}
	}
	if l.address() == "" {
		return nil, &good.Error{Kind: good.Invalid, Key: "check.error.no-place", Field: "target", Args: map[string]any{"Name": l.Name}}
	}
	return l, nil
}

// here asks the registry of this machine, where the program has one.
func (w *World) here(name string) (*Listing, []string, error) {
	if w.Registry == nil {
		return nil, nil, nil
	}
	return w.Registry(name)
}

// nearShown is how many names are proposed.
const nearShown = 5

// Nearest are the few of some names that are nearest to one.
func Nearest(name string, all []string) []string {
	type other struct {
		name string
		far  int
	}
	var others []other
	for _, n := range all {
		others = append(others, other{n, distance(strings.ToLower(name), n)})
	}
	slices.SortFunc(others, func(a, b other) int { return cmp.Or(a.far-b.far, strings.Compare(a.name, b.name)) })
	near := []string{}
	for _, o := range others[:min(nearShown, len(others))] {
		near = append(near, o.name)
	}
	return near
}

// distance is how far two names are apart; one that holds the other is near.
func distance(a, b string) int {
	if strings.Contains(b, a) {
		return 1
	}
	return line.Distance(a, b)
}

// mostListing bounds what a registry answers, in bytes.
const mostListing = 4 << 20

// elsewhere asks the API of another Stoa.
func (c *Cmd) elsewhere(w *World) (l *Listing, near []string, err error) {
	base := strings.TrimRight(c.Registry, "/") + "/api/v1/goods"
	if !good.WebAddress(base) {
		return nil, nil, &good.Error{Kind: good.Invalid, Key: "target.error.address", Field: "registry"}
	}
	client := c.clientFor(w, base)
	ask := func(address string, into any) (int, error) {
		req, err := http.NewRequestWithContext(w.Ctx, http.MethodGet, address, nil)
		if err != nil {
			return 0, err
		}
		res, err := client.Do(req)
		if err != nil {
			return 0, err
		}
		defer res.Body.Close() // read only
		if res.StatusCode != http.StatusOK {
			return res.StatusCode, nil
		}
		text, err := io.ReadAll(io.LimitReader(res.Body, mostListing))
		if err == nil && json.Unmarshal(text, into) != nil {
			err = &good.Error{Kind: good.Invalid, Key: "check.error.no-registry", Field: "registry", Args: map[string]any{"Address": c.Registry}}
		}
		return res.StatusCode, err
	}
	l = &Listing{}
	status, err := ask(base+"/"+url.PathEscape(c.Target), l)
	switch {
	case err != nil:
		return nil, nil, err
	case status == http.StatusOK && l.Slug != "":
		return l, nil, nil
	case status != http.StatusNotFound && status != http.StatusGone:
		return nil, nil, &good.Error{Kind: good.Invalid, Key: "check.error.no-registry", Field: "registry", Args: map[string]any{"Address": c.Registry}}
	}
	var found struct {
		Items []struct {
			Slug string `json:"slug"`
		} `json:"items"`
	}
	if _, err := ask(base+"?stage=all&limit=5&q="+url.QueryEscape(c.Target), &found); err != nil {
		return nil, nil, err
	}
	near = []string{}
	for _, i := range found.Items {
		near = append(near, i.Slug)
	}
	return nil, near, nil
}

// held is one thing that the registry says, beside what was seen.
type held struct {
	what            string
	registry, files []string
	agree           bool
}

// compare holds what a registry says of a good against what was seen of it.
func (l *Listing) compare(t *check.Target, found *finding.Report) []held {
	seen := func(probes ...string) (out []string) {
		for _, f := range found.Of(probes...) {
			out = append(out, f.Values...)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	var out []held
	var licences []string
	for _, li := range l.Licences {
		licences = append(licences, li.SPDX)
	}
	if files := seen("licence.text", "licence.declared"); len(licences) > 0 && len(files) > 0 {
		out = append(out, held{"licence", licences, files, slices.ContainsFunc(licences, func(s string) bool { return slices.Contains(files, s) })})
	}
	if files := seen("general.website"); l.Website != "" && len(files) > 0 {
		out = append(out, held{"website", []string{l.Website}, files, slices.ContainsFunc(files, func(s string) bool { return hostOf(s) == hostOf(l.Website) })})
	}
	if t.Forge != nil && t.Forge.Moved != "" {
		out = append(out, held{"place", []string{l.address()}, []string{t.Forge.Moved}, false})
	}
	return out
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// tell says which good of the registry was looked at, and what of it differs;
// it returns whether anything does.
func (l *Listing) tell(w io.Writer, in *i18n.Locale, t *check.Target, found *finding.Report) (differs bool) {
	fmt.Fprintln(w, in.T("check.registry.good", "Name", l.Name, "Address", l.address()))
	for _, h := range l.compare(t, found) {
		key := "check.registry.agree"
		if !h.agree {
			key, differs = "check.registry.differ", true
		}
		fmt.Fprintln(w, in.T(key, "What", in.T("check.registry."+h.what), "Registry", strings.Join(h.registry, ", "), "Files", strings.Join(h.files, ", ")))
	}
	return differs
}
