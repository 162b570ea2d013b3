package connect

import (
	"context"
	"net/url"
	"strings"

	"stoa/internal/good"
	"stoa/internal/harvest"
)

// dcatKind is a catalogue in DCAT-AP, in JSON-LD, Turtle or RDF/XML, in one
// document or in pages that name the next one.
var dcatKind = Kind{Name: "dcat", Source: good.Source{Priority: 38}, open: openDCAT}

const dcatAccept = "application/ld+json, text/turtle;q=0.9, application/rdf+xml;q=0.8, application/json;q=0.5"

type dcat struct {
	cfg    Config
	client *Client
	site   string
}

func openDCAT(cfg Config, client *Client) (Connector, error) {
	u, err := url.Parse(cfg.Address)
	if err != nil {
		return nil, wrong("address", "harvest.error.address", map[string]any{"Value": cfg.Address})
	}
	return &dcat{cfg: cfg, client: client, site: u.Scheme + "://" + u.Host}, nil
}

// Page implements Connector. Its cursor is the address of the page, on the host
// of the catalogue.
func (d *dcat) Page(ctx context.Context, from State) (Page, error) {
	address, ask := d.cfg.Address, Ask{Accept: dcatAccept}
	if from.Cursor != "" {
		address = from.Cursor
	} else {
		ask.Tag = from.Tags[address]
	}
	a, err := d.client.Get(ctx, address, ask)
	switch {
	case err != nil:
		return Page{}, err
	case a.Same():
		return Page{Next: rest(from), Done: true, Unchanged: true, Listing: true}, nil
	case a.Gone():
		return Page{}, broke("harvest.error.not-the-api", address, nil)
	}
	p, err := harvest.DCAT(d.cfg.Source.ID, a.URL, a.Type, a.Body)
	if err != nil {
		return Page{}, unreadable(address, harvest.LinkedReason(err))
	}
	if !p.Whole && len(p.Candidates) == 0 {
		return Page{}, broke("harvest.error.not-the-api", address, nil)
	}
	out := Page{Next: rest(from), Total: p.Total, Listing: true, Done: p.Next == ""}
	out.Candidates, out.Faults = onlyOnce(p.Candidates)
	if !out.Done {
		if out.Next.Cursor, err = d.next(address, p.Next); err != nil {
			return Page{}, err
		}
	} else if address == d.cfg.Address { // one document: its tag is that of the catalogue
		out.Next.Tags = from.Tag(address, a.Tag)
	}
	return out, nil
}

// next is the address of the next page, as the page at address names it.
func (d *dcat) next(address, next string) (string, error) {
	u, err := url.Parse(next)
	if err != nil || u.Host == "" || len(next) > MaxCursor {
		return "", broke("harvest.error.cursor", address, err)
	}
	site := u.Scheme + "://" + u.Host
	switch {
	case !strings.EqualFold(u.Host, d.site[strings.Index(d.site, "://")+3:]):
		return "", broke("harvest.error.cursor", address, nil)
	case site != d.site: // http behind a proxy that does not say so
		u.Scheme = d.site[:strings.Index(d.site, "://")]
		next = u.String()
	}
	if next == address {
		return "", broke("harvest.error.circles", address, nil)
	}
	return next, nil
}
