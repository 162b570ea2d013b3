package files

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/app/dumps"
	"stoa/internal/good"
	"stoa/internal/i18n"
	"stoa/internal/vocab"
)

// dumpTypes are the media types of the files of a dump.
var dumpTypes = map[string]string{".ndjson": "application/x-ndjson", ".csv": "text/csv; charset=utf-8", ".sqlite": "application/vnd.sqlite3", "": "text/plain; charset=utf-8"}

// dumps lists the files of the newest dump.
func (f *face) dumps(w http.ResponseWriter, r *http.Request) error {
	set, err := f.Dumps.Latest(r.Context())
	if err != nil {
		return err
	}
	if f.current(w, r, set.Position, "dumps") {
		return nil
	}
	type file struct {
		Name  string `json:"name"`
		URL   string `json:"url"`
		Bytes int64  `json:"bytes"`
	}
	out := struct {
		Position int64  `json:"journal_position"`
		Licence  string `json:"licence"`
		Files    []file `json:"files"`
	}{Position: set.Position, Licence: "CC0-1.0"}
	for _, name := range dumps.Files {
		info, err := os.Stat(filepath.Join(set.Dir, name))
		if err != nil {
			return err
		}
		out.Files = append(out.Files, file{name, f.BaseURL + "/dumps/" + name, info.Size()})
	}
	w.Header().Set("Content-Type", "application/json")
	return json.NewEncoder(w).Encode(out)
}

// dump serves one file of the newest dump; a broken download can go on.
func (f *face) dump(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("file")
	if !slices.Contains(dumps.Files, name) {
		return &good.Error{Kind: good.NotFound, Key: "error.dump.unknown", Args: map[string]any{"Known": strings.Join(dumps.Files, ", ")}}
	}
	set, err := f.Dumps.Latest(r.Context())
	if err != nil {
		return err
	}
	if f.current(w, r, set.Position, name) {
		return nil
	}
	file, err := os.Open(filepath.Join(set.Dir, name))
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", dumpTypes[filepath.Ext(name)])
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("X-Journal-Position", strconv.FormatInt(set.Position, 10))
	extend(w)
	http.ServeContent(w, r, name, info.ModTime(), file)
	return nil
}

// sitemapLength is how many goods one sitemap lists, in six languages each;
// the protocol allows 50,000 addresses and 50 MB.
const sitemapLength = 2000

type xmlLink struct {
	Rel  string `xml:"rel,attr"`
	Lang string `xml:"hreflang,attr"`
	Href string `xml:"href,attr"`
}

type sitemapURL struct {
	Loc     string    `xml:"loc"`
	LastMod string    `xml:"lastmod,omitempty"`
	Links   []xmlLink `xml:"xhtml:link"`
}

// sitemaps is the index: each sitemap begins after a good's id.
func (f *face) sitemaps(w http.ResponseWriter, r *http.Request) error {
	if f.current(w, r, f.Goods.Position(), "sitemaps") {
		return nil
	}
	type entry struct {
		Loc string `xml:"loc"`
	}
	index := struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
		Maps    []entry  `xml:"sitemap"`
	}{Maps: []entry{{f.BaseURL + "/sitemaps/first.xml"}}}
	after, err := f.Walk.Boundaries(r.Context(), sitemapLength)
	if err != nil {
		return err
	}
	for _, id := range after {
		index.Maps = append(index.Maps, entry{f.BaseURL + "/sitemaps/" + string(id) + ".xml"})
	}
	return writeXML(w, index)
}

