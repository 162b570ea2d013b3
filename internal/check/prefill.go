package check

import (
	"net/url"
	"path"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/lazy"
	"stoa/internal/standard"
)

// Prefilled is an answer that findings give, with those it rests on.
type Prefilled struct {
	Answer   standard.Answer
	Findings []finding.Finding
}

// Prefill are the answers to a set that a report gives, by question id.
func Prefill(set *standard.Set, r *finding.Report) map[string]Prefilled {
	out := map[string]Prefilled{}
	for _, q := range set.Questions() {
		if p := Answer(set, q, r); !p.Answer.Empty() {
			out[q.ID] = p
		}
	}
	return out
}

// mostFilled is how many links are filled in.
const mostFilled = 5

// Answer is the answer that a report gives to a question, empty where it gives
// none. It is the one rule by which findings become answers:
//
//   - What is a guess, or not observable, is left to people. What is not met may
//     choose (the licence that is there, a yes), but gives no text and no link.
//   - Probes are heard in the order in which the question names them. Of lists
//     and single lines the first that has anything to say decides, of single
//     lines its first value. Long texts and links gather from all.
//   - Where two say different things to a question that takes one choice, none
//     is chosen.
//   - Whose a good is the heads of one or two files in folders do not say alone.
//   - A finding that names no address gives those at which others see its
//     evidence, to a question for links.
//   - The repository is the website where nothing else is and its front page tells
//     enough; a library for tables alone does not say what can be taken out; papers
//     of parts, places within a page, settings and interfaces in forms for programs
//     alone are not led to.
//   - Where the root says whose the good is, heads of single files are not led to,
//     and of the law each probe shows one place.
//   - Of the practices each probe shows one place, the best that it has.
//   - Forms of which any tree has some answer no question on standards, and that
//     data come out is no answer without a place beside the front page that tells how.
//   - An answer that the question would refuse is none.
func Answer(set *standard.Set, q standard.Question, r *finding.Report) Prefilled {
	heard := hear(q, r)
	var p Prefilled
	switch q.Type {
	case standard.ShortText:
		for _, f := range heard {
			if p.Answer.Text == "" && f.State == finding.Met && !(f.Probe == "owner.copyright" && fromHeads(f)) {
				p.Answer.Text = f.Values[0]
				p.Findings = []finding.Finding{f}
			}
		}
	case standard.LongText:
		links := leading(r, q, named)
		if slices.Contains(q.SeenBy, "practice.conduct") || slices.Contains(q.SeenBy, "law.privacy") {
			links = best(links)
		}
		p = gather(heard, links)
		p.surer(q)
		p.lines(q, heard)
		if slices.Contains(q.SeenBy, "data.formats") && !slices.ContainsFunc(p.Answer.Links, func(l good.Link) bool { return !frontPage.MatchString(page(l)) }) {
			return Prefilled{}
		}
	case standard.Links:
		p = gather(heard, leading(r, q, func(f finding.Finding) []good.Link {
			links := named(f)
			if f.Probe == "docs.contribute" || f.Probe == "docs.configure" {
				links = surest(links) // the others are of parts of that matter
			}
			if len(links) == 0 {
				links = places(f)
			}
			if strings.HasPrefix(f.Probe, "law.") {
				links = surest(links)
			}
			return links
		}))
		if slices.Contains(q.SeenBy, "owner.copyright") {
			p.rooted(r)
		}
		if q.Fact == good.FieldWebsite {
			p.first(r)
		}
		if len(p.Answer.Links) == 0 && q.Fact == good.FieldRepositories && r.Commit != "" && good.WebAddress(r.URL) {
			p.Answer.Links = []good.Link{{URL: r.URL}}
		}
	case standard.Items, standard.Files:
	default:
		p = choose(q, heard)
	}
	if set.Check(q.ID, p.Answer) != nil {
		return Prefilled{}
	}
	return p
}

// fromHeads says whether a finding rests on one or two files within folders alone: their
// heads may name whom they were taken from.
func fromHeads(f finding.Finding) bool {
	return len(f.Evidence) > 0 && len(f.Evidence) <= 2 && !slices.ContainsFunc(f.Evidence, func(e finding.Evidence) bool { return !strings.Contains(e.Path, "/") })
}

// hear are the findings that may speak to a question, in the order of its
// probes; of questions for links, also those that name nothing.
func hear(q standard.Question, r *finding.Report) (out []finding.Finding) {
	for i, probe := range q.SeenBy {
		if slices.Contains(q.SeenBy[:i], probe) {
			continue
		}
		for _, f := range r.Of(probe) {
			if f.State != finding.NotObservable && f.Confidence != finding.Low && (len(f.Values) > 0 || q.Type == standard.Links) {
				out = append(out, f)
			}
		}
	}
	if !slices.ContainsFunc(out, func(f finding.Finding) bool { return f.Probe != "data.exchange" }) {
		return nil
	}
	return weighty(out)
}

