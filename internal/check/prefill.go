package check

import (
	"slices"
	"strings"

	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// Prefilled is an answer that findings give, with those it rests on.
type Prefilled struct {
	Answer   standard.Answer
	Findings []finding.Finding
}

// Prefill are the answers to a set that a report gives, by question id: each
// fits its question. What rests on a guess alone is left to people.
func Prefill(set *standard.Set, r *finding.Report) map[string]Prefilled {
	out := map[string]Prefilled{}
	for _, q := range set.Questions() {
		var p Prefilled
		for _, f := range r.Of(q.SeenBy...) {
			if f.State == finding.NotObservable || f.Confidence == finding.Low {
				continue
			}
			if fill(&p.Answer, q, f) {
				p.Findings = append(p.Findings, f)
			}
		}
		if !p.Answer.Empty() && set.Check(q.ID, p.Answer) == nil {
			out[q.ID] = p
		}
	}
	return out
}

// fill adds what a finding says to an answer, and whether it said anything new.
func fill(a *standard.Answer, q standard.Question, f finding.Finding) bool {
	switch q.Type {
	case standard.ShortText:
		if a.Text != "" || len(f.Values) == 0 {
			return false
		}
		a.Text = f.Values[0]
		return true
	case standard.LongText:
		return fillText(a, q, f)
	case standard.Links:
		return fillLinks(a, f)
	case standard.YesNo, standard.Choice:
		if len(a.Choices) > 0 || len(f.Values) == 0 || !q.Offers(f.Values[0]) {
			return false
		}
		a.Choices = f.Values[:1]
		return true
	case standard.Items, standard.Files:
		return false
	}
	// Of several findings the first decides: others say the same in other words.
	if len(a.Choices) > 0 {
		return false
	}
	for _, v := range f.Values {
		if q.Offers(v) && !slices.Contains(a.Choices, v) {
			a.Choices = append(a.Choices, v)
		}
	}
	return len(a.Choices) > 0
}

func fillText(a *standard.Answer, q standard.Question, f finding.Finding) bool {
	if len(f.Values) == 0 {
		return false
	}
	text := strings.Join(f.Values, ", ")
	if a.Text != "" {
		text = a.Text + "\n" + text
	}
	if len(text) > q.Most() {
		return false
	}
	a.Text = text
	return true
}

// fillLinks takes addresses: those that the finding names, or those of what it
// was seen in.
func fillLinks(a *standard.Answer, f finding.Finding) bool {
	if f.State != finding.Met {
		return false
	}
	said := false
	add := func(address, name string) {
		if good.WebAddress(address) && len(a.Links) < good.MaxItems && !slices.ContainsFunc(a.Links, func(l good.Link) bool { return l.URL == address }) {
			a.Links = append(a.Links, good.Link{URL: address, Name: name})
			said = true
		}
	}
	for _, v := range f.Values {
		add(v, "")
	}
	if said {
		return true
	}
	for _, e := range f.Evidence {
		add(e.URL, e.Path)
	}
	return said
}
