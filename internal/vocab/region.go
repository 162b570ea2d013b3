package vocab

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed data/regions.tsv
var regionsTSV string

// Region is a part of the world as UN M49 cuts it. Within is the larger one it
// lies in, "" for a continent.
type Region struct{ Code, Name, Slug, Within string }

var regions = sync.OnceValue(func() []Region {
	continents := map[string]string{} // of each subregion, by English names
	for _, c := range Countries() {
		if c.Subregion != c.Region {
			continents[c.Subregion] = c.Region
		}
	}
	var out []Region
	codes := map[string]string{}
	for f := range rows(regionsTSV) {
		codes[f[1]] = f[0]
		out = append(out, Region{Code: f[0], Name: f[1], Slug: f[2], Within: codes[continents[f[1]]]})
	}
	return out
})

// Regions lists the continents, each before its parts. The caller must not
// change the slice.
func Regions() []Region { return slices.Clip(regions()) }

// FindRegion finds a part of the world by its M49 code or the address of its
// name.
func FindRegion(key string) (Region, bool) {
	key = strings.ToLower(strings.TrimSpace(key))
	i := slices.IndexFunc(regions(), func(r Region) bool { return r.Code == key || r.Slug == key })
	if i < 0 {
		return Region{}, false
	}
	return regions()[i], true
}

// RegionOf is the smallest part of the world in which a country lies.
func RegionOf(c Country) (Region, bool) {
	i := slices.IndexFunc(regions(), func(r Region) bool { return r.Name == c.Subregion })
	if i < 0 {
		return Region{}, false
	}
	return regions()[i], true
}

// Countries are those that lie in the region, by English name.
func (r Region) Countries() []Country {
	return slices.DeleteFunc(slices.Clone(countries().list), func(c Country) bool { return c.Region != r.Name && c.Subregion != r.Name })
}
