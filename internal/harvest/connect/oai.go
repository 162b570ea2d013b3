package connect

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"stoa/internal/good"
	"stoa/internal/harvest"
)

// oaiKind is a repository that speaks OAI-PMH 2.0. It is asked for what changed
// since the last whole run, and read whole where it does not remember what was
// deleted.
var oaiKind = Kind{Name: "oai-pmh", Options: []Option{{Name: "set"}, {Name: "format", Words: []string{"oai_dc", "qdc"}}, {Name: "creators", Words: []string{"people", "organisations"}}}, Source: good.Source{Priority: 30}, open: openOAI}

type oai struct {
	cfg      Config
	client   *Client
	base     *url.URL
	format   string
	creators bool
}

func openOAI(cfg Config, client *Client) (Connector, error) {
	u, err := url.Parse(cfg.Address)
	if err != nil {
		return nil, wrong("address", "harvest.error.address", map[string]any{"Value": cfg.Address})
	}
	return &oai{cfg: cfg, client: client, base: u, format: cfg.Options["format"], creators: cfg.Options["creators"] == "organisations"}, nil
}

// mostRestarts is how often a run begins anew because its token was forgotten.
const mostRestarts = 5

// oaiCursor is where a run stands. Its text is "full 0 token".
type oaiCursor struct {
	full     bool // everything is listed, not only what changed
	deleted  bool // and what was deleted with it
	restarts int
	token    string
}

func readOAICursor(s string) (c oaiCursor) {
	how, rest, _ := strings.Cut(s, " ")
	restarts, token, _ := strings.Cut(rest, " ")
	c.full, c.deleted, c.token = how != "changed", how == "all", token
	c.restarts, _ = strconv.Atoi(restarts) // of what is none, none
	return c
}

func (c oaiCursor) String() string {
	how := "changed"
	if c.full {
		how = "full"
	}
	if c.full && c.deleted {
		how = "all"
	}
	return how + " " + strconv.Itoa(c.restarts) + " " + c.token
}

func (o *oai) ask(ctx context.Context, args url.Values) (*harvest.OAIPage, error) {
	u := *o.base
	u.RawQuery = args.Encode()
	a, err := o.client.Get(ctx, u.String(), Ask{Accept: "text/xml, application/xml"})
	if err != nil {
		return nil, err
	}
	if a.Gone() {
		return nil, broke("harvest.error.not-the-api", a.URL, nil)
	}
	p, err := harvest.OAI(a.Body)
	if err != nil {
		return nil, unreadable(a.URL, err.Error())
	}
	return p, nil
}

// Page implements Connector.
func (o *oai) Page(ctx context.Context, from State) (Page, error) {
	at := readOAICursor(from.Cursor)
	if at.token == "" {
		return o.begin(ctx, from, at)
	}
	p, err := o.ask(ctx, url.Values{"verb": {"ListRecords"}, "resumptionToken": {at.token}})
	if err != nil {
		return Page{}, err
	}
	if p.Error == "badResumptionToken" {
		if at.restarts++; at.restarts > mostRestarts {
			return Page{}, broke("harvest.error.cursor", o.base.String(), nil)
		}
		return o.begin(ctx, from, at)
	}
	return o.page(from, at, p)
}

// begin asks for the first part of the list.
func (o *oai) begin(ctx context.Context, from State, at oaiCursor) (Page, error) {
	about, err := o.ask(ctx, url.Values{"verb": {"Identify"}})
	if err != nil {
		return Page{}, err
	}
	args := url.Values{"verb": {"ListRecords"}, "metadataPrefix": {o.format}}
	if set := o.cfg.Options["set"]; set != "" {
		args.Set("set", set)
	}
	at.deleted = about.Deleted == "persistent" || about.Deleted == "transient"
	at.full = from.Since.IsZero() || !at.deleted
	if !at.full {
		layout := time.DateOnly
		if strings.Contains(about.Granularity, "T") {
			layout = "2006-01-02T15:04:05Z"
		}
		args.Set("from", from.Since.Add(-time.Hour).UTC().Format(layout)) // an hour, since clocks differ
	}
	p, err := o.ask(ctx, args)
	if err != nil {
		return Page{}, err
	}
	at.token = ""
	if p.Error == "noRecordsMatch" && !at.full {
		return Page{Next: rest(from), Done: true, Unchanged: true}, nil
	}
	return o.page(from, at, p)
}

// rest is the state at the end of a run.
func rest(s State) State {
	s.Cursor = ""
	return s
}

func (o *oai) page(from State, at oaiCursor, p *harvest.OAIPage) (Page, error) {
	if p.Error != "" && p.Error != "noRecordsMatch" {
		return Page{}, unreadable(o.base.String(), p.Error)
	}
	out := Page{Next: rest(from), Done: p.Token == "", Total: p.Total, Listing: at.full}
	if !at.full || at.deleted {
		out.Total = 0 // of what changed, or with what was deleted
	}
	if !out.Done {
		if p.Token == at.token || len(p.Token) > MaxCursor-64 {
			return Page{}, broke("harvest.error.circles", o.base.String(), nil)
		}
		at.token = p.Token
		out.Next.Cursor = at.String()
	}
	for i, r := range p.Records {
		switch {
		case r.ID == "" || len(r.ID) > 300:
			out.Faults = append(out.Faults, fault(strconv.Itoa(i+1), "id-missing"))
		case r.Deleted:
			out.Gone = append(out.Gone, r.ID)
		case len(r.Elements) == 0:
			out.Faults = append(out.Faults, fault(r.ID, "empty-record"))
		default:
			out.Candidates = append(out.Candidates, harvest.DublinCore(o.cfg.Source.ID, r.ID, r.Elements, o.creators, r.Raw))
		}
	}
	return out, nil
}

// fault is a record that could not be read, for a reason's code.
func fault(id, reason string) Fault {
	return Fault{ID: id, Key: "harvest.fault.record", Args: map[string]any{"Reason": reason}}
}

// unreadable is an error about an answer of which nothing can be read.
func unreadable(address, why string) error {
	e := &good.Error{Kind: good.Invalid, Key: "harvest.error.unreadable", Args: map[string]any{"Address": address, "Reason": clip(why)}}
	return e
}

// clip makes a stranger's words fit a sentence.
func clip(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
	if r := []rune(s); len(r) > 200 {
		s = string(r[:200]) + "…"
	}
	return s
}
