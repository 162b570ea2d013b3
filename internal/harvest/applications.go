package harvest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/good"
	"stoa/internal/standard"
)

// The formats of what people sent to the DPGA, besides what it published.
const (
	DPGAApplications Format = "dpga-applications" // a folder with one application a file
	DPGAReviews      Format = "dpga-reviews"      // a folder with one crowd review a file
)

// Applied is one application as somebody submitted it elsewhere, its answers
// by the questions of a criteria set.
type Applied struct {
	Candidate
	Answers standard.Answers
	// Lost names every value that has no place in the answers.
	Lost []Lost
}

// Lost is a value that was not taken over. Value is shortened and holds no
// personal data.
type Lost struct {
	Field string `json:"field"`
	Value string `json:"value"`
	Why   string `json:"why"` // "no-question", "not-an-answer: …", "ignored"
}

// applicationFields says which question takes each field of an application;
// docs/importing.md shows it, a test compares the two. "" is taken otherwise
// than as an answer, "-" is ignored on purpose.
var applicationFields = map[string]string{
	"id": "", "name": "general.name", "aliases": "general.aliases", "categories": "general.kinds", "description": "general.summary",
	"website": "general.website", "repositories.name": "", "repositories.url": "general.source",
	"sdgs.sdg": "sdg.goals", "sdgs.relevance": "sdg.relevance",
	"openlicenses.openLicense": "licence.licences", "openlicenses.openLicenseEvidenceURLs": "licence.evidence",
	"clearOwnership.clearOwnershipName": "owner.name", "clearOwnership.clearOwnershipURL": "owner.evidence",
	"platformIndependence.isPlatformIndependent": "platform.closed", "platformIndependence.openAlternatives": "platform.alternatives",
	"documentation": "docs.links", "NonPII.collectsNonPII": "data.handles", "NonPII.nonPIIAccessMechanism": "data.export",
	"privacy.privacyCompliance": "law.list", "privacy.privacyComplianceURL": "law.evidence",
	"openStandards": "standards.open", "bestPractices": "standards.practices",
	"dataPrivacySecurity.collectsPII": "privacy.personal", "dataPrivacySecurity.typesOfPIIDataCollected": "privacy.types", "dataPrivacySecurity.dataPrivacySecurity": "privacy.security",
	"userContent.contentManagement": "content.handled", "userContent.contentTypes": "content.types", "userContent.contentManagementPolicy": "content.moderation",
	"protectionFromHarassment.facilitatesUserInteraction": "harassment.interact", "protectionFromHarassment.harassmentPolicy": "harassment.protection",
	"locations.deploymentCountries": "scale.countries", "locations.developmentCountries": "scale.developed", "deploymentOrganisations": "scale.users", "otherDeploymentOrganisations": "scale.users", "deploymentCountriesDepartments": "scale.users",
	"organizations.name": "", "organizations.website": "", "organizations.org_type": "", "organizations.contact_name": "", "organizations.contact_email": "",
	"stage": "-", // every application says DPG, which is not so
}

// form is an application with what the registry's own record lacks.
type form struct {
	v1Record
	Users  texts `json:"deploymentOrganisations"`
	Others texts `json:"otherDeploymentOrganisations"`
}

// Applications reads a folder of applications, one a file, and maps their
// answers to the questions of set.
func Applications(dir string, set *standard.Set) (iter.Seq2[Applied, error], int, error) {
	names, err := jsonFiles(dir)
	if err != nil {
		return nil, 0, err
	}
	return func(yield func(Applied, error) bool) {
		for _, name := range names {
			raw, err := readWhole(os.DirFS(dir), name)
			if !yield(ReadApplication(raw, strings.TrimSuffix(name, ".json"), set), err) || err != nil {
				return
			}
		}
	}, len(names), nil
}

