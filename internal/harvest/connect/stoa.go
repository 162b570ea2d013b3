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

// stoaKind is another instance: all its goods by its API. Its journal's position
// says whether anything changed.
var stoaKind = Kind{Name: "stoa", Source: good.Source{Priority: 55}, open: openStoa}

// position is under which name the journal's position is kept among the tags.
const position = "position"

type stoa struct {
	cfg    Config
	client *Client
	base   *url.URL
}

func openStoa(cfg Config, client *Client) (Connector, error) {
	base, err := url.Parse(strings.TrimSuffix(strings.TrimRight(cfg.Address, "/"), "/api/v1") + "/api/v1/goods")
	if err != nil {
		return nil, wrong("address", "harvest.error.address", map[string]any{"Value": cfg.Address})
	}
	return &stoa{cfg: cfg, client: client, base: base}, nil
}

// goods is a page of an instance's list.
type goods struct {
	Items    []json.RawMessage `json:"items"`
	Total    int               `json:"total"`
	Position *int64            `json:"position"`
	Next     string            `json:"next"`
}

// Page implements Connector. The cursor is the position at which the reading
// began, and the question for the next page.
func (s *stoa) Page(ctx context.Context, from State) (Page, error) {
	began, query, going := strings.Cut(from.Cursor, " ")
	if !going {
		query = url.Values{"view": {"full"}, "stage": {"all"}, "limit": {strconv.Itoa(perPage)}}.Encode()
	}
	u := *s.base
	u.RawQuery = query
	a, err := s.client.Get(ctx, u.String(), Ask{Accept: "application/json"})
	if err != nil {
		return Page{}, err
	}
	var l goods
	if a.Gone() || json.Unmarshal(a.Body, &l) != nil || l.Position == nil || l.Items == nil {
		return Page{}, broke("harvest.error.not-the-api", a.URL, nil)
	}
	if !going {
		if began = strconv.FormatInt(*l.Position, 10); from.Tags[position] == began {
			return Page{Unchanged: true, Done: true, Next: from}, nil
		}
	}
	out := Page{Listing: true, Total: l.Total, Next: from, Done: l.Next == ""}
	for i, raw := range l.Items {
		c := harvest.ReadInstance(s.cfg.Source.ID, s.cfg.Source.Issuer, raw)
		if c.ForeignID == "" || c.ForeignID == "?" {
			out.Faults = append(out.Faults, Fault{ID: strconv.Itoa(i + 1), Key: "harvest.fault.record", Args: map[string]any{"Reason": strings.Join(c.Reasons, "; ")}})
			continue
		}
		out.Candidates = append(out.Candidates, c)
	}
	if out.Done {
		out.Next.Cursor, out.Next.Tags = "", from.Tag(position, began)
		return out, nil
	}
	next, err := url.Parse(l.Next)
	if err != nil || next.RawQuery == "" {
		return Page{}, broke("harvest.error.cursor", a.URL, err)
	}
	out.Next.Cursor = began + " " + next.RawQuery
	return out, nil
}