// sitemap lists the goods after an id, each in every language.
func (f *face) sitemap(w http.ResponseWriter, r *http.Request) error {
	after, ok := strings.CutSuffix(r.PathValue("file"), ".xml")
	if after == "first" {
		after = ""
	} else if !ok || !good.ID(after).Valid() {
		return &good.Error{Kind: good.NotFound, Key: "error.sitemap.unknown"}
	}
	if f.current(w, r, f.Goods.Position(), "sitemap") {
		return nil
	}
	set := struct {
		XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		XHTML   string       `xml:"xmlns:xhtml,attr"`
		URLs    []sitemapURL `xml:"url"`
	}{XHTML: "http://www.w3.org/1999/xhtml"}
	if after == "" {
		for _, path := range standing() {
			set.URLs = append(set.URLs, f.everywhere(path, "")...)
		}
	}
	goods, err := f.Walk.After(r.Context(), good.ID(after), sitemapLength)
	if err != nil {
		return err
	}
	for _, g := range goods {
		if g.Tombstone == nil {
			set.URLs = append(set.URLs, f.everywhere("/goods/"+url.PathEscape(g.Slug), g.Updated.UTC().Format("2006-01-02"))...)
		}
	}
	return writeXML(w, set)
}

// standing are the pages that are there whatever goods there are.
func standing() []string {
	paths := []string{"/", "/goods", "/about", "/countries", "/collections", "/map", "/statistics", "/changes", "/data", "/docs/api"}
	for n := 1; n <= 17; n++ {
		paths = append(paths, fmt.Sprintf("/sdgs/%d", n))
	}
	for _, k := range good.Kinds {
		paths = append(paths, "/kinds/"+string(k))
	}
	for _, c := range vocab.Countries() {
		paths = append(paths, "/countries/"+c.Alpha2)
	}
	return paths
}

// everywhere is one page in each language, each naming the others.
func (f *face) everywhere(path, modified string) []sitemapURL {
	var links []xmlLink
	for _, l := range i18n.All() {
		links = append(links, xmlLink{"alternate", l.Code, f.BaseURL + prefix(l) + path})
	}
	var out []sitemapURL
	for _, l := range links {
		out = append(out, sitemapURL{Loc: l.Href, LastMod: modified, Links: links})
	}
	return out
}

// openSearch lets a browser search here from its own field.
func (f *face) openSearch(w http.ResponseWriter, r *http.Request) error {
	l := locale(r)
	if f.current(w, r, 0, "opensearch"+l.Code) {
		return nil
	}
	type address struct {
		Type     string `xml:"type,attr"`
		Method   string `xml:"method,attr,omitempty"`
		Template string `xml:"template,attr"`
	}
	w.Header().Set("Content-Type", "application/opensearchdescription+xml; charset=utf-8")
	return encodeXML(w, struct {
		XMLName     xml.Name  `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
		ShortName   string    `xml:"ShortName"`
		Description string    `xml:"Description"`
		Language    string    `xml:"Language"`
		InputEnc    string    `xml:"InputEncoding"`
		URLs        []address `xml:"Url"`
	}{ShortName: "Stoa", Description: l.T("web.home.title"), Language: l.Code, InputEnc: "UTF-8", URLs: []address{
		{"text/html", "get", f.BaseURL + prefix(l) + "/goods?q={searchTerms}"},
		{"application/atom+xml", "", f.BaseURL + "/goods.atom?q={searchTerms}&lang=" + l.Code},
	}})
}

// robots lets everyone in, but not into every combination of filters.
func (f *face) robots(w http.ResponseWriter, r *http.Request) error {
	if f.current(w, r, 0, "robots") {
		return nil
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := fmt.Fprintf(w, "User-agent: *\nDisallow: /*?*offset=\nDisallow: /imports\nDisallow: /*/claim\nSitemap: %s/sitemap.xml\n", f.BaseURL)
	return err
}

func writeXML(w http.ResponseWriter, doc any) error {
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	return encodeXML(w, doc)
}

func encodeXML(w http.ResponseWriter, doc any) error {
	raw, err := xml.Marshal(doc)
	if err != nil {
		return err
	}
	_, _ = w.Write(append([]byte(xml.Header), raw...)) // a reader who left
	return nil
}
