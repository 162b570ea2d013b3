package match

import (
	"maps"
	"math"
	"slices"
	"strings"

	"stoa/internal/good"
)

// Level says how sure it is that two are one.
type Level int

// The levels, in order.
const (
	Other  Level = iota // two goods, as far as can be told
	Alike               // a person should look at it some day
	Unsure              // a person must say before anything is done
	Same                // one good
)

// Code names a reason why two are taken for one. The words for each are
// match.reason.{code}.
type Code string

// The reasons.
const (
	ByIdentifier Code = "identifier"
	ByRepository Code = "repository"
	ByMirror     Code = "mirror" // a repository of the same owner and name elsewhere, or of the same name
	ByPackage    Code = "package"
	ByWebsite    Code = "website"
	ByHost       Code = "host" // websites at one host
	ByName       Code = "name"
	ByAlias      Code = "alias"
	ByNearName   Code = "near-name"
	ByText       Code = "text"
	ByOwner      Code = "owner"
)

// Codes lists the reasons in the order they are shown.
var Codes = []Code{ByIdentifier, ByRepository, ByMirror, ByPackage, ByWebsite, ByHost, ByName, ByAlias, ByNearName, ByText, ByOwner}

// Reason is a reason with what was found in both.
type Reason struct {
	Code  Code   `json:"code"`
	Value string `json:"value,omitempty"`
}

// Finding is what comes of comparing two.
type Finding struct {
	Level   Level
	Score   int // of 100
	Reasons []Reason
}

// Side is what is known of one good when it is compared.
type Side struct {
	Keys    []string // Keys of all its records
	issuers []string // whose registers speak of it: one who recognises goods gives each name once
	sources []string
	names   []name
	texts   [][]string // words of each language's text, sorted
	owners  []string
}

// SideOf is what records say of one good, out of which registers.
func SideOf(records []good.Record, sources map[string]good.Source) Side {
	s := Side{Keys: KeysOf(records)}
	seen := map[string]bool{}
	once := func(what, v string) bool {
		is := v != "" && !seen[what+v]
		seen[what+v] = true
		return is
	}
	for _, r := range records {
		if i := sources[r.Source].Issuer; once("issuer ", i) {
			s.issuers = append(s.issuers, i)
		}
		if once("source ", r.Source) {
			s.sources = append(s.sources, r.Source)
		}
		for _, n := range append([]string{r.Facts.Name}, r.Facts.Aliases...) {
			if n := nameOf(n); len(s.names) < mostNames && once("name ", n.whole) {
				s.names = append(s.names, n)
			}
		}
		for _, lang := range slices.Sorted(maps.Keys(r.Facts.Summary)) { // in order: only some are compared
			if text := r.Facts.Summary[lang]; len(s.texts) < mostTexts && once("text ", text) {
				s.texts = append(s.texts, pairsOf(text))
			}
		}
		for _, p := range r.Facts.Parties {
			if p.Role == good.Owner && once("owner ", p.Slug()) {
				s.owners = append(s.owners, p.Slug())
			}
		}
	}
	return s
}

// Bounds of what is compared.
const (
	mostNames = 12
	mostTexts = 6
)

