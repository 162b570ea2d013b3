package good

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// ListingKind is what a listing is of, as the publiccode catalogue API names it
// in its addresses.
type ListingKind string

// The kinds of listing.
const (
	ListedSoftware  ListingKind = "software"
	ListedPublisher ListingKind = "publishers"
	ListedCatalog   ListingKind = "catalogs"
)

// Listing is what somebody listed through the publiccode catalogue API: software,
// who publishes it, or a catalogue of both. It is a statement, no good: what
// active software says of itself becomes one source's record of a good.
type Listing struct {
	Kind     ListingKind     `json:"kind"`
	ID       ID              `json:"id"`                // a UUID, as the API has them
	Catalog  ID              `json:"catalog,omitempty"` // the listing of the catalogue it is in, "" for none
	Active   bool            `json:"active"`
	Created  time.Time       `json:"created"`
	Updated  time.Time       `json:"updated"`
	Doc      json.RawMessage `json:"doc"`                // as it is served
	Analysis json.RawMessage `json:"analysis,omitempty"` // what programs found, by their names
}

// Names are what leads to a listing besides its id, each to one of its kind.
func (l Listing) Names() []string {
	var d struct {
		URL         string   `json:"url"`
		Aliases     []string `json:"aliases"`
		Alternative string   `json:"alternativeId"`
		Description string   `json:"description"`
		CodeHosting []struct {
			URL string `json:"url"`
		} `json:"codeHosting"`
	}
	if json.Unmarshal(l.Doc, &d) != nil {
		return nil
	}
	var out []string
	add := func(sort, name string) {
		if name != "" && !slices.Contains(out, sort+name) {
			out = append(out, sort+name)
		}
	}
	add("id:", d.Alternative)
	if l.Kind == ListedPublisher {
		add("name:", strings.ToLower(d.Description))
	}
	add("url:", d.URL)
	for _, a := range d.Aliases {
		add("url:", a)
	}
	for _, h := range d.CodeHosting {
		add("url:", h.URL)
	}
	return out
}
