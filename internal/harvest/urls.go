package harvest

import (
	"net"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"stoa/internal/good"
)

var (
	anyURL     = regexp.MustCompile(`(?i)\bhttps?://[^\s<>"'{}|\\^` + "`" + `]+`)
	badScheme  = regexp.MustCompile(`(?i)^\s*(?:javascript|data|vbscript|file|blob|about):`)
	bareDomain = regexp.MustCompile(`(?i)^(?:www\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}(?:[/?#]\S*)?$`)
	nextURL    = regexp.MustCompile(`(?i)[,;]+(?:https?://)`)
)

// links finds every address in a field that should hold one, with the words
// that stand before it as its label.
func (m *mend) links(field, s string) []good.Link {
	s = tidy(untag(entities(s)))
	if unplaceholder(s) == "" {
		if s != "" {
			m.note(field, s, "", "placeholder")
		}
		return nil
	}
	if badScheme.MatchString(s) {
		m.note(field, s, "", "url-scheme")
		return nil
	}
	at := anyURL.FindAllStringIndex(s, -1)
	if len(at) == 0 {
		return m.schemeless(field, s)
	}
	var out []good.Link
	last := 0
	for _, p := range at {
		// A match goes on over commas: "https://a.org,https://b.org".
		for rest := p[0]; rest < p[1]; {
			end := p[1]
			if cut := nextURL.FindStringIndex(s[rest:end]); cut != nil {
				end = rest + cut[0]
			}
			if u, ok := webAddress(s[rest:end]); ok {
				out = append(out, good.Link{Name: label(s[last:rest]), URL: u})
			} else {
				m.note(field, s[rest:end], "", "url-broken")
			}
			last = end
			for rest = end; rest < p[1] && (s[rest] == ',' || s[rest] == ';'); rest++ {
			}
		}
	}
	if len(out) > 1 {
		m.note(field, s, joinURLs(out), "several-urls")
	}
	return unique(out)
}

// schemeless mends addresses without a scheme; anything else is no address.
func (m *mend) schemeless(field, s string) []good.Link {
	var out []good.Link
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\n' || r == ',' || r == ';' }) {
		if strings.Contains(w, "@") || !bareDomain.MatchString(w) {
			continue
		}
		if u, ok := webAddress("https://" + w); ok {
			out = append(out, good.Link{URL: u})
		}
	}
	if len(out) == 0 {
		m.note(field, s, "", "not-an-address")
		return nil
	}
	m.note(field, s, joinURLs(out), "schemeless-url")
	return unique(out)
}

// address is the one address of a field; where it holds several, the others
// are returned too.
func (m *mend) address(field, s string) (first string, others []good.Link) {
	ls := m.links(field, s)
	if len(ls) == 0 {
		return "", nil
	}
	return ls[0].URL, ls[1:]
}

// webAddress is s as an http(s) address that could be visited, and whether it
// is one.
func webAddress(s string) (string, bool) {
	s = strings.TrimRight(s, ".,;:!?*'\"”’")
	for strings.HasSuffix(s, ")") && strings.Count(s, ")") > strings.Count(s, "(") {
		s = strings.TrimRight(strings.TrimSuffix(s, ")"), ".,;:")
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil || len(s) > 2000 || !utf8.ValidString(s) {
		return "", false
	}
	host := u.Hostname()
	if !strings.Contains(host, ".") || strings.HasPrefix(host, ".") || strings.Contains(host, "..") || strings.Contains(host, "_") ||
		net.ParseIP(host) != nil {
		return "", false
	}
	u.Host = strings.ToLower(u.Host)
	return u.String(), true
}

// label makes a link's name of the words before it.
func label(s string) string {
	if i := strings.LastIndexAny(s, "\n;"); i >= 0 && strings.TrimSpace(s[i+1:]) != "" {
		s = s[i+1:]
	}
	s = strings.Trim(s, " \n\t,;:.-–—()[]*•<>|=&")
	s = listMark.ReplaceAllString(s, "")
	if n := utf8.RuneCountInString(s); n < 2 || n > 80 || strings.EqualFold(s, "and") {
		return ""
	}
	return s
}

func joinURLs(ls []good.Link) string {
	us := make([]string, len(ls))
	for i, l := range ls {
		us[i] = l.URL
	}
	return strings.Join(us, " | ")
}

// unique drops links whose address has been seen.
func unique(ls []good.Link) []good.Link {
	var out []good.Link
	seen := map[string]bool{}
	for _, l := range ls {
		if k := strings.TrimSuffix(l.URL, "/"); !seen[k] {
			seen[k] = true
			out = append(out, l)
		}
	}
	return out
}
