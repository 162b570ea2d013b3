package connect

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"stoa/internal/good"
	"stoa/internal/harvest"
)

// publiccodeKind is a catalogue of public software that speaks the publiccode
// catalogue API. Its `from` is about when an entry was made, not changed, so
// every run reads the whole list, as far as its first page has changed.
var publiccodeKind = Kind{Name: "publiccode", Source: good.Source{Priority: 42}, open: openPubliccode}

// perPage is how many entries a page of a list has, at most.
const perPage = 100

// maxPublishers is how many publishers a catalogue may have, so that their
// names can be held.
const maxPublishers = 50_000

type publiccode struct {
	cfg        Config
	client     *Client
	base       string
	publishers map[string]string // names by where their code is; nil before they were read
}

func openPubliccode(cfg Config, client *Client) (Connector, error) {
	base := strings.TrimSuffix(strings.TrimRight(cfg.Address, "/"), "/software")
	return &publiccode{cfg: cfg, client: client, base: base}, nil
}

// list is a page of any list of the API.
type list struct {
	Data  []json.RawMessage `json:"data"`
	Links struct {
		Next string `json:"next"`
	} `json:"links"`
}

// page reads the page of a list after a cursor.
func (p *publiccode) page(ctx context.Context, name, after, tag string) (*list, string, *Answer, error) {
	q := url.Values{"page[size]": {strconv.Itoa(perPage)}}
	if after != "" {
		q.Set("page[after]", after)
	}
	a, err := p.client.Get(ctx, p.base+"/"+name+"?"+q.Encode(), Ask{Accept: "application/json", Tag: tag})
	if err != nil || a.Same() {
		return nil, "", a, err
	}
	l := &list{}
	if a.Gone() || json.Unmarshal(a.Body, l) != nil || l.Data == nil {
		return nil, "", nil, broke("harvest.error.not-the-api", a.URL, nil)
	}
	if l.Links.Next == "" {
		return l, "", a, nil
	}
	next, err := url.Parse(l.Links.Next)
	if err != nil {
		return nil, "", nil, broke("harvest.error.cursor", a.URL, err)
	}
	after = next.Query().Get("page[after]")
	if after == "" || len(after) > MaxCursor {
		return nil, "", nil, broke("harvest.error.cursor", a.URL, nil)
	}
	return l, after, a, nil
}

// Page implements Connector.
func (p *publiccode) Page(ctx context.Context, from State) (Page, error) {
	if p.publishers == nil {
		if err := p.readPublishers(ctx); err != nil {
			return Page{}, err
		}
	}
	l, after, _, err := p.page(ctx, "software", from.Cursor, "")
	if err != nil {
		return Page{}, err
	}
	out := Page{Listing: true, Done: after == "", Next: from}
	out.Next.Cursor = after
	marks, known, err := p.marks(ctx, l.Data)
	if err != nil {
		return Page{}, err
	}
	for i, raw := range l.Data {
		if id := known[marks[i]]; id != "" {
			out.Still = append(out.Still, id)
			continue
		}
		e := harvest.ReadListed(p.cfg.Source.ID, raw, p.publisher)
		switch {
		case e.ID == "":
			out.Faults = append(out.Faults, Fault{ID: strconv.Itoa(i + 1), Key: "harvest.fault.record", Args: map[string]any{"Reason": strings.Join(e.Reasons, "; ")}})
		case !e.Active:
			out.Gone = append(out.Gone, e.ID)
		default:
			e.Mark = marks[i]
			out.Candidates = append(out.Candidates, e.Candidate)
		}
	}
	return out, nil
}

// reading is how entries are read; it changes with what is made of them.
const reading = "publiccode 1"

// marks are the marks of entries, and which records are known by theirs.
func (p *publiccode) marks(ctx context.Context, entries []json.RawMessage) (marks []string, known map[string]string, err error) {
	ids := make([]string, len(entries))
	for i, raw := range entries {
		var e struct {
			ID  string `json:"id"`
			URL string `json:"url"`
		}
		_ = json.Unmarshal(raw, &e) // of one that is none the reader says so
		sum := sha256.New()
		fmt.Fprintf(sum, "%s\n%s\n%s\n%s", reading, e.ID, p.publisher(e.URL), raw)
		ids[i], marks = e.ID, append(marks, hex.EncodeToString(sum.Sum(nil)[:16]))
	}
	if p.cfg.Known == nil {
		return marks, nil, nil
	}
	had, err := p.cfg.Known(ctx, ids)
	if err != nil {
		return nil, nil, err
	}
	known = make(map[string]string, len(had))
	for i, id := range ids {
		if had[id] == marks[i] && id != "" {
			known[marks[i]] = id
		}
	}
	return marks, known, nil
}

// readPublishers reads who publishes what is where.
func (p *publiccode) readPublishers(ctx context.Context) error {
	names := map[string]string{}
	for after, pages := "", 0; ; pages++ {
		l, next, _, err := p.page(ctx, "publishers", after, "")
		if err != nil {
			return err
		}
		for _, raw := range l.Data {
			var r struct {
				Description string `json:"description"`
				CodeHosting []struct {
					URL string `json:"url"`
				} `json:"codeHosting"`
			}
			if json.Unmarshal(raw, &r) != nil {
				continue // a publisher that cannot be read names nobody
			}
			for _, h := range r.CodeHosting {
				if place := placeOf(h.URL); place != "" {
					names[place] = r.Description
				}
			}
		}
		if next == "" {
			p.publishers = names
			return nil
		}
		if next == after || len(names) > maxPublishers || pages > maxPublishers/perPage {
			return broke("harvest.error.circles", p.base+"/publishers", nil)
		}
		after = next
	}
}

// placeOf is host and path of an address.
func placeOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return strings.ToLower(u.Host) + "/" + strings.ToLower(strings.Trim(u.Path, "/"))
}

// publisher is the name of who publishes what is at an address: of the one
// whose code's place is nearest above it.
func (p *publiccode) publisher(address string) string {
	for place := placeOf(address); place != ""; {
		if name := p.publishers[place]; name != "" {
			return name
		}
		i := strings.LastIndex(place, "/")
		if i < 0 || i == len(place)-1 {
			return ""
		}
		place = place[:i]
		if !strings.Contains(place, "/") {
			place += "/"
		}
	}
	return ""
}
