package good

import (
	"slices"
	"time"
)

// Collection is a curated, ordered list of goods with a reason for each and a
// keeper.
type Collection struct {
	Slug    string           `json:"slug"`
	Name    Text             `json:"name"`
	Summary Text             `json:"summary,omitempty"`
	Keeper  string           `json:"keeper"` // the organisation that keeps it
	Items   []CollectionItem `json:"items,omitempty"`
}

// CollectionItem is one good of a collection and why it is there.
type CollectionItem struct {
	Good   ID   `json:"good"`
	Reason Text `json:"reason"`
}

// Organisation is what is known of an organisation besides its roles to goods.
type Organisation struct {
	Slug    string   `json:"slug"`
	Name    string   `json:"name,omitempty"`
	Website string   `json:"website,omitempty"`
	Country string   `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Summary Text     `json:"summary,omitempty"`
	Also    []string `json:"also,omitempty"` // slugs of other spellings of the same organisation
	URL     string   `json:"url,omitempty"`  // where it can be read
}

// CountryNote is what is known of a country besides the goods in use there.
type CountryNote struct {
	Code       string `json:"code"`                 // ISO 3166-1 alpha-2
	Pathfinder Date   `json:"pathfinder,omitempty"` // since when it leads others the way
	Summary    Text   `json:"summary,omitempty"`
	URL        string `json:"url,omitempty"` // where it can be read
}

// DirectoryKind says of what a directory entry is.
type DirectoryKind string

// The kinds of directory entry.
const (
	OfCollection   DirectoryKind = "collection"
	OfOrganisation DirectoryKind = "organisation"
	OfCountry      DirectoryKind = "country"
)

// Names says whether an entry is a collection that stands and names the good.
func (e DirectoryEntry) Names(id ID) bool {
	return !e.Gone && e.Collection != nil && slices.ContainsFunc(e.Collection.Items, func(i CollectionItem) bool { return i.Good == id })
}

// Shelve notes with g whether the collection e names it.
func (g *Good) Shelve(e DirectoryEntry) {
	at, was := slices.BinarySearch(g.Collections, e.Key)
	switch in := e.Names(g.ID); {
	case in && !was:
		g.Collections = slices.Insert(slices.Clip(g.Collections), at, e.Key)
	case !in && was:
		g.Collections = slices.Delete(slices.Clone(g.Collections), at, at+1)
	}
	if len(g.Collections) == 0 {
		g.Collections = nil
	}
}

// DirectoryEntry is one collection, organisation or country note as stored:
// exactly one of the three is set.
type DirectoryEntry struct {
	Kind         DirectoryKind `json:"kind"`
	Key          string        `json:"key"` // slug or country code
	Collection   *Collection   `json:"collection,omitempty"`
	Organisation *Organisation `json:"organisation,omitempty"`
	Country      *CountryNote  `json:"country,omitempty"`
	Gone         bool          `json:"gone,omitempty"` // taken away; its history stays
	Version      int64         `json:"version"`
	Updated      time.Time     `json:"updated"`
}
