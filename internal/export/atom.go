package export

import (
	"encoding/xml"
	"fmt"
	"io"
	"time"

	"github.com/gorilla/feeds"

	"stoa/internal/good"
)

// TypeAtom is the media type of a feed.
const TypeAtom = "application/atom+xml; charset=utf-8"

// Feed is what an Atom feed says of itself.
type Feed struct {
	Base    string    // address of the instance
	Self    string    // address of the feed
	Title   string    // in Lang
	Lang    string    // whose summaries are taken where there are any
	Updated time.Time // where the list is empty
}

// Atom writes goods as an Atom feed (RFC 4287): one entry a good, whose id
// never changes and whose updated is the good's last change.
func Atom(w io.Writer, f Feed, goods []*good.Good) error {
	out := feeds.AtomFeed{Xmlns: "http://www.w3.org/2005/Atom", Title: text(f.Title), Id: text(f.Self),
		Author: &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: "Stoa", Uri: f.Base}}}
	updated := f.Updated
	for n, g := range goods {
		if n == 0 || g.Updated.After(updated) {
			updated = g.Updated
		}
		out.Entries = append(out.Entries, entry(f, g))
	}
	out.Updated = updated.UTC().Format(time.RFC3339)
	out.Link = &feeds.AtomLink{Href: text(f.Self), Rel: "self", Type: "application/atom+xml"}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", " ")
	if err := enc.Encode(out); err != nil {
		return fmt.Errorf("write a feed: %w", err)
	}
	return enc.Close()
}

func entry(f Feed, g *good.Good) *feeds.AtomEntry {
	summary, _ := g.Summary.In(f.Lang)
	return &feeds.AtomEntry{
		Title: text(g.Name), Id: "urn:stoa:good:" + string(g.ID), Updated: g.Updated.UTC().Format(time.RFC3339),
		Published: g.Created.UTC().Format(time.RFC3339),
		Links:     []feeds.AtomLink{{Href: text(Address(f.Base, g)), Rel: "alternate", Type: "text/html"}},
		Summary:   &feeds.AtomSummary{Content: text(summary), Type: "text"},
	}
}

// XMLText is a text without what XML cannot hold: control characters and halves
// of characters.
func XMLText(s string) string { return text(s) }

// text drops what XML cannot hold: control characters and halves of characters.
func text(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		if r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD && r != 0xFFFD || r >= 0x10000 && r <= 0x10FFFF {
			out = append(out, r)
		}
	}
	return string(out)
}

// Item is one entry of a feed of other things than goods.
type Item struct {
	ID      string // never changes
	Title   string
	Summary string
	Link    string // full address
	Updated time.Time
}

// AtomItems writes items, the newest first, as an Atom feed (RFC 4287).
func AtomItems(w io.Writer, f Feed, items []Item) error {
	out := feeds.AtomFeed{Xmlns: "http://www.w3.org/2005/Atom", Title: text(f.Title), Id: text(f.Self),
		Author: &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: "Stoa", Uri: f.Base}}}
	updated := f.Updated
	for n, i := range items {
		if n == 0 || i.Updated.After(updated) {
			updated = i.Updated
		}
		out.Entries = append(out.Entries, &feeds.AtomEntry{Title: text(i.Title), Id: i.ID, Updated: i.Updated.UTC().Format(time.RFC3339),
			Links: []feeds.AtomLink{{Href: text(i.Link), Rel: "alternate", Type: "text/html"}}, Summary: &feeds.AtomSummary{Content: text(i.Summary), Type: "text"}})
	}
	out.Updated = updated.UTC().Format(time.RFC3339)
	out.Link = &feeds.AtomLink{Href: text(f.Self), Rel: "self", Type: "application/atom+xml"}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	if err := enc.Encode(out); err != nil {
		return fmt.Errorf("write a feed: %w", err)
	}
	return enc.Close()
}
