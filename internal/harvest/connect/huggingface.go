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

// huggingFaceKind is a hub of models and data sets that speaks as Hugging Face
// does.
var huggingFaceKind = Kind{Name: "hugging-face", Options: []Option{{Name: "what", Words: []string{"both", "models", "datasets"}}, {Name: "owner"}}, Source: good.Source{Priority: 39}, open: openHuggingFace}

type hub struct {
	cfg    Config
	client *Client
	site   string
	author string
	what   []string
}

// card is an entry of the hub's lists.
type card struct {
	ID       string   `json:"id"`
	Changed  string   `json:"lastModified,omitempty"`
	Private  bool     `json:"private,omitempty"`
	Disabled bool     `json:"disabled,omitempty"`
	Tags     []string `json:"tags,omitempty"`
	what     string
}

func openHuggingFace(cfg Config, client *Client) (Connector, error) {
	u, err := url.Parse(cfg.Address)
	if err != nil || strings.Trim(u.Path, "/") == "" || strings.Contains(strings.Trim(u.Path, "/"), "/") {
		return nil, wrong("address", "harvest.error.whose", map[string]any{"Value": cfg.Address})
	}
	h := &hub{cfg: cfg, client: client, site: u.Scheme + "://" + u.Host, author: strings.Trim(u.Path, "/"), what: []string{cfg.Options["what"]}}
	if cfg.Options["what"] == "both" {
		h.what = []string{"models", "datasets"}
	}
	return &shelf{list: h.list, read: h.read, all: true}, nil
}

func (h *hub) list(ctx context.Context, from State) (*listing, error) {
	l := &listing{tags: from.Tags}
	seen := map[string]bool{}
	for _, what := range h.what {
		asked := map[string]bool{}
		for address := h.site + "/api/" + what + "?" + (url.Values{"author": {h.author}, "full": {"true"}, "limit": {"100"}}).Encode(); address != ""; {
			if asked[address] || len(asked) > shelfPages || len(l.entries) > shelfMost {
				return nil, broke("harvest.error.circles", address, nil)
			}
			asked[address] = true
			a, err := h.client.Get(ctx, address, Ask{Accept: "application/json"})
			if err != nil {
				return nil, err
			}
			var page []json.RawMessage
			if a.Gone() || json.Unmarshal(a.Body, &page) != nil {
				return nil, broke("harvest.error.not-the-api", address, nil)
			}
			for i, raw := range page {
				h.put(l, seen, what, raw, strconv.Itoa(i+1))
			}
			next := a.Next()
			if next != "" && !sameSite(next, h.site) {
				return nil, broke("harvest.error.cursor", address, nil)
			}
			address = next
		}
	}
	return l, nil
}

// put puts an entry on the list, if it is public and of whom was asked for.
func (h *hub) put(l *listing, seen map[string]bool, what string, raw []byte, place string) {
	c := &card{what: what}
	if err := json.Unmarshal(raw, c); err != nil || len(c.ID) > 200 || strings.ContainsAny(c.ID, "?#% \\") || strings.Contains(c.ID, "..") {
		l.faults = append(l.faults, fault(what+" "+place, "not-a-card"))
		return
	}
	whose, _, ok := strings.Cut(c.ID, "/")
	if !ok || !strings.EqualFold(whose, h.author) {
		l.faults = append(l.faults, fault(clip(c.ID), "of-somebody-else"))
		return
	}
	id := what + "/" + c.ID
	if !c.Private && !c.Disabled && !seen[id] {
		seen[id] = true
		l.entries = append(l.entries, entry{key: id, id: id, changed: when(c.Changed), of: c})
	}
}

func (h *hub) read(ctx context.Context, e entry) (*harvest.Candidate, error) {
	c := e.of.(*card)
	page := h.site + "/" + c.ID
	if c.what == "datasets" {
		page = h.site + "/datasets/" + c.ID
	}
	text, _, err := small(ctx, h.client, page+"/raw/main/README.md")
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	one := harvest.Card{Source: h.cfg.Source.ID, ForeignID: e.id, ID: c.ID, Address: page, Data: c.what == "datasets", Owner: strings.TrimSpace(h.cfg.Options["owner"]), Tags: c.Tags, Readme: text, Raw: raw}
	out := one.Candidate()
	return &out, nil
}
