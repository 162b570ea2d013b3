package files

import (
	"net/http"
	"net/url"
	"strings"

	"stoa/internal/edge"
	"stoa/internal/export"
	"stoa/internal/good"
)

// catalogPage is how many goods a page of the catalogue holds.
const catalogPage = 100

// linked says whether a client rather wants JSON-LD than Turtle: what it names
// first of the two, JSON-LD where it takes anything; not ok is answered.
func (f *face) linked(w http.ResponseWriter, r *http.Request) (jsonld, ok bool) {
	edge.AddVary(w.Header(), "Accept")
	accept := strings.ToLower(strings.Join(r.Header["Accept"], ","))
	if accept == "" {
		return true, true
	}
	anything := false
	for part := range strings.SplitSeq(accept, ",") {
		media, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.Contains(strings.ReplaceAll(params, " ", ""), "q=0") && !strings.Contains(params, "0.") {
			continue
		}
		switch strings.TrimSpace(media) {
		case "application/ld+json", "application/json":
			return true, true
		case "text/turtle", "text/*":
			return false, true
		case "*/*", "application/*", "text/html": // a browser
			anything = true
		}
	}
	if !anything {
		f.Deny(w, r, http.StatusNotAcceptable, &good.Error{Kind: good.Invalid, Key: "api.detail.accept", Args: map[string]any{"Type": "application/ld+json, text/turtle"}})
	}
	return true, anything
}

// catalog is the registry in DCAT-AP 3, page by page, in the order of ids: a
// good that comes while somebody reads is not missed, and none comes twice.
func (f *face) catalog(w http.ResponseWriter, r *http.Request) error {
	jsonld, ok := f.linked(w, r)
	if !ok {
		return nil
	}
	after := good.ID(r.URL.Query().Get("after"))
	if after != "" && !after.Valid() {
		return &good.Error{Kind: good.Invalid, Key: "api.detail.cursor", Field: "after"}
	}
	l := locale(r)
	edge.AddVary(w.Header(), "Accept-Language")
	if f.current(w, r, f.Goods.Position(), "dcat"+l.Code+formOf(jsonld)) {
		return nil
	}
	page := export.DCATPage{Base: f.BaseURL, Title: l.T("web.home.title"), Description: l.T("web.home.title"), Lang: l.Code, Publisher: hostOf(f.BaseURL), Changed: f.changed(r.Context()), Self: f.BaseURL + "/catalog"}
	if after != "" {
		page.Self += "?after=" + string(after)
	}
	all, err := f.Goods.Search(r.Context(), good.Query{Limit: 1, Counted: []good.Facet{}, EveryStage: true})
	if err != nil {
		return err
	}
	page.Total = all.Total
	var goods []*good.Good
	for more := true; more && len(goods) < catalogPage; {
		part, err := f.Walk.After(r.Context(), after, catalogPage)
		if err != nil {
			return err
		}
		for _, g := range part {
			if len(goods) == catalogPage {
				break
			}
			if after = g.ID; g.Tombstone == nil {
				goods = append(goods, g)
			}
		}
		more = len(part) == catalogPage
	}
	if len(goods) == catalogPage {
		page.Next = f.BaseURL + "/catalog?after=" + string(after)
		w.Header().Set("Link", "<"+page.Next+`>; rel="next"`)
	}
	export.Omit(w.Header(), "dcat", nil)
	return f.sendDCAT(w, &page, goods, jsonld)
}

func formOf(jsonld bool) string {
	if jsonld {
		return "j"
	}
	return "t"
}

func hostOf(base string) string {
	if u, err := url.Parse(base); err == nil {
		return u.Host
	}
	return base
}

// catalogGood is one good in DCAT-AP 3.
func (f *face) catalogGood(w http.ResponseWriter, r *http.Request) error {
	jsonld, ok := f.linked(w, r)
	if !ok {
		return nil
	}
	v, err := f.Goods.Show(r.Context(), r.PathValue("good"))
	if err != nil {
		return err
	}
	if v.Moved {
		http.Redirect(w, r, "/catalog/"+url.PathEscape(v.Good.Slug), http.StatusMovedPermanently)
		return nil
	}
	if v.Good.Tombstone != nil {
		return &good.Error{Kind: good.Gone, Key: "error.good.gone", Args: map[string]any{"Name": v.Good.Name}}
	}
	if f.current(w, r, v.Good.Position, "dcat"+formOf(jsonld)) {
		return nil
	}
	export.Omit(w.Header(), "dcat", v.Good)
	return f.sendDCAT(w, nil, []*good.Good{v.Good}, jsonld)
}

func (f *face) sendDCAT(w http.ResponseWriter, page *export.DCATPage, goods []*good.Good, jsonld bool) error {
	body, err := export.DCAT(f.BaseURL, page, goods, jsonld)
	if err != nil {
		return err
	}
	media := export.TypeTurtle
	if jsonld {
		media = export.TypeJSONLD
	}
	w.Header().Set("Content-Type", media)
	_, _ = w.Write(body) // a reader who left
	return nil
}
