package topic

import (
	"net/http"
	"slices"
	"strings"

	"stoa/internal/good"
	"stoa/internal/vocab"
	"stoa/internal/web/page"
)

// Countries answers /countries: every country there is, by region.
func Countries(goods Goods, dir Directory) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		f.Here, f.Title, f.Description = "countries", f.T("web.countries.title"), f.T("web.countries.lede")
		res, err := goods.Search(r.Context(), good.Query{Limit: 1, Lang: f.Code})
		if err != nil {
			return err
		}
		notes, err := dir.Countries(r.Context())
		if err != nil {
			return err
		}
		count := map[string]int{}
		for _, c := range res.Facets[good.FacetCountry] {
			count[c.Value] = c.Count
		}
		regions := map[string][]place{}
		for _, c := range vocab.Countries() {
			regions[c.Region] = append(regions[c.Region], place{c.Alpha2, f.Country(c.Alpha2), count[c.Alpha2], notes[c.Alpha2].Pathfinder != ""})
		}
		for _, places := range regions {
			slices.SortFunc(places, func(a, b place) int { return f.CompareCountries(a.Code, b.Code) })
		}
		return page.Write(w, r, f, http.StatusOK, countries(f, regionNames(f, regions), regions))
	}
}

// regionNames are the regions by their names in the page's language.
func regionNames(f *page.Frame, regions map[string][]place) []string {
	var out []string
	for name := range regions {
		out = append(out, name)
	}
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(f.T(regionKey(a)), f.T(regionKey(b))) })
	return out
}

func regionKey(region string) string {
	if region == "" {
		region = "Antarctica"
	}
	return "web.region." + strings.ToLower(region)
}

func regionID(region string) string { return "in-" + strings.ToLower(region) }
