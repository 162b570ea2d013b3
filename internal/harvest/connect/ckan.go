package connect

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"stoa/internal/good"
	"stoa/internal/harvest"
)

// ckanKind is a portal that runs CKAN. Its entries are read in the order of
// their ids, from the last one on, so that what comes and goes meanwhile does
// not shift the others.
var ckanKind = Kind{Name: "ckan", Options: []Option{{Name: "organization"}, {Name: "group"}}, Source: good.Source{Priority: 36}, open: openCKAN}

type ckan struct {
	cfg    Config
	client *Client
	site   string
}

func openCKAN(cfg Config, client *Client) (Connector, error) {
	site, _, _ := strings.Cut(strings.TrimRight(cfg.Address, "/"), "/api/")
	for _, name := range []string{"organization", "group"} {
		if v := cfg.Options[name]; strings.ContainsAny(v, "\"\\: ()") {
			return nil, wrong(name, "harvest.error.value", map[string]any{"Value": v, "Option": name})
		}
	}
	return &ckan{cfg: cfg, client: client, site: strings.TrimSuffix(site, "/api")}, nil
}

// Page implements Connector. Its cursor is the id of the last entry.
func (c *ckan) Page(ctx context.Context, from State) (Page, error) {
	filter := []string{}
	for _, name := range []string{"organization", "group"} {
		if v := strings.TrimSpace(c.cfg.Options[name]); v != "" {
			filter = append(filter, strings.Replace(name, "group", "groups", 1)+":"+v)
		}
	}
	if from.Cursor != "" {
		filter = append(filter, `id:{"`+from.Cursor+`" TO *]`)
	}
	q := url.Values{"rows": {strconv.Itoa(part)}, "start": {"0"}, "sort": {"id asc"}}
	if len(filter) > 0 {
		q.Set("fq", strings.Join(filter, " AND "))
	}
	address := c.site + "/api/3/action/package_search?" + q.Encode()
	a, err := c.client.Get(ctx, address, Ask{Accept: "application/json"})
	if err != nil {
		return Page{}, err
	}
	var answer struct {
		Success bool `json:"success"`
		Result  struct {
			Count   int               `json:"count"`
			Results []json.RawMessage `json:"results"`
		} `json:"result"`
	}
	if a.Gone() || json.Unmarshal(a.Body, &answer) != nil || !answer.Success || answer.Result.Results == nil {
		return Page{}, broke("harvest.error.not-the-api", c.site, nil)
	}
	list := answer.Result.Results
	out := Page{Next: rest(from), Listing: true, Done: len(list) == 0 || len(list) >= answer.Result.Count}
	if from.Cursor == "" {
		out.Total = max(answer.Result.Count, 0)
	}
	last := from.Cursor
	for i, raw := range list {
		e := harvest.CKAN(c.cfg.Source.ID, c.site, raw)
		if e.ID == "" {
			out.Faults = append(out.Faults, fault(strconv.Itoa(i+1), strings.Join(e.Reasons, "; ")))
			continue
		}
		if e.ID <= last {
			return Page{}, broke("harvest.error.circles", c.site, nil)
		}
		if last = e.ID; e.Active {
			out.Candidates = append(out.Candidates, e.Candidate)
		} else {
			out.Gone = append(out.Gone, e.ID)
		}
	}
	if !out.Done {
		if last == from.Cursor { // none of the page has an id to go on from
			return Page{}, broke("harvest.error.cursor", c.site, nil)
		}
		out.Next.Cursor = last
	}
	return out, nil
}
