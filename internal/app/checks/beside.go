package checks

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"stoa/internal/access"
	"stoa/internal/assess"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/internal/store"
)

// Sight is what a machine saw of an application, beside its questions.
type Sight struct {
	Last     *Check          // the newest check; nil where there was none
	Report   *finding.Report // of the newest that has one
	Of       map[string]Seen // by question, where something was looked for
	Disputes map[string]Dispute
}

// Dispute is what an applicant holds against what a probe found.
type Dispute = store.Dispute

// Seen is what was seen of one question.
type Seen struct {
	State    finding.State
	Findings []finding.Finding
	Answer   standard.Answer // what it would fill in
	Taken    bool            // the answer that stands is that one
	Against  bool            // the answer that stands says another thing
}

// Beside returns what was seen of an application, for who may read it.
func (a *App) Beside(ctx context.Context, who access.Who, application good.ID) (*Sight, error) {
	app, err := a.mine(ctx, a.DB, who, access.ReadApplication, application)
	if err != nil {
		return nil, err
	}
	list, err := a.DB.ChecksOf(ctx, application, 1)
	if err != nil || len(list) == 0 {
		return &Sight{}, err
	}
	out := &Sight{Of: map[string]Seen{}, Disputes: map[string]Dispute{}}
	if out.Last, err = read(list[0]); err != nil {
		return nil, err
	}
	with := out.Last
	if with.Report == nil {
		if with, err = reported(ctx, a.DB, application); err != nil || with == nil {
			return out, err
		}
	}
	out.Report = with.Report
	disputes, err := a.DB.Disputes(ctx, application)
	if err != nil {
		return nil, err
	}
	for _, d := range disputes {
		out.Disputes[d.Probe] = d
	}
	stored, err := a.DB.Answers(ctx, application)
	if err != nil {
		return nil, err
	}
	answers, err := answersOf(stored)
	if err != nil {
		return nil, err
	}
	return out, a.compare(app, answers, out)
}

func (a *App) compare(app *assess.Application, answers standard.Answers, out *Sight) error {
	set, ok := a.Library.Find(app.Standard)
	if !ok {
		return &good.Error{Kind: good.NotFound, Key: "assess.error.standard", Args: map[string]any{"Standard": app.Standard}}
	}
	for _, q := range set.Questions() {
		s := Seen{Findings: out.Report.Of(q.SeenBy...), Answer: Suggest(set, q, out.Report)}
		if len(s.Findings) == 0 && s.Answer.Empty() {
			continue
		}
		s.State = finding.Sum(s.Findings)
		held := answers[q.ID]
		s.Taken = !s.Answer.Empty() && same(held, s.Answer)
		s.Against = !held.Empty() && !s.Taken && against(q, held, s)
		out.Of[q.ID] = s
	}
	return nil
}

func same(a, b standard.Answer) bool {
	return a.Text == b.Text && slices.Equal(a.Links, b.Links) && slices.Equal(a.Choices, b.Choices) && maps.Equal(a.Items, b.Items)
}

// against says whether an answer says another thing than what was surely seen:
// a yes where it is not met or a no where it is, a licence that is not there.
// Of other answers nobody but a person can tell.
func against(q standard.Question, held standard.Answer, s Seen) bool {
	sure := func(state finding.State) bool {
		return slices.ContainsFunc(s.Findings, func(f finding.Finding) bool { return f.State == state && f.Confidence == finding.High })
	}
	if slices.ContainsFunc(s.Findings, func(f finding.Finding) bool { return f.Contradicts && f.Confidence != finding.Low }) {
		return true
	}
	switch q.Type {
	case standard.YesNo:
		yes := slices.Contains(held.Choices, "yes")
		return yes && s.State == finding.NotMet && sure(finding.NotMet) || !yes && s.State == finding.Met && sure(finding.Met)
	case standard.Licences:
		if s.State == finding.NotMet && sure(finding.NotMet) {
			return true
		}
		return len(s.Answer.Choices) > 0 && !slices.ContainsFunc(held.Choices, func(c string) bool { return slices.Contains(s.Answer.Choices, c) })
	}
	return false
}

// mostLinks is how many links are filled in where each is a place where
// something was seen.
const mostLinks = 5

// told are the values that the findings of a question's probes give: of those
// that are met and no guess, in the order in which the question names its
// probes; first says that the first that has any is enough. Where they have
// none, places are where they were seen, as far as others see the same there.
func told(q standard.Question, report *finding.Report, first bool) (values, places []string) {
	for _, probe := range q.SeenBy {
		for _, f := range report.Of(probe) {
			if f.State != finding.Met || f.Confidence == finding.Low {
				continue
			}
			for _, v := range f.Values {
				if !slices.Contains(values, v) {
					values = append(values, v)
				}
			}
			for _, e := range f.Evidence {
				if good.WebAddress(e.URL) && !slices.Contains(places, e.URL) && len(places) < mostLinks {
					places = append(places, e.URL)
				}
			}
		}
		if first && len(values) > 0 {
			break
		}
	}
	return values, places
}

// Suggest is the answer that a report gives to a question, empty where it gives
// none: from the findings of its probes that are met, or, for the facts that
// an address alone tells, from the address.
func Suggest(set *standard.Set, q standard.Question, report *finding.Report) standard.Answer {
	var out standard.Answer
	values, places := told(q, report, q.Type == standard.ShortText || q.Type == standard.Licences)
	switch q.Type {
	case standard.ShortText, standard.LongText:
		var texts []string
		for _, v := range values {
			if q.Type == standard.LongText && good.WebAddress(v) {
				out.Links = append(out.Links, good.Link{URL: v})
			} else {
				texts = append(texts, v)
			}
		}
		sep := "\n"
		if q.Type == standard.ShortText {
			sep = ", "
		}
		out.Text = strings.Join(texts, sep)
	case standard.Links:
		for _, v := range values {
			if good.WebAddress(v) {
				out.Links = append(out.Links, good.Link{URL: v})
			}
		}
		for _, p := range places {
			if len(out.Links) == 0 || len(out.Links) < mostLinks && !slices.ContainsFunc(values, good.WebAddress) {
				out.Links = append(out.Links, good.Link{URL: p})
			}
		}
		if len(out.Links) == 0 && q.Fact == good.FieldRepositories && report.Commit != "" && good.WebAddress(report.URL) {
			out.Links = []good.Link{{URL: report.URL}}
		}
	case standard.Items, standard.Files:
	default:
		for _, v := range values {
			if q.Offers(v) {
				out.Choices = append(out.Choices, v)
			}
		}
		if (q.Type == standard.YesNo || q.Type == standard.Choice) && len(out.Choices) > 1 {
			out.Choices = nil
		}
	}
	if set.Check(q.ID, out) != nil {
		return standard.Answer{}
	}
	return out
}

// NameOf is what a good is called for whom only its address is known.
func NameOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	parts := strings.Split(strings.Trim(strings.TrimSuffix(strings.Trim(u.Path, "/"), ".git"), "/"), "/")
	if last := parts[len(parts)-1]; last != "" {
		return last
	}
	return u.Hostname()
}
