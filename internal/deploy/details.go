package deploy

import (
	"stoa/internal/good"
	"stoa/internal/vocab"
)

// Details are what is said of the deployments of one kind of good beside what is
// said of all: how data is reused, where a model is served and by what it is
// overseen, into what content was adapted and how it is carried where there is
// no network, how a standard was tested. What software needs is asked of all.
var Details = []vocab.Detail{
	{Name: "data_use", Of: string(good.Data), Type: vocab.SomeOf, Options: []string{"analysis", "product", "policy", "research", "training"}},
	{Name: "data_refresh", Of: string(good.Data), Type: vocab.OneOf, Options: []string{"live", "daily", "weekly", "monthly", "yearly", "once"}},
	{Name: "data_products", Of: string(good.Data), Type: vocab.Text},
	{Name: "ai_serving", Of: string(good.AI), Type: vocab.OneOf, Options: []string{"device", "own", "inside", "abroad"}},
	{Name: "ai_weights", Of: string(good.AI), Type: vocab.Text},
	{Name: "ai_oversight", Of: string(good.AI), Type: vocab.OneOf, Options: []string{"each", "appeal", "sample", "none"}},
	{Name: "ai_evaluation", Of: string(good.AI), Type: vocab.OneOf, Options: []string{"none", "own", "independent"}},
	{Name: "ai_report", Of: string(good.AI), Type: vocab.Link, Needs: "ai_evaluation"},
	{Name: "content_languages", Of: string(good.Content), Type: vocab.Languages},
	{Name: "content_offline", Of: string(good.Content), Type: vocab.SomeOf, Options: []string{"device", "server", "card", "print", "broadcast"}},
	{Name: "content_curriculum", Of: string(good.Content), Type: vocab.Text},
	{Name: "standard_profile", Of: string(good.Standard), Type: vocab.Text},
	{Name: "standard_test", Of: string(good.Standard), Type: vocab.Text},
	{Name: "standard_result", Of: string(good.Standard), Type: vocab.OneOf, Options: []string{"passed", "partly", "failed"}, Needs: "standard_test"},
	{Name: "standard_tested", Of: string(good.Standard), Type: vocab.DayPast, Needs: "standard_result"},
}

// CheckDetails mends what can be mended and says what is wrong with what is said
// of a good of some kinds alone; where its kinds are not known, all fits.
func (s *Statement) CheckDetails(kinds []good.Kind, today good.Date) error {
	said, err := vocab.CheckDetails(Details, kinds, s.Details, today)
	if err == nil {
		s.Details = said
	}
	return err
}

// DetailNames are their names, in their order: the columns of tables.
func DetailNames() []string {
	var out []string
	for _, d := range Details {
		out = append(out, d.Name)
	}
	return out
}