// jsonFiles are the names of the records in a folder, those of numbers in
// their order.
func jsonFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, notFound(dir, err)
	}
	var out []string
	for _, e := range entries {
		if filepath.Ext(e.Name()) == ".json" && !e.IsDir() {
			out = append(out, e.Name())
		}
	}
	if len(out) == 0 {
		return nil, broke("error.import.no-records", nil)
	}
	return out, nil
}

func readWhole(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(path.Clean(name))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	defer f.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(io.LimitReader(f, MaxRecord+1)); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return b.Bytes(), nil
}

// ReadApplication maps one application; id names it where it does not itself.
func ReadApplication(raw []byte, id string, set *standard.Set) Applied {
	var r form
	reason := "too-large"
	if len(raw) <= MaxRecord {
		reason = object(raw, &r)
	}
	if reason != "" {
		return Applied{Candidate: broken(dpgaApplicationsSource.ID, id, reason, raw)}
	}
	m := &mend{}
	sh := newShifts()
	f := r.facts(m, sh)
	if own := m.id(r.ID); own != "" {
		id = own
	}
	f.Identifiers["dpga"] = id
	a := &answering{m: m, set: set, out: standard.Answers{}}
	a.take(&r, f)
	a.rest(raw)
	// The answer is taken as it was given, not turned round as the facts want it.
	m.repairs = slices.DeleteFunc(m.repairs, func(r Repair) bool { return r.Rule == "inverted-platform-independence" })
	return Applied{Candidate: m.finish(dpgaApplicationsSource.ID, id, f, raw), Answers: a.out, Lost: a.lost}
}

// answering gathers the answers of one application.
type answering struct {
	m    *mend
	set  *standard.Set
	out  standard.Answers
	lost []Lost
}

// put keeps an answer that the question takes; what it does not is lost.
func (a *answering) put(field, question string, ans standard.Answer) {
	ans.Text = a.m.personal(field, ans.Text)
	for k, v := range ans.Items {
		ans.Items[k] = a.m.personal(field, v)
	}
	ans.Links = slices.DeleteFunc(ans.Links, func(l good.Link) bool { return email.MatchString(l.URL) })
	if ans.Empty() {
		return
	}
	if err := a.set.Check(question, ans); err != nil {
		why := "not-an-answer"
		if e, ok := err.(*good.Error); ok {
			why += ": " + strings.TrimPrefix(e.Key, "standard.answer.")
		}
		a.lose(field, sample(ans), why)
		return
	}
	a.out[question] = ans
}

func sample(a standard.Answer) string {
	for _, l := range a.Links {
		a.Text += " " + l.URL
	}
	return strings.TrimSpace(a.Text + " " + strings.Join(a.Choices, ", "))
}

func (a *answering) lose(field, value, why string) {
	if value = a.m.show(strings.TrimSpace(value)); value != "" {
		a.lost = append(a.lost, Lost{field, value, why})
	}
}

// text is an answer in words, with the addresses in it as links.
func (a *answering) text(field, question string, pieces ...string) {
	t := a.m.answerText(field, pieces)
	q, _ := a.set.Question(question)
	switch q.Type {
	case standard.ShortText:
		a.put(field, question, standard.Answer{Text: strings.Join(strings.Fields(t), " ")})
	case standard.Links:
		links := new(mend).links(field, t)
		if len(links) == 0 { // no address in it: it stays as a note
			a.put(field, question, standard.Answer{Text: t})
			return
		}
		note := t
		if len(links) == 1 && strings.HasSuffix(links[0].URL, strings.TrimSpace(t)) { // the address alone, with its scheme or without
			note = ""
		}
		a.put(field, question, standard.Answer{Text: note, Links: links})
	default:
		a.put(field, question, standard.Answer{Text: t, Links: found(t)})
	}
}

// choose is the answer that a phrase of the form stands for.
func (a *answering) choose(field, question, said string, meant map[string]string) {
	s := strings.ToLower(strings.Join(strings.Fields(said), " "))
	if s == "" {
		return
	}
	choice, ok := meant[strings.TrimSuffix(s, ".")]
	if !ok {
		a.lose(field, said, "not-an-answer: choice")
		return
	}
	a.put(field, question, standard.Answer{Choices: []string{choice}})
}

