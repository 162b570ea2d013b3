package duplicates_test

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"stoa/internal/good"
)

// maker makes goods as registers state them, and the same goods as another
// register, another person or a later year would: the names mistyped, reordered,
// shortened or in another script, the repository moved, mirrored or written
// another way, the text cut or reworded. It makes those that only look alike,
// too: others of one house, namesakes, forks that went their own way.
type maker struct{ *rand.Rand }

func newMaker(seed uint64) maker { return maker{rand.New(rand.NewPCG(seed, 2026))} }

func (m maker) of(list string) string {
	all := strings.Fields(list)
	return all[m.IntN(len(all))]
}

const (
	firstHalves = "vill med agri hydro civi edu terra carto nutri vacci helio demo stat biblio logi pharma ura mari silva geno klima medi fisca juri porta lingua sana kali tele inno"
	lastHalves  = "sense tracker mapper vault bridge flow grid scope desk mentor watch loop forge nest pulse wise ledger craft sight kit base lens path mate book"
	fields      = "health school water farm birth land tax vaccine forest nutrition energy transport library court election disaster patient teacher harvest fishery"
	products    = "Registry Mobile Atlas Exchange Planner Survey Dashboard Ledger Monitor Archive"
	generals    = "platform app system project tool"
	doing       = "helps lets allows supports enables guides"
	people      = "nurses teachers farmers clerks villages ministries librarians judges fishers parents midwives engineers"
	acts        = "record share plan map measure compare predict teach print translate register follow repair price certify"
	things      = "births lessons yields budgets wells parcels vaccines species permits routes contracts meals storms prescriptions textbooks catches licences complaints boundaries doses"
	conditions  = "offline by_phone in_many_languages with_open_standards at_low_cost under_local_law for_small_teams across_borders during_disasters on_shared_servers"
	places      = "Kenya Peru Nepal Ghana Malawi Laos Bolivia Tonga Rwanda Samoa Benin Jordan"
)

