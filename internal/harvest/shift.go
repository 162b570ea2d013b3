package harvest

import (
	"hash/maphash"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// shifts finds texts that slipped from one good's record into another's, as
// when a spreadsheet fills empty cells with what stands above: the same long
// text stands in several records, one of which it names, while the others it
// does not.
type shifts struct {
	seed  maphash.Seed
	texts map[uint64]*holders
}

// holders says who a text names, of those in whose record it stands.
type holders struct {
	count int
	owner string // name of the first good that the text names
	org   string // who owns that good
}

// maxShifts bounds the memory of a listing's texts.
const maxShifts = 500_000

func newShifts() *shifts { return &shifts{seed: maphash.MakeSeed(), texts: map[uint64]*holders{}} }

// learn reads the texts of one record, before any is judged.
func (s *shifts) learn(r *v1Record) {
	seen := map[uint64]bool{}
	for _, p := range r.Privacy {
		for _, t := range []text{p.V.Compliance, p.V.URL} {
			k, long := s.key(string(t))
			if !long || seen[k] || (len(s.texts) >= maxShifts && s.texts[k] == nil) {
				continue
			}
			seen[k] = true
			h := s.texts[k]
			if h == nil {
				h = &holders{}
				s.texts[k] = h
			}
			h.count++
			if h.owner == "" && r.named(string(t)) {
				h.owner, h.org = strings.TrimSpace(string(r.Name)), r.owner()
			}
		}
	}
}

func (r *v1Record) addresses() []string {
	out := []string{string(r.Website)}
	for _, l := range r.Repositories {
		out = append(out, string(l.URL))
	}
	for _, o := range r.Ownership {
		out = append(out, string(o.V.URL))
	}
	return out
}

// owner is the organisation said to own the good.
func (r *v1Record) owner() string {
	for _, o := range r.Ownership {
		return strings.TrimSpace(string(o.V.Name))
	}
	return ""
}

// named says whether a text speaks of this good or of its owner.
func (r *v1Record) named(t string) bool {
	return names(t, string(r.Name), r.addresses()) || names(t, r.owner(), nil)
}

// keep returns t, or "" where t is another good's.
func (s *shifts) keep(m *mend, r *v1Record, field, t string) string {
	if s == nil {
		return t
	}
	k, long := s.key(t)
	h := s.texts[k]
	if !long || h == nil || h.count < 2 || h.owner == "" || strings.EqualFold(h.owner, strings.TrimSpace(string(r.Name))) {
		return t
	}
	if r.named(t) || (h.org != "" && strings.EqualFold(h.org, r.owner())) {
		return t
	}
	m.note(field, t, "", "text-of-another-good")
	m.remark("text-of-another-good", h.owner)
	return ""
}

func (s *shifts) key(t string) (uint64, bool) {
	t = strings.Join(strings.Fields(t), " ")
	return maphash.String(s.seed, t), utf8.RuneCountInString(t) >= 40
}

// names says whether a text speaks of the good with this name or at one of
// these addresses: it holds the name, or an address of the same owner.
func names(t, name string, addresses []string) bool {
	folded := strings.ToLower(t)
	if n := strings.ToLower(strings.TrimSpace(name)); utf8.RuneCountInString(n) >= 4 && strings.Contains(folded, n) {
		return true
	}
	for _, acronym := range acronyms(name) {
		if strings.Contains(t, acronym) {
			return true
		}
	}
	for _, a := range addresses {
		for _, u := range anyURL.FindAllString(a, -1) {
			if d := domain(u); d != "" && strings.Contains(folded, d) {
				return true
			}
		}
		if !strings.Contains(a, "://") && bareDomain.MatchString(strings.TrimSpace(a)) {
			if d := domain("https://" + strings.TrimSpace(a)); d != "" && strings.Contains(folded, d) {
				return true
			}
		}
	}
	return false
}

// acronyms are the short forms of a name: words in capitals and the capitals of
// its words ("Food and Agriculture Organization of the United Nations" is FAO
// and FAOUN).
func acronyms(name string) []string {
	var out []string
	initials := ""
	for _, w := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) }) {
		r, size := utf8.DecodeRuneInString(w)
		if len(w) >= 3 && w == strings.ToUpper(w) {
			out = append(out, w)
		}
		if unicode.IsUpper(r) && size < len(w) {
			if initials += string(r); len(initials) >= 3 {
				out = append(out, initials)
			}
		}
	}
	return out
}

// domain is the part of an address's host that one owner registers, or "" for
// a host many share.
func domain(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	d, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(u.Hostname()))
	if err != nil {
		return ""
	}
	switch d {
	case "github.com", "gitlab.com", "google.com", "atlassian.net", "readthedocs.io", "huggingface.co", "bitbucket.org", "youtube.com":
		return ""
	}
	return d
}
