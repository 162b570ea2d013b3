package check

import (
	_ "embed"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"

	"stoa/internal/finding"
	"stoa/internal/lazy"
	"stoa/internal/vocab"
)

//go:embed data/lands.tsv
var landsTSV string

// land is a way to know the country of an owner.
type land struct {
	how, words, country string
}

var lands = sync.OnceValue(func() (out []land) {
	for f := range rows(landsTSV, 3) {
		for w := range strings.SplitSeq(f[1], "|") {
			out = append(out, land{f[0], w, f[2]})
		}
	}
	return out
})

// whole says that one holds the rights to all of it: contributors agree to give
// them, the licence or the notice of the whole names who has them, and no other
// file names anybody else. Without an agreement they stay with all who wrote a
// part, whomever a licence names. What is carried along under licences of its own
// is not looked at, as the question has it.
func (o *owner) whole() finding.Finding {
	const id = "owner.whole"
	var top *holder
	var key string
	for k, h := range o.holders {
		if h.first && h.order < 1_000_000 && (top == nil || h.order < top.order) {
			top, key = h, k
		}
	}
	if top == nil || !o.ours(top.display()) {
		return say(id, finding.NotObservable, finding.Low, finding.Say("check.owner.whole.none"))
	}
	if o.given == (finding.Evidence{}) {
		return say(id, finding.NotObservable, finding.Low, finding.Say("check.owner.whole.none"))
	}
	for k, h := range o.holders {
		if h != top && !strings.HasPrefix(k, key) && !strings.HasPrefix(key, k) && !h.library() {
			return say(id, finding.NotObservable, finding.Low, finding.Say("check.owner.whole.others", "Holder", top.display(), "Other", h.display()))
		}
	}
	f := say(id, finding.Met, finding.Medium, finding.Say("check.owner.whole.met", "File", top.at[0].Path, "Holder", top.display()))
	f.Values, f.Evidence = []string{"yes"}, append(top.at[:1:1], o.given)
	return f
}

// ofLibraries are places at which libraries and files of tools lie, under the
// names of those who made them; closedLibraries is one of them that is not open.
var (
	ofLibraries     = lazy.New(`(?i)(?:^|/)(?:static|assets|public|vendors?|libs?|libraries|plugins|third[_-]?party|_static|resources)/|(?:^|/)gradlew|bootstrap|jquery|chart\.?js`)
	closedLibraries = lazy.New(`(?i)highsoft|amcharts|fontawesome|fonticons`)
)

// library says whether all that names a holder is a library that is carried
// along, which the question leaves out.
func (h *holder) library() bool {
	return !h.first && !closedLibraries.MatchString(h.display()) && !slices.ContainsFunc(h.tally.at, func(e finding.Evidence) bool { return !ofLibraries.MatchString(e.Path) })
}

// ours says whether a holder has to do with the good: its address bears a word or
// the first letters of the name, or the front page has the name. Whom a licence
// names beside that may have written what this was begun with.
func (o *owner) ours(name string) bool {
	letters := ""
	words := strings.Fields(plainWords(legalForm.ReplaceAllString(name, "")))
	for _, w := range words {
		letters += w[:1]
	}
	called := slices.DeleteFunc(slices.Clone(o.called), func(c string) bool { return slices.Contains(plainPlaces, c) })
	return shareWord(called, name) || len(letters) > 2 && slices.ContainsFunc(called, func(c string) bool { return strings.HasPrefix(c, letters) }) ||
		(len(words) > 2 || slices.ContainsFunc(words, func(w string) bool { return len(w) >= longWord })) && strings.Contains(" "+o.page, " "+strings.Join(words, " ")+" ")
}

// longWord is how long a word is that does not stand in a text by chance.
const longWord = 8

// host is an address in a text, of a site or of mail.
var host = lazy.New(`(?i)(?:https?://|@)((?:[a-z0-9-]+\.)+[a-z]{2,})\b`)

// mostHosts is how many of them are kept.
const mostHosts = 300

// takeHosts takes the hosts that a text about the whole names.
func (o *owner) takeHosts(f *File) {
	for _, m := range host.FindAllSubmatchIndex(f.Text, mostHosts) {
		name := strings.ToLower(string(f.Text[m[2]:m[3]]))
		if len(o.hosts) < mostHosts {
			if _, had := o.hosts[name]; !had {
				o.hosts[name] = f.At(f.Line(m[2]))
			}
		}
	}
}

// roving are endings of countries that anybody anywhere takes.
var roving = []string{"io", "ai", "co", "me", "tv", "ly", "to", "ws", "fm", "gg", "cc", "sh", "im", "is", "it", "in", "eu", "so", "gl", "re", "ms", "la", "ac", "pw", "st", "tk", "ml", "ga", "cf", "gq", "am", "as", "us", "vc", "su", "nu", "li", "lt", "id", "network", "xyz"}

// establishedBy is the country of which an ending of a host is; "" where it says
// none.
func establishedBy(host string) string {
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	if last == "gov" || last == "mil" {
		return "US"
	}
	if last == "uk" {
		return "GB"
	}
	state := ofState(labels)
	if c, ok := vocab.CountryByCode(strings.ToUpper(last)); ok && len(last) == 2 && (state || !slices.Contains(roving, last)) {
		return c.Alpha2
	}
	return ""
}

// ofState says whether a host is of a state, by what stands before the country.
func ofState(labels []string) bool {
	return len(labels) > 1 && slices.Contains([]string{"gov", "go", "gob", "gouv", "gc", "govt", "gub", "gv"}, labels[len(labels)-2])
}

