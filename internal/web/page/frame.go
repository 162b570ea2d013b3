// Package page is what every page has in common: the frame around it, the
// language it speaks and the parts several pages share. Each page lives in a
// folder of its own below, with its markup, style and handler.
package page

import (
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"stoa/internal/access"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/web/assets"
)

// Handler answers one page. What it returns as an error becomes a page that
// helps; it must not have written then.
type Handler func(w http.ResponseWriter, r *http.Request, f *Frame) error

// Route is a page or a form's target: its pattern, what it is for, and its
// handler. A page for which the act is not access.Public is private: it is
// kept nowhere, and who can never do the act does not reach it. What may be
// done to the very thing asked for is decided by the verb or view behind it.
type Route struct {
	Pattern string // "GET /desk", as of http.ServeMux
	Act     access.Act
	Handler Handler
}

// Site is what all pages of an instance share.
type Site struct {
	Base    string // public address without a slash at the end
	Build   string // names the program and its assets
	Assets  *assets.Set
	Tongues []*Tongue // English first
	// The criteria sets there are pages about, nil for none.
	Standards *standard.Library
	// What there is besides what everybody reads.
	Accounts, Desk bool
	Proves         bool // the record behind each recognition can be read here
	Harvests       bool // there are pages of the sources that are read
	Calls          bool // partners look for goods here
	Reports        bool // there are reports on how goods do
	Watches        bool // what the watch saw of a good can be read here
	Claims         bool // goods can be nominated, claimed and applied for here
}

// Frame is one page being made.
type Frame struct {
	*Tongue
	Site     *Site
	Path     string // without language and host, decoded: "/goods/dhis2"
	Query    string // canonical query to carry into the other languages
	Position int64  // journal position the page is as of
	Offer    *Tongue
	// Who reads: nil for nobody in particular, to whom every page is the same.
	Viewer     *access.Who
	ViewerName string
	// What the page says of itself.
	Title       string
	Description string
	Here        string // place in the main navigation
	Work        bool   // somebody writes here: forms and their style
	Unlisted    bool   // not for search engines: errors, searches without end
}

// AtDesk says whether whoever reads has work at the desk.
func (f *Frame) AtDesk() bool {
	return f.Site.Desk && f.Viewer != nil && access.May(*f.Viewer, access.SeeDesk) == nil && len(f.Viewer.Roles) > 0
}

// Reader is who reads.
func (f *Frame) Reader() access.Who {
	if f.Viewer == nil {
		return access.Who{}
	}
	return *f.Viewer
}

// Href is the address of a page in this page's language.
func (f *Frame) Href(path string) templ.SafeURL { return templ.SafeURL(f.Prefix + path) }

// Goods is the address of the list that answers q, in this page's language.
func (f *Frame) Goods(q good.Query) templ.SafeURL {
	return templ.SafeURL(f.Prefix + GoodsPath(q))
}

// GoodsPath is the path of the list that answers q, without language.
func GoodsPath(q good.Query) string {
	if v := q.Values().Encode(); v != "" {
		return "/goods?" + v
	}
	return "/goods"
}

// Standard names a version of a standard, "dpg@1.1.7", as people call it.
func (f *Frame) Standard(key string) string {
	id, version, _ := strings.Cut(key, "@")
	if lib := f.Site.Standards; lib != nil {
		if set, ok := lib.Find(key); ok {
			name, _ := set.Name.In(f.Code)
			return name + " " + set.Version
		}
	}
	return strings.TrimSpace(id + " " + version)
}

// StandardPath is where a version of a standard is read.
func (f *Frame) StandardPath(key string) templ.SafeURL {
	id, version, _ := strings.Cut(key, "@")
	return f.Href("/standards/" + PathEscape(id) + "/" + PathEscape(version))
}

// With is the address of the list of all goods with one value of a facet.
func (f *Frame) With(facet good.Facet, value string) templ.SafeURL {
	return templ.SafeURL(f.Prefix + "/goods?" + string(facet) + "=" + url.QueryEscape(value))
}

// Good is the address of a good's page.
func (f *Frame) Good(slug string) templ.SafeURL {
	return templ.SafeURL(f.Prefix + "/goods/" + PathEscape(slug))
}

// In is this page in another language.
func (f *Frame) In(t *Tongue) templ.SafeURL { return templ.SafeURL(f.at(t)) }

// Abroad is the full address of this page in another language.
func (f *Frame) Abroad(t *Tongue) string { return f.Site.Base + f.at(t) }

func (f *Frame) at(t *Tongue) string {
	var b strings.Builder
	b.WriteString(t.Prefix)
	for i, s := range strings.Split(f.Path, "/") {
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(PathEscape(s))
	}
	if f.Query != "" {
		b.WriteByte('?')
		b.WriteString(f.Query)
	}
	return b.String()
}

// PathEscape escapes one segment of a path, and does not copy a plain one.
func PathEscape(s string) string {
	for i := range len(s) {
		if c := s[i]; !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c == '-') {
			return url.PathEscape(s)
		}
	}
	return s
}

// Outside is address as a link that leaves the instance; ok is false where it
// is not a web address and must be shown as text.
func Outside(address string) (link templ.SafeURL, ok bool) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", false
	}
	return templ.SafeURL(u.String()), true
}

// Host is the part of a web address a reader knows it by: host and path,
// without scheme, "www." and the slash at the end.
func Host(address string) string {
	_, s, ok := strings.Cut(address, "://")
	if !ok {
		return address
	}
	return strings.TrimSuffix(strings.TrimPrefix(s, "www."), "/")
}

// Lang is the value of a lang attribute for text in language in on this page,
// "" where the page's own language holds.
func (f *Frame) Lang(in string) string {
	if in == f.Code {
		return ""
	}
	return in
}

// Dir is the direction of text in a language that is not the page's.
func Dir(lang string) string {
	switch base, _, _ := strings.Cut(lang, "-"); base {
	case "ar", "fa", "he", "ur", "ps", "sd", "ug", "yi", "dv", "ckb":
		return "rtl"
	}
	return "ltr"
}

// Guess is the language of a source's text whose language nobody states, by
// the script most of it is in; Latin counts as English, the working language
// of the registries. "" means unknown.
func Guess(s string) string {
	var latin, arabic, han, cyrillic, other int
	for i, r := range s {
		if i > 400 {
			break
		}
		switch {
		case r < 0x80 && (r|0x20 >= 'a' && r|0x20 <= 'z') || unicode.Is(unicode.Latin, r):
			latin++
		case unicode.Is(unicode.Arabic, r):
			arabic++
		case unicode.Is(unicode.Han, r):
			han++
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
		case unicode.IsLetter(r):
			other++
		}
	}
	switch m := max(latin, arabic, han, cyrillic, other); {
	case m == 0 || m == other:
		return ""
	case m == latin:
		return "en"
	case m == arabic:
		return "ar"
	case m == han:
		return "zh"
	default:
		return "ru"
	}
}

// Cut shortens s to about max characters at a word's end, with an ellipsis.
func Cut(s string, max int) string {
	if len(s) <= max { // bytes are never fewer than characters
		return s
	}
	n, space := 0, 0
	for i, r := range s {
		if n == max {
			if space > i/2 {
				i = space
			}
			return strings.TrimRight(s[:i], " ,.;:–-") + "…"
		}
		if unicode.IsSpace(r) {
			space = i
		}
		n++
	}
	return s
}

// Valid is s without what is not text.
func Valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
