package target

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/temoto/robotstxt"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"stoa/internal/check"
)

// agent is how robots.txt names us.
const agent = "stoa"

const (
	mostRobots = 512 << 10 // bytes of a robots.txt
	mostLinks  = 5000      // of a page
)

// allowed says whether a site lets programs look at an address. One that says
// nothing does.
func (r *reach) allowed(u *url.URL) bool {
	site := u.Scheme + "://" + u.Host
	rules, asked := r.robots[site]
	if !asked {
		if r.robots == nil {
			r.robots = map[string]*robotstxt.RobotsData{}
		}
		rules = r.askRobots(site)
		r.robots[site] = rules
	}
	return rules == nil || rules.TestAgent(u.EscapedPath(), agent)
}

func (r *reach) askRobots(site string) (rules *robotstxt.RobotsData) {
	req, err := http.NewRequestWithContext(r.ctx, http.MethodGet, site+"/robots.txt", nil)
	if err != nil {
		return nil
	}
	res, err := r.o.Client.Do(req)
	if err != nil {
		return nil // if nobody is there, the page itself will say so
	}
	defer res.Body.Close() // read only
	text, err := io.ReadAll(io.LimitReader(res.Body, mostRobots))
	if err != nil || res.StatusCode != http.StatusOK {
		return nil
	}
	if !decoded(func() error { rules, err = robotstxt.FromBytes(text); return err }) {
		return nil
	}
	return rules
}

// matters are the pages that a site is asked for beside its first: each by
// what stands in their addresses or names, in the languages of the world's
// greater part.
var matters = [][]string{
	{"privacy", "datenschutz", "confidentialite", "confidentialité", "privacidad", "конфиденциальн", "隐私", "الخصوصية"},
	{"terms", "conditions", "terminos", "términos", "mentions-legales", "mentions légales", "condiciones", "услови", "条款", "الشروط"},
	{"licence", "license", "licencia", "copyright", "лицензи", "许可", "الترخيص"},
	{"security", "securite", "sécurité", "seguridad", "безопасност", "安全", "الأمان"},
	{"accessib", "barrierefrei", "accesibilidad", "доступност", "无障碍", "إمكانية الوصول"},
	{"conduct", "conduite", "conducta", "поведени", "行为准则", "السلوك"},
	{"governance", "gouvernance", "gobernanza", "about", "a-propos", "à propos", "acerca", "о проекте", "关于", "من نحن"},
	{"documentation", "docs", "documentación", "документаци", "文档", "التوثيق"},
}

// site fetches the pages that matter and to which the first page links, one of
// each.
func (r *reach) site(t *check.Target) {
	first := t.Pages[0]
	base, err := url.Parse(first.URL)
	if err != nil {
		return
	}
	found := links(first.Text, base)
	seen := map[string]bool{first.URL: true}
	for _, words := range matters {
		for _, l := range found {
			if len(t.Pages) >= r.o.Limits.Pages || r.ctx.Err() != nil {
				(*cuts)(&t.Cut).add("target.cut.pages", "Most", r.o.Limits.Pages)
				return
			}
			if !l.names(words) || seen[l.to.String()] {
				continue
			}
			seen[l.to.String()] = true
			if p, ok := r.page(l.to); ok {
				t.Pages = append(t.Pages, p)
				r.o.step(StepPages, len(t.Pages))
				break
			}
		}
	}
}

// page fetches a page; one that is gone is a page, too, as its status says.
func (r *reach) page(u *url.URL) (check.Page, bool) {
	if !r.allowed(u) {
		return check.Page{}, false
	}
	req, err := http.NewRequestWithContext(r.ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return check.Page{}, false
	}
	res, err := r.o.Client.Do(req)
	if err != nil {
		return check.Page{}, false
	}
	text, err := r.small(res, mostPage)
	if err != nil {
		return check.Page{}, false
	}
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type")) // "" for one that is none
	return check.Page{URL: res.Request.URL.String(), Status: res.StatusCode, Type: kind, Text: text}, true
}

// link is a link of a page.
type link struct {
	to   *url.URL
	text string // in small letters
}

func (l link) names(words []string) bool {
	address := strings.ToLower(l.to.Path)
	for _, w := range words {
		if strings.Contains(address, w) || strings.Contains(l.text, w) {
			return true
		}
	}
	return false
}

// links are the links of a page to other web pages, in their order.
func links(page []byte, base *url.URL) []link {
	var out []link
	z := html.NewTokenizer(bytes.NewReader(page))
	z.SetMaxBuf(1 << 20)
	var within *link
	for len(out) < mostLinks {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.TextToken:
			if within != nil && len(within.text) < 200 {
				within.text += strings.ToLower(string(z.Text()))
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); atom.Lookup(name) == atom.A && within != nil {
				out, within = append(out, *within), nil
			}
		case html.StartTagToken:
			name, more := z.TagName()
			if atom.Lookup(name) != atom.A {
				continue
			}
			for more {
				var key, value []byte
				if key, value, more = z.TagAttr(); string(key) != "href" {
					continue
				}
				to, err := base.Parse(strings.TrimSpace(string(value)))
				if err == nil && (to.Scheme == "https" || to.Scheme == "http") && to.Host != "" && to.User == nil {
					to.Fragment = ""
					within = &link{to: to}
				}
			}
		}
	}
	return out
}