var yesNo = map[string]string{"yes": "yes", "no": "no"}

// handling are the form's phrases about personal data and about content.
func handling(what string) map[string]string {
	return map[string]string{
		what + " is not collected not stored and not distributed": "none", what + " can not be collected not stored and not distributed": "none",
		what + " is collected but not stored and not distributed": "collected", what + " is collected and stored but not distributed": "stored",
		what + " is collected and stored and distributed": "distributed", what + " is collected stored and distributed": "distributed",
	}
}

// numbers are goals as they are chosen.
func numbers(goals []good.Goal) []string {
	out := make([]string, len(goals))
	for i, g := range goals {
		out[i] = strconv.Itoa(g.SDG)
	}
	return out
}

// take maps what the form asked.
func (a *answering) take(r *form, f good.Facts) {
	a.put("name", "general.name", standard.Answer{Text: f.Name})
	a.put("aliases", "general.aliases", standard.Answer{Text: strings.Join(f.Aliases, "\n")})
	kinds := make([]string, len(f.Kinds))
	for i, k := range f.Kinds {
		kinds[i] = string(k)
	}
	a.put("categories", "general.kinds", standard.Answer{Choices: kinds})
	a.text("description", "general.summary", string(r.Description))
	a.text("website", "general.website", string(r.Website))
	a.put("repositories.url", "general.source", standard.Answer{Links: f.Repositories})
	if len(f.Repositories) == 0 {
		for _, l := range r.Repositories {
			a.lose("repositories.url", string(l.URL), "not-an-answer: link")
		}
	}
	a.goals(r)
	a.licences(r, f)
	for i, o := range r.Ownership {
		if i == 0 {
			a.text("clearOwnership.clearOwnershipName", "owner.name", string(o.V.Name))
			a.text("clearOwnership.clearOwnershipURL", "owner.evidence", string(o.V.URL))
		} else {
			a.lose("clearOwnership", string(o.V.Name)+" "+string(o.V.URL), "one-answer")
		}
	}
	a.choose("platformIndependence.isPlatformIndependent", "platform.closed", string(r.Platform.V.Dependent), yesNo)
	a.text("platformIndependence.openAlternatives", "platform.alternatives", r.Platform.V.Alternatives...)
	a.text("documentation", "docs.links", string(r.Documentation))
	a.choose("NonPII.collectsNonPII", "data.handles", string(r.NonPII.V.Collects), yesNo)
	a.text("NonPII.nonPIIAccessMechanism", "data.export", string(r.NonPII.V.Mechanism))
	var laws, proofs []string
	for _, p := range r.Privacy {
		laws, proofs = append(laws, string(p.V.Compliance)), append(proofs, string(p.V.URL))
	}
	a.text("privacy.privacyCompliance", "law.list", laws...)
	a.text("privacy.privacyComplianceURL", "law.evidence", proofs...)
	a.text("openStandards", "standards.open", r.OpenStandards...)
	a.text("bestPractices", "standards.practices", r.BestPractices...)
	a.choose("dataPrivacySecurity.collectsPII", "privacy.personal", string(r.DataPrivacy.V.Collects), handling("pii data"))
	a.text("dataPrivacySecurity.typesOfPIIDataCollected", "privacy.types", r.DataPrivacy.V.Types...)
	a.text("dataPrivacySecurity.dataPrivacySecurity", "privacy.security", string(r.DataPrivacy.V.Security))
	a.choose("userContent.contentManagement", "content.handled", string(r.Content.V.Management), handling("content"))
	a.text("userContent.contentTypes", "content.types", r.Content.V.Types...)
	a.text("userContent.contentManagementPolicy", "content.moderation", string(r.Content.V.Policy))
	a.choose("protectionFromHarassment.facilitatesUserInteraction", "harassment.interact", string(r.Harassment.V.Interaction), yesNo)
	a.text("protectionFromHarassment.harassmentPolicy", "harassment.protection", string(r.Harassment.V.Policy))
	a.put("locations.deploymentCountries", "scale.countries", standard.Answer{Choices: countries(f.Deployments)})
	a.put("locations.developmentCountries", "scale.developed", standard.Answer{Choices: f.DevelopedIn})
	a.text("deploymentOrganisations", "scale.users", slices.Concat(r.Users, r.Others, r.Departments)...)
}

