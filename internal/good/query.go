package good

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Facet is one dimension by which goods are narrowed.
type Facet string

// The facets; their values are the parameter values of a query.
const (
	FacetKind        Facet = "kind"         // Kind
	FacetStage       Facet = "stage"        // Stage
	FacetSDG         Facet = "sdg"          // "1".."17"
	FacetCountry     Facet = "country"      // in use in: ISO 3166-1 alpha-2
	FacetDevelopedIn Facet = "developed-in" // ISO 3166-1 alpha-2
	FacetLicence     Facet = "licence"      // SPDX id
	FacetLanguage    Facet = "language"     // BCP 47
	FacetParty       Facet = "organisation" // Party.Slug
	FacetYear        Facet = "year"         // Good.FirstSeen, "2006"
	FacetSector      Facet = "sector"       // sector code
	FacetCollection  Facet = "collection"   // slug of a collection
)

// Facets lists the facets in the order they are shown.
var Facets = []Facet{FacetStage, FacetKind, FacetSDG, FacetSector, FacetCountry, FacetDevelopedIn, FacetLicence, FacetLanguage, FacetYear, FacetCollection, FacetParty}

// Sort is an order of results.
type Sort string

// The orders. ByRelevance without words is ByName with recognised goods first.
const (
	ByRelevance Sort = "relevance"
	ByName      Sort = "name"
	ByNewest    Sort = "newest"
	ByDeployed  Sort = "deployed"
)

// Sorts lists the orders as shown.
var Sorts = []Sort{ByRelevance, ByName, ByNewest, ByDeployed}

// Limits of a query; beyond them ParseQuery says so.
const (
	MaxText   = 300 // characters of words
	MaxLimit  = 100 // results a page
	MaxOffset = 100_000_000
	MaxValues = 50 // values of one facet
)

// AllStages, as a value of the stage facet in an address, asks for goods of
// every stage; it says nothing beside named stages.
const AllStages = "all"

// Query is a question to the registry. Values of one facet widen, facets narrow.
// One that names no stage finds goods of every stage but Lapsed: that is the
// default filter, and the only thing a lapsed good leaves.
type Query struct {
	Text    string
	Filters map[Facet][]string // each sorted, without repeats
	Sort    Sort
	Offset  int
	Limit   int     // 0 means 20
	Lang    string  // language of the asker: which stemmer, which names sort
	Counted []Facet // facets to count; nil stands for all

	EveryStage bool // without the default filter
}

// Count is one value of a facet and how many goods would be found with it.
type Count struct {
	Value    string `json:"value"`
	Label    string `json:"label,omitempty"` // its name, where the value is no word of a vocabulary
	Count    int    `json:"count"`
	Selected bool   `json:"selected,omitempty"`
}

// Results answers a Query. A facet's counts ignore that facet's own selection.
type Results struct {
	Total    int
	Lapsed   int // goods besides that only the default filter keeps out
	Cards    []Card
	Facets   map[Facet][]Count // by count descending, then value; selected values always present
	Position int64             // journal position the answer is as of
	Fuzzy    bool              // nothing matched exactly; these match with a typo mended
}

// Hides says whether the default filter applies: no stage is named, nor are all
// asked for.
func (q Query) Hides() bool { return !q.EveryStage && len(q.Filters[FacetStage]) == 0 }

// Whole returns q for goods of every stage, from the first page on.
func (q Query) Whole() Query {
	q.EveryStage, q.Offset = true, 0
	return q
}