func (m maker) sentence() string {
	return fmt.Sprintf("%s %s to %s %s and %s %s %s, first used in %s.", m.of(doing), m.of(people), m.of(acts), m.of(things), m.of(acts), m.of(things), strings.ReplaceAll(m.of(conditions), "_", " "), m.of(places))
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// coined is a word nobody uses.
func (m maker) coined() string {
	var b strings.Builder
	for range 2 + m.IntN(2) {
		b.WriteString(m.of("ba be bi bo bu da de di do du fa fe fi ga go ka ke ki ko ku la le li lo lu ma me mi mo mu na ne ni no nu pa pe pi po ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo za"))
	}
	return title(b.String() + m.of("b d g k l m n p r s t v"))
}

// base is a good of its own.
func (m maker) base(i int) good.Facts {
	stem := title(m.of(firstHalves) + m.of(lastHalves))
	if m.IntN(3) == 0 {
		stem += title(m.of(firstHalves))
	}
	name := stem
	switch m.IntN(4) {
	case 0:
		name = "Open" + stem
	case 1:
		name = stem + " " + title(m.of(fields)) + " " + m.of(products)
	case 2:
		name = title(m.of(fields)) + " " + stem
	}
	owner := fmt.Sprintf("%s %s Trust %d", title(m.of(fields)), title(m.of(lastHalves)), i%977)
	f := good.Facts{Name: name, Summary: good.Text{"en": name + " " + m.sentence() + " It " + m.sentence() + " It also " + m.sentence()}, Kinds: []good.Kind{good.Software},
		Parties: []good.Party{{Name: owner, Role: good.Owner}}}
	slug := good.Slugify(name)
	if m.IntN(10) > 0 {
		f.Website = fmt.Sprintf("https://%s.%s.org", slug, good.Slugify(owner))
	}
	if m.IntN(10) > 1 {
		f.Repositories = []good.Link{{URL: "https://github.com/" + good.Slugify(owner) + "/" + slug}}
	}
	return f
}

// again is the same good stated anew. A person would still know it: its name,
// where it lives or its text stays near, and two of the three do.
func (m maker) again(f good.Facts) good.Facts {
	out := good.Facts{Kinds: f.Kinds, Parties: f.Parties}
	if m.IntN(2) == 0 {
		out.Parties = nil
	}
	lost := m.IntN(6) // 0 the name, 1 the addresses, 2 the text; else nothing
	if len(f.Repositories) == 0 && f.Website == "" {
		lost = 3
	}
	switch lost {
	case 0:
		out.Name = title(m.of(lastHalves)) + title(m.of(firstHalves)) + " " + m.of(products)
	default:
		out.Name = m.respell(f.Name)
	}
	if lost != 1 {
		out.Website, out.Repositories = f.Website, nil
		if len(f.Repositories) > 0 {
			out.Repositories = []good.Link{{URL: m.move(f.Repositories[0].URL, lost == 0)}}
		}
		switch {
		case len(out.Repositories) > 0 && m.IntN(3) == 0 && lost != 0:
			out.Website = ""
		case out.Website != "" && m.IntN(3) == 0:
			out.Website = strings.Replace(out.Website, "https://", "http://www.", 1) + "/index.html"
		}
		if out.Website != "" && len(out.Repositories) > 0 && m.IntN(4) == 0 {
			out.Repositories = nil
		}
	}
	if lost != 2 {
		out.Summary = good.Text{"en": m.reword(f.Summary["en"])}
	}
	return out
}

// respell writes a name as somebody else would.
func (m maker) respell(name string) string {
	words := strings.Fields(name)
	switch m.IntN(9) {
	case 0:
		return strings.ToUpper(strings.ReplaceAll(name, " ", "-"))
	case 1:
		return m.slip(name)
	case 2:
		return name + " " + m.of(generals)
	case 3:
		words = append(words[1:], words[0])
		return strings.Join(words, " ")
	case 4:
		return cyrillic.Replace(strings.ToLower(name))
	case 5:
		return strings.NewReplacer("e", "é", "a", "á", "o", "ö").Replace(name)
	case 6:
		return strings.ReplaceAll(name, "Open", "Open ") + " v2"
	case 7:
		if len(words) > 2 {
			return strings.Join(words[:2], " ")
		}
		return "The " + name
	}
	return name
}

var cyrillic = strings.NewReplacer("a", "а", "b", "б", "c", "к", "d", "д", "e", "е", "f", "ф", "g", "г", "h", "х", "i", "и", "j", "дж", "k", "к", "l", "л", "m", "м", "n", "н", "o", "о",
	"p", "п", "q", "к", "r", "р", "s", "с", "t", "т", "u", "у", "v", "в", "w", "в", "x", "кс", "y", "й", "z", "з")

// slip is one slip of the pen.
func (m maker) slip(name string) string {
	i := 1 + m.IntN(len(name)-2)
	if name[i] == ' ' || name[i+1] == ' ' {
		return name + name[len(name)-1:]
	}
	switch m.IntN(4) {
	case 0:
		return name[:i] + name[i+1:]
	case 1:
		return name[:i] + string(name[i+1]) + string(name[i]) + name[i+2:]
	case 2:
		return name[:i] + string(rune('a'+m.IntN(26))) + name[i+1:]
	}
	return name[:i] + string(name[i]) + name[i:]
}

// move writes a repository another way or as where it is now.
func (m maker) move(link string, same bool) string {
	path := strings.TrimPrefix(link, "https://github.com/")
	_, name, _ := strings.Cut(path, "/")
	ways := []string{link, link + ".git", "git@github.com:" + path + ".git", strings.ToUpper(link[:len(link)-1]) + link[len(link)-1:], "http://www.github.com/" + path + "/tree/main/docs"}
	if !same {
		ways = append(ways, "https://gitlab.com/"+path, "https://codeberg.org/"+path, "https://github.com/"+m.of(firstHalves)+"-org/"+name)
	}
	return strings.Replace(ways[m.IntN(len(ways))], "HTTPS://GITHUB.COM", "https://github.com", 1)
}

// reword drops, swaps and changes some words, or keeps the beginning alone.
func (m maker) reword(text string) string {
	if m.IntN(4) == 0 {
		first, _, _ := strings.Cut(text, ". ")
		second := strings.TrimPrefix(strings.TrimPrefix(text, first), ". ")
		next, _, _ := strings.Cut(second, ". ")
		return first + ". " + next + "."
	}
	var out []string
	for _, w := range strings.Fields(text) {
		switch m.IntN(14) {
		case 0:
			continue
		case 1:
			w = m.of(things)
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

// looksLike is another good that looks like one.
func (m maker) looksLike(f good.Facts, i int) good.Facts {
	out := m.base(i)
	switch m.IntN(5) {
	case 0: // another of the same house, at the same host
		words := strings.Fields(f.Name)
		out.Name, out.Parties = words[0]+" "+m.of(products)+" "+title(m.of(fields)), f.Parties
		if f.Website != "" {
			out.Website = f.Website + "/" + good.Slugify(out.Name)
		}
		if len(f.Repositories) > 0 {
			owner, _, _ := strings.Cut(strings.TrimPrefix(f.Repositories[0].URL, "https://github.com/"), "/")
			out.Repositories = []good.Link{{URL: "https://github.com/" + owner + "/" + good.Slugify(out.Name)}}
		}
		out.Summary = good.Text{"en": out.Name + " " + m.sentence() + " It " + m.sentence()}
	case 1: // a namesake of other people, elsewhere
		out.Name = f.Name
		out.Summary = good.Text{"en": "A different thing: it " + m.sentence() + " It " + m.sentence()}
		out.Website = fmt.Sprintf("https://%s-%d.net", good.Slugify(f.Name), i)
		out.Repositories = []good.Link{{URL: fmt.Sprintf("https://gitlab.com/group-%d/%s-%d", i, m.of(lastHalves), i)}}
	case 2: // a name one letter off, and nothing else
		out.Name = m.slip(f.Name)
	case 3: // a part of it under its own name, with its own repository
		out.Name, out.Website, out.Parties = m.of(products)+" for "+title(m.of(people)), f.Website, f.Parties
	}
	return out
}