// pairsOf are the words of a text and each two that follow each other, sorted,
// without those that say nothing.
func pairsOf(text string) []string {
	var out []string
	last := ""
	for _, w := range wordsOf(text) {
		if len(w) < 4 && !strings.ContainsAny(w, "0123456789") {
			continue
		}
		out = append(out, w)
		if last != "" {
			out = append(out, last+" "+w)
		}
		last = w
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// What each reason is worth, from 0 to 1: how often it alone would be right.
const (
	worthRepository = 0.70
	worthMirror     = 0.55
	worthPackage    = 0.70
	worthWebsite    = 0.60
	worthHost       = 0.25
	worthName       = 0.85
	worthAlias      = 0.70
	worthOwner      = 0.20
	nearEnough      = 0.55 // names less alike than this are no reason
	textEnough      = 0.20 // texts less alike
	textSure        = 0.40 // texts that confirm a name
	worthShowing    = 60   // of 100: what is less is not shown
)

// Compare says whether two are one good, and why.
func Compare(a, b Side) Finding {
	if differ(a.Keys, b.Keys) {
		return Finding{}
	}
	f := Finding{Level: a.verdict(b)}
	against := 1.0
	reason := func(c Code, value string, worth float64) {
		if value != "" {
			f.Reasons = append(f.Reasons, Reason{c, value})
			against *= 1 - worth
		}
	}
	reason(ByIdentifier, sharedIdentifier(a.Keys, b.Keys), 0.99)
	both := func(scheme string) string { return common(withScheme(a.Keys, scheme), withScheme(b.Keys, scheme)) }
	repo := both(keyRepository)
	reason(ByRepository, repo, worthRepository)
	if repo == "" {
		reason(ByMirror, mirror(a.Keys, b.Keys, false), worthMirror)
	}
	reason(ByPackage, both(keyPackage), worthPackage)
	web := both(keyWebsite)
	reason(ByWebsite, web, worthWebsite)
	if web == "" {
		reason(ByHost, commonHost(a.Keys, b.Keys), worthHost)
	}
	named := both(keyName)
	reason(ByName, named, worthName)
	if named == "" {
		near, value := nearest(a.names, b.names)
		if alias := alias(a.Keys, b.Keys); alias != "" {
			reason(ByAlias, alias, worthAlias)
		} else if near >= nearEnough {
			reason(ByNearName, value, worthAlias*(near-nearEnough)/(1-nearEnough)+0.1)
		}
	}
	if t := likeText(a.texts, b.texts); t >= textEnough {
		reason(ByText, percent(t), math.Min(t+0.1, 0.75))
	}
	reason(ByOwner, common(a.owners, b.owners), worthOwner)
	f.Score = int(math.Round(100 * (1 - against)))
	if f.Level == Other && f.Score >= worthShowing {
		f.Level = Alike
	}
	return f
}

// registerIDs are the schemes of ids that a register gives for its own use.
var registerIDs = []string{"dpgid:", "dpga:", "dpga-v0:"}

// verdict is what identifiers, addresses and names decide together.
func (s Side) verdict(o Side) Level {
	id := sharedIdentifier(s.Keys, o.Keys)
	numbered := slices.ContainsFunc(registerIDs, func(scheme string) bool { return strings.HasPrefix(id, scheme) })
	if id != "" && (!numbered || common(s.issuers, o.issuers)+common(s.sources, o.sources) != "") {
		return Same
	}
	has := func(scheme string) (mine, theirs []string, both bool) {
		mine, theirs = withScheme(s.Keys, scheme), withScheme(o.Keys, scheme)
		return mine, theirs, common(mine, theirs) != ""
	}
	repos, theirRepos, repo := has(keyRepository)
	webs, theirWebs, web := has(keyWebsite)
	names, theirNames, named := has(keyName)
	_, _, pack := has(keyPackage)
	known := named || alias(s.Keys, o.Keys) != ""
	switch {
	case numbered && (known || repo || web || pack || within(names, theirNames)):
		return Same
	case numbered: // anybody can write down the id that another register gave
		return Unsure
	case named && (repo || pack || web || common(s.issuers, o.issuers) != "" || s.confirms(o) || !s.denies(o)):
		return Same
	case named && common(s.sources, o.sources) != "":
		return Other // who has a name twice tells the two apart
	case named:
		return Unsure // two registers, two products, one name
	case (repo || pack) && (known || within(names, theirNames)), web && known:
		return Same
	case (repo || pack) && web && common(s.issuers, o.issuers) == "" && common(s.sources, o.sources) != "":
		return Other // who lists two at one place tells the two apart
	case (repo || pack) && web:
		return Same
	case repo && len(repos) == 1 && len(theirRepos) == 1 && (len(webs) == 0 || len(theirWebs) == 0):
		return Unsure // renamed, or a part of it under its own name
	}
	return Other
}

// confirms says whether hosts, owners or texts agree with what names say.
func (s Side) confirms(o Side) bool {
	return commonHost(s.Keys, o.Keys) != "" || mirror(s.Keys, o.Keys, true) != "" || common(s.owners, o.owners) != "" || likeText(s.texts, o.texts) >= textSure
}

// denies says whether both state something of one kind, and not the same.
func (s Side) denies(o Side) bool {
	for _, scheme := range []string{keyRepository, keyPackage, keyWebsite} {
		if len(withScheme(s.Keys, scheme)) > 0 && len(withScheme(o.Keys, scheme)) > 0 {
			return true
		}
	}
	return len(s.owners) > 0 && len(o.owners) > 0 || len(s.texts) > 0 && len(o.texts) > 0
}

// differ says whether a scheme in which one good has one value tells them apart.
func differ(a, b []string) bool {
	for _, scheme := range onePerGood {
		mine, theirs := withScheme(a, scheme), withScheme(b, scheme)
		if len(mine) > 0 && len(theirs) > 0 && common(mine, theirs) == "" {
			return true
		}
	}
	return false
}

// alias is a name of one that is an alias of the other, or "".
func alias(a, b []string) string {
	names, aliases := withScheme(a, keyName), withScheme(a, keyAlias)
	if s := common(names, withScheme(b, keyAlias)); s != "" {
		return s
	}
	return common(aliases, withScheme(b, keyName))
}

// mirror is the repository both have on other hosts or, where that will do, under
// other owners; "" for none.
func mirror(a, b []string, owned bool) string {
	mine, theirs := withScheme(a, keyRepository), withScheme(b, keyRepository)
	for _, x := range mine {
		whole, name := tail(x)
		for _, y := range theirs {
			theirWhole, theirName := tail(y)
			if whole != "" && (whole == theirWhole || !owned && name == theirName && len(name) >= 6 && !general[name]) {
				return y
			}
		}
	}
	return ""
}

func commonHost(a, b []string) string {
	hosts := func(keys []string) (out []string) {
		for _, w := range withScheme(keys, keyWebsite) {
			if h := hostOf(w); h != "" {
				out = append(out, h)
			}
		}
		return out
	}
	return common(hosts(a), hosts(b))
}

// nearest is how alike the two nearest names are, and the one of the second.
func nearest(a, b []name) (best float64, which string) {
	for _, x := range a {
		for _, y := range b {
			if c := x.closeness(y); c > best {
				best, which = c, strings.Join(y.words, " ")
			}
		}
	}
	return best, which
}

func likeText(a, b [][]string) (best float64) {
	for _, x := range a {
		for _, y := range b {
			if min(len(x), len(y)) >= 8 {
				best = max(best, dice(x, y))
			}
		}
	}
	return best
}

func percent(f float64) string {
	n := int(math.Round(100 * f))
	return string([]byte{byte('0' + n/100%10), byte('0' + n/10%10), byte('0' + n%10), '%'})
}