// ParseQuery reads a query from URL parameters and says, as *Error of kind
// Invalid with Field set, what it does not understand. Empty values are
// ignored, so that a plain HTML form works. Parameters named in also are
// left to the caller.
func ParseQuery(v url.Values, also ...string) (Query, error) {
	q := Query{Sort: ByRelevance, Filters: map[Facet][]string{}}
	bad := func(field, key string, args map[string]any) (Query, error) {
		return Query{}, &Error{Kind: Invalid, Key: key, Field: field, Args: args}
	}
	keys := make([]string, 0, len(v))
	for k := range v {
		keys = append(keys, k)
	}
	slices.Sort(keys) // the same mistake is always reported first
	for _, k := range keys {
		vals := v[k]
		if slices.Contains(also, k) {
			continue
		}
		if f := Facet(k); slices.Contains(Facets, f) {
			var keep []string
			for _, s := range vals {
				if s = strings.TrimSpace(s); s != "" {
					if !utf8.ValidString(s) || len(s) > 200 {
						return bad(k, "error.query.value", map[string]any{"Field": k})
					}
					keep = append(keep, s)
				}
			}
			slices.Sort(keep)
			if keep = slices.Compact(keep); len(keep) > MaxValues {
				return bad(k, "error.query.many", map[string]any{"Field": k, "Max": MaxValues})
			}
			if i := slices.Index(keep, AllStages); i >= 0 && f == FacetStage {
				keep = slices.Delete(keep, i, i+1)
				q.EveryStage = len(keep) == 0
			}
			if len(keep) > 0 {
				q.Filters[f] = keep
			}
			continue
		}
		val := vals[len(vals)-1]
		switch k {
		case "q":
			if !utf8.ValidString(val) {
				return bad(k, "error.query.utf8", nil)
			}
			if utf8.RuneCountInString(val) > MaxText {
				return bad(k, "error.query.long", map[string]any{"Max": MaxText})
			}
			q.Text = strings.Join(strings.Fields(val), " ")
		case "sort":
			if val == "" {
				continue
			}
			if !slices.Contains(Sorts, Sort(val)) {
				return bad(k, "error.query.sort", map[string]any{"Value": val})
			}
			q.Sort = Sort(val)
		case "offset", "limit":
			if val == "" {
				continue
			}
			n, err := strconv.Atoi(val)
			if err != nil || n < 0 || (k == "offset" && n > MaxOffset) || (k == "limit" && (n > MaxLimit || n == 0)) {
				return bad(k, "error.query.number", map[string]any{"Field": k, "Value": val})
			}
			if k == "offset" {
				q.Offset = n
			} else {
				q.Limit = n
			}
		default:
			return bad(k, "error.query.unknown", map[string]any{"Field": k})
		}
	}
	return q, nil
}

// Values is the canonical form of q as URL parameters; ParseQuery reads it back.
func (q Query) Values() url.Values {
	v := url.Values{}
	if q.Text != "" {
		v.Set("q", q.Text)
	}
	for f, vals := range q.Filters {
		v[string(f)] = slices.Clone(vals)
	}
	if q.EveryStage && len(q.Filters[FacetStage]) == 0 {
		v.Set(string(FacetStage), AllStages)
	}
	if q.Sort != "" && q.Sort != ByRelevance {
		v.Set("sort", string(q.Sort))
	}
	if q.Offset > 0 {
		v.Set("offset", strconv.Itoa(q.Offset))
	}
	if q.Limit > 0 {
		v.Set("limit", strconv.Itoa(q.Limit))
	}
	return v
}

// With returns q with the value of facet f added, or taken away if it is
// there, from the first page on.
func (q Query) With(f Facet, value string) Query {
	out := q
	out.Offset = 0
	out.EveryStage = q.EveryStage && f != FacetStage
	out.Filters = make(map[Facet][]string, len(q.Filters)+1)
	for k, v := range q.Filters {
		out.Filters[k] = v
	}
	vals := slices.Clone(q.Filters[f])
	if i := slices.Index(vals, value); i >= 0 {
		vals = slices.Delete(vals, i, i+1)
	} else {
		vals = append(vals, value)
		slices.Sort(vals)
	}
	if len(vals) == 0 {
		delete(out.Filters, f)
	} else {
		out.Filters[f] = vals
	}
	return out
}