// notLands are names of countries that name other things as well.
var notLands = []string{"georgia", "jordan", "chad", "jersey", "guinea", "china", "ireland", "america", "cuba", "turkey", "mali", "niger", "peru", "georgian"}

// landIn is the country that a name of an owner says.
func landIn(name string) string {
	low := strings.ToLower(strings.Trim(name, " ,."))
	bare := strings.Trim(legalForm.ReplaceAllString(low, ""), " ,.")
	for _, l := range lands() {
		switch {
		case l.how == "is" && bare == l.words, l.how == "holds" && strings.Contains(low, l.words), l.how == "ends" && (strings.HasSuffix(low+".", " "+l.words) || strings.HasSuffix(low, " "+l.words)):
			return l.country
		}
	}
	words := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(" ,()/", r) })
	for n := 3; n >= 1; n-- {
		for i := 0; i+n <= len(words); i++ {
			part := strings.Join(words[i:i+n], " ")
			if len(part) < 4 || slices.Contains(notLands, strings.ToLower(part)) || strings.ToLower(part) == part || len(words) == n {
				continue
			}
			if c, ok := vocab.FindCountry(part); ok && len(part) > 3 {
				return c.Alpha2
			}
		}
	}
	return ""
}

// ipa is a number in that list, which none but Italian public bodies have.
var ipa = lazy.New(`(?im)^\s*codiceIPA:\s*['"]?[A-Za-z0-9_-]{3,}`)

// landOfAccount is the country of which an account at a forge says that it is: of
// a state's own word, as "gouv" in France, or of one that opens data of a country
// whose ending it bears.
func landOfAccount(account string) string {
	for _, l := range lands() {
		if l.how == "account" && fits(account, l.words) {
			return l.country
		}
	}
	return ""
}

// fits says whether an account is as a pattern has it: capitals in it are looked
// for as they stand, and a * at one end stands for two letters or more.
func fits(account, pattern string) bool {
	if strings.ToLower(pattern) == pattern {
		account = strings.ToLower(account)
	}
	before, after, _ := strings.Cut(pattern, "*")
	least := 0
	if before == "" || after == "" {
		least = 2
	}
	return len(account) >= len(before)+len(after)+least && strings.HasPrefix(account, before) && strings.HasSuffix(account, after)
}

// legalForm is what a name of a company ends with.
var legalForm = lazy.New(`(?i)[\s,]+(?:inc|llc|ltd|limited|corp|co|and its contributors|and contributors|contributors|authors|team|and its affiliates|and affiliates|all rights reserved)\b\.?`)

// country says where the owner is established: by its name, or by the ending of
// a host that bears its name or that of the account at the forge.
func (o *owner) country(holder, named finding.Finding) finding.Finding {
	const id = "owner.country"
	var names []string
	var at []finding.Evidence
	for _, f := range []finding.Finding{named, holder} {
		if f.State == finding.Met && len(f.Values) > 0 && f.Confidence != finding.Low {
			names, at = append(names, f.Values[0]), append(at, f.Evidence[0])
		}
	}
	if o.listed.Path != "" {
		f := say(id, finding.Met, finding.Medium, finding.Say("check.owner.country.name", "Name", "codiceIPA", "Country", "IT"))
		f.Values, f.Evidence = []string{"IT"}, []finding.Evidence{o.listed}
		return f
	}
	for i, name := range names {
		if c := landIn(name); c != "" {
			f := say(id, finding.Met, finding.Medium, finding.Say("check.owner.country.name", "Name", name, "Country", c))
			f.Values, f.Evidence = []string{c}, at[i:i+1]
			return f
		}
	}
	if c := landOfAccount(o.account); c != "" {
		f := say(id, finding.Met, finding.Medium, finding.Say("check.owner.country.name", "Name", o.account, "Country", c))
		f.Values, f.Evidence = []string{c}, []finding.Evidence{{URL: o.home}}
		return f
	}
	stems := []string{stem(strings.ToLower(o.account))}
	for _, n := range names {
		stems = append(stems, stem(strings.Trim(legalForm.ReplaceAllString(strings.ToLower(n), ""), " ,.")))
	}
	if own := strings.Join(o.called[min(o.owned, len(o.called)):], ""); len(own) >= longWord-1 && !slices.Contains(plainPlaces, own) {
		stems = append(stems, own)
	}
	found := map[string]string{} // country: host
	for h := range o.hosts {
		labels := strings.Split(strings.TrimPrefix(h, "www."), ".")
		for _, label := range labels[:len(labels)-1] {
			s := stem(label)
			if len(s) > 2 && slices.Contains(stems, s) || len(s) >= longWord-2 && ofState(labels) && slices.Contains(o.called, s) && !slices.Contains(plainPlaces, s) {
				if c := establishedBy(h); c != "" {
					found[c] = max(found[c], h)
				}
			}
		}
	}
	if len(found) != 1 {
		return say(id, finding.NotObservable, finding.Low, finding.Say("check.owner.country.none"))
	}
	c := slices.Collect(maps.Keys(found))[0]
	f := say(id, finding.Met, finding.Medium, finding.Say("check.owner.country.host", "Host", found[c], "Country", c))
	f.Values, f.Evidence = []string{c}, []finding.Evidence{o.hosts[found[c]]}
	return f
}

// accountOf is the account at a forge to which an address belongs; "" elsewhere.
func accountOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || !isForge(u) {
		return ""
	}
	account, _, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	return account
}

// homeOf is the page of that account.
func homeOf(address string) string {
	u, err := url.Parse(address)
	if account := accountOf(address); err == nil && account != "" {
		return u.Scheme + "://" + u.Host + "/" + account
	}
	return ""
}
