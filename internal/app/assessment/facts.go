package assessment

import (
	"slices"
	"strconv"
	"strings"

	"stoa/internal/good"
	"stoa/internal/standard"
)

func itoa(n int) string { return strconv.Itoa(n) }

// factsOf are the facts of a good that public answers state.
func factsOf(set *standard.Set, kinds []good.Kind, answers standard.Answers) good.Facts {
	var f good.Facts
	for _, asked := range set.Asked(kinds, answers) {
		q := asked.Question
		answer, ok := answers[q.ID]
		if !ok || !q.Public {
			continue
		}
		fact(&f, q, answer)
		if of, _ := set.Question(q.Of); of.Fact == good.FieldGoals {
			for i := range f.Goals {
				f.Goals[i].Relevance = answer.Items[itoa(f.Goals[i].SDG)]
			}
		}
		if text := textOf(answer); text != "" || len(answer.Links) > 0 {
			f.Answers = append(f.Answers, good.Answer{Indicator: q.Indicator, Question: q.ID, Text: text, Links: answer.Links})
		}
	}
	return f
}

// textOf is an answer in words.
func textOf(a standard.Answer) string {
	parts := []string{}
	if a.Text != "" {
		parts = append(parts, a.Text)
	}
	if len(a.Choices) > 0 {
		parts = append(parts, strings.Join(a.Choices, ", "))
	}
	items := make([]string, 0, len(a.Items))
	for item := range a.Items {
		items = append(items, item)
	}
	slices.Sort(items)
	for _, item := range items {
		parts = append(parts, item+": "+a.Items[item])
	}
	return strings.Join(parts, "\n\n")
}

// fact states the one fact that a question asks for.
func fact(f *good.Facts, q standard.Question, a standard.Answer) {
	switch q.Fact {
	case good.FieldName:
		f.Name = a.Text
	case good.FieldAliases:
		f.Aliases = lines(a.Text)
	case good.FieldSummary:
		f.Summary = good.Text{"en": a.Text}
	case good.FieldWebsite:
		if len(a.Links) > 0 {
			f.Website = a.Links[0].URL
		}
	case good.FieldKinds:
		for _, c := range a.Choices {
			f.Kinds = append(f.Kinds, good.Kind(c))
		}
	case good.FieldRepositories:
		f.Repositories = a.Links
	case good.FieldDocumentation:
		f.Documentation = a.Links
	case good.FieldLicences:
		for _, c := range a.Choices {
			f.Licences = append(f.Licences, good.Licence{SPDX: c})
		}
	case good.FieldGoals:
		for _, c := range a.Choices {
			if n, err := strconv.Atoi(c); err == nil {
				f.Goals = append(f.Goals, good.Goal{SDG: n})
			}
		}
	case good.FieldLanguages:
		f.Languages = a.Choices
	case good.FieldDevelopedIn:
		f.DevelopedIn = a.Choices
	case good.FieldParties:
		if a.Text != "" {
			f.Parties = []good.Party{{Name: a.Text, Role: good.Owner}}
		}
	case good.FieldDeployments:
		for _, c := range a.Choices {
			f.Deployments = append(f.Deployments, good.Deployment{Country: c})
		}
	}
}

func lines(text string) []string {
	var out []string
	for l := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == ',' || r == ';' }) {
		if l = strings.TrimSpace(l); l != "" && !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

// prefilled are the answers that what is known of a good already gives: the
// facts that questions ask for, and what other sources published indicator by
// indicator. What would not be a sound answer is left out.
func prefilled(set *standard.Set, g *good.Good) standard.Answers {
	out := standard.Answers{}
	put := func(q standard.Question, a standard.Answer) {
		a.Choices = slices.DeleteFunc(slices.Clone(a.Choices), func(c string) bool { return !q.Offers(c) })
		if _, have := out[q.ID]; !have && !a.Empty() && set.Check(q.ID, a) == nil {
			out[q.ID] = a
		}
	}
	for _, q := range set.Questions() {
		put(q, known(q, g))
		if of, _ := set.Question(q.Of); of.Fact == good.FieldGoals {
			put(q, relevance(g))
		}
	}
	for _, published := range g.Answers {
		if q, ok := set.Question(published.Question); ok {
			switch q.Type {
			case standard.ShortText, standard.LongText:
				put(q, standard.Answer{Text: published.Text})
			case standard.Links:
				put(q, standard.Answer{Text: published.Text, Links: published.Links})
			}
			continue
		}
		ind, ok := set.Indicator(published.Indicator)
		if !ok {
			continue
		}
		for _, q := range ind.Questions { // the first that takes it
			_, have := out[q.ID]
			switch {
			case have:
			case q.Type == standard.LongText && published.Text != "":
				put(q, standard.Answer{Text: published.Text, Links: published.Links})
				published.Text, published.Links = "", nil
			case q.Type == standard.Links && len(published.Links) > 0:
				put(q, standard.Answer{Links: published.Links})
				published.Links = nil
			}
		}
	}
	return out
}

// relevance is what is known of how a good helps each goal.
func relevance(g *good.Good) standard.Answer {
	a := standard.Answer{Items: map[string]string{}}
	for _, s := range g.Goals {
		if s.Relevance != "" {
			a.Items[itoa(s.SDG)] = s.Relevance
		}
	}
	return a
}

// known is the answer that a good's own facts give to a question.
func known(q standard.Question, g *good.Good) (a standard.Answer) {
	switch q.Fact {
	case good.FieldName:
		a.Text = g.Name
	case good.FieldAliases:
		a.Text = strings.Join(g.Aliases, "\n")
	case good.FieldSummary:
		a.Text, _ = g.Summary.In("en")
	case good.FieldWebsite:
		if g.Website != "" {
			a.Links = []good.Link{{URL: g.Website}}
		}
	case good.FieldKinds:
		for _, k := range g.Kinds {
			a.Choices = append(a.Choices, string(k))
		}
	case good.FieldRepositories:
		a.Links = g.Repositories
	case good.FieldDocumentation:
		a.Links = g.Documentation
	case good.FieldLicences:
		for _, l := range g.Licences {
			a.Choices = append(a.Choices, l.SPDX)
		}
	case good.FieldGoals:
		for _, s := range g.Goals {
			a.Choices = append(a.Choices, itoa(s.SDG))
		}
	case good.FieldLanguages:
		a.Choices = slices.Clone(g.Languages)
	case good.FieldDevelopedIn:
		a.Choices = slices.Clone(g.DevelopedIn)
	case good.FieldDeployments:
		a.Choices = g.DeploymentCountries()
	case good.FieldParties:
		for _, p := range g.Parties {
			if p.Role == good.Owner && a.Text == "" {
				a.Text = p.Name
			}
		}
	}
	return a
}

// header takes the name, the address and the kinds of a good out of answers.
func header(set *standard.Set, answers standard.Answers) (name, link string, kinds []good.Kind) {
	for _, q := range set.Questions() {
		a, ok := answers[q.ID]
		if !ok {
			continue
		}
		switch q.Fact {
		case good.FieldName:
			name = a.Text
		case good.FieldKinds:
			for _, c := range a.Choices {
				kinds = append(kinds, good.Kind(c))
			}
		case good.FieldWebsite, good.FieldRepositories:
			if link == "" && len(a.Links) > 0 {
				link = a.Links[0].URL
			}
		}
	}
	return name, link, kinds
}