// Forms of which any tree has some: commonForms in pages, style sheets and
// migrations, sideForms beside others.
var (
	commonForms = []string{"HTML", "CSS", "SQL", "OpenDocument"}
	sideForms   = []string{"gettext PO", "Citation File Format"}
)

// settings are names of files that a program reads when it starts.
var settings = lazy.New(`(?i)^(?:env|\.env|sample\.env|example\.env)(?:$|[-._])|\.env$`)

// offLaw are texts that have terms of their own matter, not those of the good.
var offLaw = lazy.New(`(?i)(?:^|/)(?:security|[^/]*(?:api|open[-_]?data|contribut|code[-_]?of[-_]?conduct)[^/]*)\.\w+$`)

// frontPage is the address of a front page as a whole.
var frontPage = lazy.New(`(?i)/blob/[^/]+/readme(?:\.\w+)?$`)

// weighty is what was heard without the standards that say nothing of the good.
func weighty(heard []finding.Finding) []finding.Finding {
	without := func(forms []string) (out []finding.Finding) {
		for _, f := range heard {
			if f.Probe != "standards.used" || len(f.Values) > 0 && !slices.Contains(forms, f.Values[0]) {
				out = append(out, f)
			}
		}
		return out
	}
	heard = without(commonForms)
	if more := without(sideForms); len(more) == 0 {
		return nil
	}
	return heard
}

// inTree is the path of a file of the repository itself that an address leads to.
func inTree(r *finding.Report, address string) (string, bool) {
	if r.URL == "" {
		return "", false
	}
	inside, here := strings.CutPrefix(address, strings.TrimRight(r.URL, "/")+"/blob/"+r.Commit+"/")
	return inside, here
}

// rooted keeps of the places that show whose a good is those at the root, if any
// are there: the heads of single files add nothing to them.
func (p *Prefilled) rooted(r *finding.Report) {
	deep := func(l good.Link) bool {
		inside, here := inTree(r, l.URL)
		return here && strings.Contains(inside, "/")
	}
	root := func(l good.Link) bool {
		_, here := inTree(r, l.URL)
		return here && !deep(l)
	}
	if slices.ContainsFunc(p.Answer.Links, root) {
		p.Answer.Links = slices.DeleteFunc(p.Answer.Links, deep)
	}
}

// first keeps the first link alone, with what shows it: the repository itself only
// where there is nothing else.
func (p *Prefilled) first(r *finding.Report) {
	if len(p.Answer.Links) > 1 && isRepository(r, p.Answer.Links[0]) {
		p.Answer.Links, p.Findings = p.Answer.Links[1:], p.Findings[1:]
	}
	if len(p.Answer.Links) > 1 {
		p.Answer.Links, p.Findings = p.Answer.Links[:1], p.Findings[:1]
	}
}

// surer takes the front page out of a list of practices that holds two others: it
// says of them what they show.
func (p *Prefilled) surer(q standard.Question) {
	const enough = 2
	others := slices.DeleteFunc(slices.Clone(p.Answer.Links), func(l good.Link) bool { return frontPage.MatchString(l.URL) })
	if slices.Contains(q.SeenBy, "health.tests") && len(others) >= enough {
		p.Answer.Links = others
	}
}

// best is the first of links alone.
func best(links func(finding.Finding) []good.Link) func(finding.Finding) []good.Link {
	return func(f finding.Finding) []good.Link {
		return surest(links(f))
	}
}

// surest is the first of links that is not the front page, if there is one.
func surest(links []good.Link) []good.Link {
	for i, l := range links {
		if !frontPage.MatchString(l.URL) {
			return links[i : i+1]
		}
	}
	return links[:min(len(links), 1)]
}

// leading is links without those that lead a reader of the answer astray.
func leading(r *finding.Report, q standard.Question, links func(finding.Finding) []good.Link) func(finding.Finding) []good.Link {
	return func(f finding.Finding) []good.Link {
		return slices.DeleteFunc(links(f), func(l good.Link) bool {
			u, err := url.Parse(l.URL)
			if err != nil {
				return true
			}
			if q.Fact == good.FieldWebsite {
				return f.Probe == "docs.place" && !readOf(r, u)
			}
			inside, here := inTree(r, l.URL)
			if !here {
				return u.Fragment != "" && !isForge(u) && f.Probe != "docs.place"
			}
			ext := strings.ToLower(path.Ext(u.Path))
			if strings.HasPrefix(f.Probe, "docs.") && (settings.MatchString(path.Base(u.Path)) || ext == ".json" && setOut.MatchString(strings.ToLower(path.Base(u.Path)))) {
				return true
			}
			if f.Probe == "docs.configure" && ext != "" && !written[ext] || strings.HasPrefix(f.Probe, "law.") && offLaw.MatchString(inside) {
				return true
			}
			first, _, deep := strings.Cut(strings.ToLower(inside), "/")
			paper := strings.HasPrefix(f.Probe, "docs.") || strings.HasPrefix(f.Probe, "practice.")
			return ext == ".proto" || ext == ".wsdl" || paper && deep && written[ext] && !shelves[first]
		})
	}
}