func countries(list []good.Deployment) []string {
	g := good.Good{Facts: good.Facts{Deployments: list}}
	return g.DeploymentCountries()
}

// goals maps the goals, and what is said of them: where one text speaks of
// several goals, each of them gets it.
func (a *answering) goals(r *form) {
	items := map[string]string{}
	var chosen []string
	for _, s := range r.SDGs {
		found := numbers(new(mend).sdgs("sdgs", s.SDG))
		if len(found) == 0 {
			a.lose("sdgs.sdg", strings.Join(s.SDG, ", "), "not-an-answer: sdgs")
			a.lose("sdgs.relevance", string(s.Relevance), "no-goal")
		}
		said := a.m.text("sdgs.relevance", string(s.Relevance))
		for _, n := range found {
			if !slices.Contains(chosen, n) {
				chosen = append(chosen, n)
			}
			switch {
			case said == "" || items[n] == said:
			case items[n] == "":
				items[n] = said
			default:
				items[n] += "\n\n" + said
			}
		}
	}
	a.put("sdgs.sdg", "sdg.goals", standard.Answer{Choices: chosen})
	a.put("sdgs.relevance", "sdg.relevance", standard.Answer{Items: items})
	if _, ok := a.out["sdg.relevance"]; !ok && len(items) > 0 { // one text too long keeps none of the others back
		short := map[string]string{}
		q, _ := a.set.Question("sdg.relevance")
		for n, t := range items {
			if len([]rune(t)) <= q.Most() {
				short[n] = t
			}
		}
		a.put("sdgs.relevance", "sdg.relevance", standard.Answer{Items: short})
	}
}

func (a *answering) licences(r *form, f good.Facts) {
	var chosen []string
	var links []good.Link
	var notes []string
	for _, l := range f.Licences {
		chosen = append(chosen, l.SPDX)
	}
	for _, l := range r.Licences {
		if s := strings.TrimSpace(string(l.Licence)); s != "" && len(new(mend).licences("openlicenses", []licence{{s, ""}})) == 0 {
			a.lose("openlicenses.openLicense", s, "not-an-answer: licences")
		}
		for _, one := range new(mend).links("openlicenses", string(l.Evidence)) {
			if !slices.ContainsFunc(links, func(h good.Link) bool { return h.URL == one.URL }) {
				links = append(links, one)
			}
		}
		if note := a.m.text("openlicenses.openLicenseEvidenceURLs", string(l.Evidence)); len(found(note)) == 0 && note != "" && !slices.Contains(notes, note) {
			notes = append(notes, note)
		}
	}
	a.put("openlicenses.openLicense", "licence.licences", standard.Answer{Choices: chosen})
	a.put("openlicenses.openLicenseEvidenceURLs", "licence.evidence", standard.Answer{Links: links, Text: strings.Join(notes, "\n")})
}

// rest reports every value in a field that no question takes.
func (a *answering) rest(raw []byte) {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return // read before: cannot be
	}
	var walk func(v any, path []string)
	walk = func(v any, path []string) {
		switch x := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(x)) {
				walk(x[k], append(slices.Clone(path), k))
			}
			return
		case []any:
			for _, e := range x {
				walk(e, path)
			}
			return
		case nil:
			return
		}
		field := strings.Join(path, ".")
		question, known := applicationFields[field]
		value := fmt.Sprint(v)
		switch {
		case !known:
			a.lose(a.m.show(field), value, "no-question")
		case question == "-":
			a.lose(field, value, "ignored")
		}
	}
	walk(v, nil)
}
