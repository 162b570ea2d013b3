package deploy

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// Land is what a country's team says of it.
type Land struct {
	ID       good.ID     `json:"id"`
	Code     string      `json:"code"` // ISO 3166-1 alpha-2
	Text     good.Text   `json:"text,omitempty"`
	SDGs     []int       `json:"sdgs,omitempty"`    // that come first for it
	Sectors  []string    `json:"sectors,omitempty"` // likewise
	Offices  []Office    `json:"offices,omitempty"` // one for a role, in the order of Roles
	Links    []good.Link `json:"links,omitempty"`
	Standard string      `json:"standard,omitempty"` // the version of the checklist that is answered, "readiness@1.0"
	Ready    []Ready     `json:"ready,omitempty"`    // by question
	Version  int64       `json:"version"`
}

// Office is where to ask a country: the page of an office, never a person's
// address, for it is public.
type Office struct {
	Role string `json:"role"`
	URL  string `json:"url"`
}

// Ready is what a country's team answers to one question of the checklist.
type Ready struct {
	Question string    `json:"question"`
	Answer   string    `json:"answer"`             // "yes", "partly" or "no"
	Evidence string    `json:"evidence,omitempty"` // address of what shows it
	Date     good.Date `json:"date"`               // as of when
}

// Answers are those a question of the checklist takes.
var Answers = []string{"yes", "partly", "no"}

// MaxCountryText bounds what a country says of itself in one language, in
// characters.
const MaxCountryText = 4_000

// Check mends what can be mended and says what is wrong with what is said of a
// country. questions are those of the checklist.
func (c *Land) Check(today good.Date, questions []string) error {
	text := good.Text{}
	for _, lang := range slices.Sorted(maps.Keys(c.Text)) {
		said := strings.TrimSpace(c.Text[lang])
		tag, ok := vocab.FindLanguage(lang)
		if !ok {
			return &good.Error{Kind: good.Invalid, Key: "deploy.error.language", Field: "text", Args: map[string]any{"Value": good.Short(lang)}}
		}
		if err := good.CheckText("text_"+tag, said, MaxCountryText); err != nil {
			return err
		}
		if said != "" {
			text[tag] = said
		}
	}
	c.Text = text
	for _, check := range []func() error{c.checkTopics, c.checkOffices, c.checkLinks, func() error { return c.checkReady(today, questions) }} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (c *Land) checkTopics() error {
	c.SDGs, c.Sectors = slices.Clone(c.SDGs), slices.Clone(c.Sectors) // the caller's stay
	if slices.ContainsFunc(c.SDGs, func(n int) bool { return n < 1 || n > 17 }) {
		return wrong("land.error.goal", "sdgs")
	}
	for i, s := range c.Sectors {
		code, ok := vocab.FindSector(s)
		if !ok {
			return &good.Error{Kind: good.Invalid, Key: "land.error.sector", Field: "sectors", Args: map[string]any{"Value": good.Short(s)}}
		}
		c.Sectors[i] = code
	}
	slices.Sort(c.SDGs)
	slices.Sort(c.Sectors)
	c.SDGs, c.Sectors = slices.Compact(c.SDGs), slices.Compact(c.Sectors)
	return nil
}

func (c *Land) checkOffices() error {
	seen := map[string]bool{}
	var out []Office
	for _, o := range c.Offices {
		if o.URL = strings.TrimSpace(o.URL); o.URL == "" {
			continue
		}
		field := "office_" + o.Role
		if !slices.Contains(Roles, o.Role) || seen[o.Role] {
			return wrong("deploy.error.role", "offices")
		}
		if strings.Contains(o.URL, "@") { // whoever reads an address writes to a person
			return wrong("land.error.person", field)
		}
		if o.URL = good.Address(o.URL); !good.WebAddress(o.URL) {
			return wrong("deploy.error.address", field)
		}
		seen[o.Role] = true
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b Office) int { return cmp.Compare(slices.Index(Roles, a.Role), slices.Index(Roles, b.Role)) })
	c.Offices = out
	return nil
}

func (c *Land) checkLinks() error {
	if len(c.Links) > MaxEvidence {
		return &good.Error{Kind: good.Invalid, Key: "deploy.error.many", Field: "links", Args: map[string]any{"Max": MaxEvidence}}
	}
	c.Links = slices.Clone(c.Links)
	for i := range c.Links {
		l := &c.Links[i]
		l.URL, l.Name = good.Address(l.URL), good.Line(l.Name)
		if !good.WebAddress(l.URL) {
			return wrong("deploy.error.address", "links")
		}
		if err := good.CheckText("links", l.Name, MaxText); err != nil {
			return err
		}
	}
	return nil
}

func (c *Land) checkReady(today good.Date, questions []string) error {
	c.Ready = slices.Clone(c.Ready)
	seen := map[string]bool{}
	for i := range c.Ready {
		r := &c.Ready[i]
		if !slices.Contains(questions, r.Question) || seen[r.Question] {
			return &good.Error{Kind: good.Invalid, Key: "land.error.question", Field: "ready", Args: map[string]any{"Value": good.Short(r.Question)}}
		}
		seen[r.Question] = true
		if !slices.Contains(Answers, r.Answer) {
			return wrong("land.error.answer", r.Question)
		}
		if r.Evidence = good.Address(r.Evidence); r.Evidence != "" && !good.WebAddress(r.Evidence) {
			return wrong("deploy.error.address", r.Question+"-evidence")
		}
		if r.Answer == "yes" && r.Evidence == "" {
			return wrong("land.error.evidence", r.Question+"-evidence")
		}
		if r.Date = good.Date(cmp.Or(r.Date, today)); past("date", r.Date, today) != nil {
			return past(r.Question+"-date", r.Date, today)
		}
	}
	slices.SortFunc(c.Ready, func(a, b Ready) int {
		return cmp.Compare(slices.Index(questions, a.Question), slices.Index(questions, b.Question))
	})
	return nil
}