// isRepository says whether a link leads to the repository itself.
func isRepository(r *finding.Report, l good.Link) bool {
	return strings.TrimRight(l.URL, "/") == strings.TrimRight(r.URL, "/")
}

// readOf says whether pages of documentation are a place to read about the good:
// their host bears a word of its address, and they are more than its interface.
func readOf(r *finding.Report, u *url.URL) bool {
	words, _ := addressWords(&Target{Name: r.URL, URL: r.URL})
	words = slices.DeleteFunc(words, func(w string) bool { return slices.Contains(plainPlaces, w) })
	return !isForge(u) && u.Fragment == "" && !strings.Contains(strings.ToLower(u.Path), "api") && shareWord(words, strings.NewReplacer(".", " ", "-", " ").Replace(u.Hostname()))
}

// choose takes what a question offers: of one choice what all say, of a list
// what the first probe says that says anything.
func choose(q standard.Question, heard []finding.Finding) (p Prefilled) {
	one := q.Type == standard.YesNo || q.Type == standard.Choice
	for _, f := range heard {
		if !one && len(p.Findings) > 0 && p.Findings[0].Probe != f.Probe {
			break
		}
		said := false
		for _, v := range f.Values {
			if q.Offers(v) {
				said = true
				if !slices.Contains(p.Answer.Choices, v) {
					p.Answer.Choices = append(p.Answer.Choices, v)
				}
			}
		}
		if said {
			p.Findings = append(p.Findings, f)
		}
	}
	if one && len(p.Answer.Choices) > 1 {
		return Prefilled{}
	}
	return p
}

// lines adds to a long text what is no address, a line for each value, as far
// as there is room.
func (p *Prefilled) lines(q standard.Question, heard []finding.Finding) {
	var lines []string
	room := q.Most() + 1
	for _, f := range heard {
		said := false
		for _, v := range f.Values {
			if strings.HasPrefix(f.Probe, "practice.") || strings.HasPrefix(f.Probe, "docs.") {
				continue // a place that has no address
			}
			if n := utf8.RuneCountInString(v) + 1; f.State == finding.Met && !good.WebAddress(v) && n <= room && !slices.Contains(lines, v) {
				lines, room, said = append(lines, v), room-n, true
			}
		}
		if said && !slices.ContainsFunc(p.Findings, func(had finding.Finding) bool { return reflect.DeepEqual(had, f) }) {
			p.Findings = append(p.Findings, f)
		}
	}
	p.Answer.Text = strings.Join(lines, "\n")
}

// gather takes the first link of each finding, then the second of each, and so
// on, as far as there is room: one probe that saw much does not crowd out the
// others.
func gather(heard []finding.Finding, links func(finding.Finding) []good.Link) (p Prefilled) {
	said := make([]bool, len(heard))
	for round, more := 0, true; more; round++ {
		more = false
		for i, f := range heard {
			all := links(f)
			if f.State != finding.Met || round >= len(all) {
				continue
			}
			more = true
			if len(p.Answer.Links) < mostFilled && !slices.ContainsFunc(p.Answer.Links, func(l good.Link) bool { return page(l) == page(all[round]) }) {
				p.Answer.Links, said[i] = append(p.Answer.Links, all[round]), true
			}
		}
	}
	for i, f := range heard {
		if said[i] {
			p.Findings = append(p.Findings, f)
		}
	}
	return p
}

// page is the address of a whole page.
func page(l good.Link) string {
	address, _, _ := strings.Cut(l.URL, "#")
	return address
}

// named are the addresses that a finding names.
func named(f finding.Finding) (out []good.Link) {
	for _, v := range f.Values {
		if good.WebAddress(v) {
			out = append(out, good.Link{URL: v})
		}
	}
	return out
}

// places are the addresses at which others see a finding's evidence.
func places(f finding.Finding) (out []good.Link) {
	for _, e := range f.Evidence {
		if good.WebAddress(e.URL) {
			out = append(out, good.Link{URL: e.URL})
		}
	}
	return out
}
