package guides

import (
	"cmp"
	"context"
	"slices"

	"stoa/internal/community"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/l10n"
	"stoa/internal/standard"
	"stoa/internal/store"
	"stoa/internal/support"
	"stoa/internal/vocab"
	"stoa/internal/watch"
)

// About is what something known is about. It is the end of the key of its words.
type About string

// What can be known.
const (
	AboutLicences      About = "licences"      // values: SPDX identifiers
	AboutDocumentation About = "documentation" // values: addresses
	AboutLanguages     About = "languages"     // values: BCP 47
	AboutStandards     About = "standards"     // values: names
	AboutStage         About = "stage"         // value: a stage
	AboutRecognition   About = "recognition"   // values: issuer, stage
	AboutLooked        About = "looked"        // value: the day
	AboutSigns         About = "signs"         // values: kinds of signs that stand
	AboutSaid          About = "said"          // N answers that its people published
	AboutHere          About = "here"          // N confirmed uses in the country
	AboutNear          About = "near"          // values: countries nearby with confirmed uses
	AboutUses          About = "uses"          // N confirmed uses
	AboutNoUses        About = "no-uses"       // none is confirmed yet
	AboutOffers        About = "offers"        // values: organisations that offer help
	AboutNoOffers      About = "no-offers"     // nobody does yet
	AboutTasks         About = "tasks"         // N translations that wait
	AboutCoverage      About = "coverage"      // values: languages of which a part is translated
	AboutNeeds         About = "needs"         // N open needs of the country
	AboutClaim         About = "claim"         // where use is recorded
)

// Known is something that is known here about an item, with who says so.
type Known struct {
	About  About       `json:"about"`
	Values []string    `json:"values,omitempty"`
	N      int         `json:"number,omitempty"`
	Path   string      `json:"path,omitempty"` // on this instance, without language
	Origin good.Origin `json:"origin,omitzero"`
}

// reads is what a guide is filled from.
type reads interface {
	reader
	sights
	offers
	uses
	Communities(ctx context.Context, of good.ID, after string, limit int) ([]community.Community, error)
}

type sights interface {
	Sources(ctx context.Context) (map[string]good.Source, error)
	Watched(ctx context.Context, id good.ID) (*store.Watched, error)
	SignsOf(ctx context.Context, id good.ID) ([]store.Sign, error)
}

type offers interface {
	Offers(ctx context.Context, that store.SupportThat, before good.ID, limit int) ([]support.Offer, error)
	LocalisationTasks(ctx context.Context, that store.TasksThat, before good.ID, limit int) ([]l10n.Task, error)
	Coverage(ctx context.Context, id good.ID) (*l10n.Coverage, error)
	LanguagesSeen(ctx context.Context, id good.ID) (*l10n.Coverage, error)
}

type uses interface {
	Tallies(ctx context.Context, that store.DeploymentsThat) ([]store.Tally, error)
	DeploymentsBy(ctx context.Context, that store.DeploymentsThat, column string, limit int) ([]store.Share, error)
	CountNeeds(ctx context.Context, that store.NeedsThat) (int, error)
}

// shown is how many names or countries an item names.
const shown = 5

// known is what is known of a good, to be put to the items that ask for it.
type known struct {
	good    *good.Good
	country string
	by      map[string][]Known // by the id of an item
	offers  []support.Offer
}

// helpFor are the kinds of help that an item is served by; none: any.
var helpFor = map[string][]string{
	"pilot.hosting": {"hosting", "cloud-credits"}, "pilot.adapt": {"content-adaptation"}, "pilot.integration": {"integration"}, "pilot.localisation": {"localisation"},
	"pilot.accessibility": {"accessibility-audit"}, "pilot.training": {"training"}, "pilot.offline": {"device-programme", "zero-rating", "channel"}, "live.support": nil, "scale.audit": {"security-audit"},
}

// answered are the indicators of the DPG Standard whose published answers speak
// of an item.
var answered = map[string][]string{"evaluate.exit": {"6"}, "pilot.privacy": {"7", "9a"}, "evaluate.security": {"9a"}, "pilot.bias": {"9b", "9c"}}

// knowing gathers what is known of a good.
func knowing(ctx context.Context, db reads, g *good.Good, country string) (*known, error) {
	k := &known{good: g, country: country, by: map[string][]Known{}}
	k.standing()
	for item, indicators := range answered {
		n := 0
		for _, a := range g.Answers {
			if slices.Contains(indicators, a.Indicator) {
				n++
			}
		}
		if n > 0 {
			k.add(item, Known{About: AboutSaid, N: n, Path: "/goods/" + g.Slug + "#evidence", Origin: g.From[good.FieldAnswers]})
		}
	}
	k.add("scale.record", Known{About: AboutClaim, Path: "/deployments/new?good=" + g.Slug})
	for _, more := range []func(context.Context, reads) error{k.watched, k.used, k.helped, k.spoken, k.needed} {
		if err := more(ctx, db); err != nil {
			return nil, err
		}
	}
	return k, nil
}

func (k *known) add(item string, one Known) { k.by[item] = append(k.by[item], one) }

// of is what is known of an item: the fact that it names, then the rest.
func (k *known) of(q standard.Question) []Known {
	var out []Known
	f := k.good.Facts
	fact := func(about About, field good.Field, values []string) {
		if len(values) > 0 {
			origin := k.good.From[field]
			if origin.Source == "" { // each of a united list has its own
				origin = k.good.From[field+"/"+good.Field(values[0])]
			}
			out = append(out, Known{About: about, Values: values[:min(len(values), 12)], Origin: origin})
		}
	}
	switch q.Fact {
	case good.FieldLicences:
		var ids []string
		for _, l := range f.Licences {
			ids = append(ids, l.SPDX)
		}
		fact(AboutLicences, q.Fact, ids)
	case good.FieldDocumentation:
		var at []string
		for _, l := range f.Documentation {
			at = append(at, l.URL)
		}
		fact(AboutDocumentation, q.Fact, at)
	case good.FieldLanguages:
		fact(AboutLanguages, q.Fact, f.Languages)
	case good.FieldStandards:
		fact(AboutStandards, q.Fact, f.Standards)
	}
	out = append(out, k.by[q.ID]...)
	if kinds, served := helpFor[q.ID]; served {
		out = append(out, k.help(kinds))
	}
	return out
}

// standing is what stage the good is in, and who recognises it.
func (k *known) standing() {
	k.add("evaluate.standing", Known{About: AboutStage, Values: []string{string(k.good.Stage)}, Path: "/goods/" + k.good.Slug})
	for _, r := range k.good.Recognitions {
		k.add("evaluate.standing", Known{About: AboutRecognition, Values: []string{r.Issuer, string(r.State)}, Origin: good.Origin{Source: r.Source, URL: r.URL, Seen: cmp.Or(r.From, r.Last)}})
	}
}

// signsOf are the items that some kinds of sign tell of; the others tell of
// where the good stands.
var signsOf = map[watch.Kind]string{watch.LicenceText: "evaluate.licence", watch.LicenceChanged: "evaluate.licence", watch.DocumentationDead: "evaluate.documentation", watch.PolicyDead: "pilot.privacy"}

// watched is what the watch saw.
func (k *known) watched(ctx context.Context, db reads) error {
	w, err := db.Watched(ctx, k.good.ID)
	if err != nil || w == nil || w.Told.IsZero() {
		return err
	}
	path := "/goods/" + k.good.Slug + "/watch"
	k.add("evaluate.standing", Known{About: AboutLooked, Values: []string{w.Told.UTC().Format("2006-01-02")}, Path: path})
	signs, err := db.SignsOf(ctx, k.good.ID)
	by := map[string][]string{}
	for _, s := range signs {
		if s.Open() {
			item := cmp.Or(signsOf[s.Kind], "evaluate.standing")
			by[item] = append(by[item], string(s.Kind))
		}
	}
	for item, kinds := range by {
		slices.Sort(kinds)
		k.add(item, Known{About: AboutSigns, Values: slices.Compact(kinds), Path: path})
	}
	return err
}

// used is who uses it, in the country and nearby.
func (k *known) used(ctx context.Context, db reads) error {
	const item = "evaluate.used"
	confirmed := store.DeploymentsThat{Good: k.good.ID, State: deploy.Confirmed}
	running := func(that store.DeploymentsThat) (n int, err error) {
		list, err := db.Tallies(ctx, that)
		for _, t := range list {
			if t.Stage != deploy.Retired {
				n += t.N
			}
		}
		return n, err
	}
	all, err := running(confirmed)
	if err != nil {
		return err
	}
	path := "/deployments?good=" + k.good.Slug
	if all == 0 {
		k.add(item, Known{About: AboutNoUses, Path: path})
		return nil
	}
	k.add(item, Known{About: AboutUses, N: all, Path: path + "&state=confirmed"})
	home, ok := vocab.CountryByCode(k.country)
	if !ok {
		return nil
	}
	confirmed.Country = k.country
	here, err := running(confirmed)
	if err != nil {
		return err
	}
	if here > 0 {
		k.add(item, Known{About: AboutHere, N: here, Path: path + "&country=" + k.country, Values: []string{k.country}})
	}
	confirmed.Country = ""
	lands, err := db.DeploymentsBy(ctx, confirmed, "country", 300)
	var near []string
	for _, l := range lands {
		if c, ok := vocab.CountryByCode(l.Of); ok && c.Subregion == home.Subregion && l.Of != k.country && len(near) < shown {
			near = append(near, l.Of)
		}
	}
	if len(near) > 0 {
		k.add(item, Known{About: AboutNear, Values: near, Path: path})
	}
	return err
}

// helped is who offers help with it.
func (k *known) helped(ctx context.Context, db reads) (err error) {
	k.offers, err = db.Offers(ctx, store.SupportThat{Good: k.good.ID, Country: k.country}, "", 100)
	return err
}

// help is who offers one of these kinds of help, of any kind where none is
// named.
func (k *known) help(kinds []string) Known {
	path := "/support?good=" + k.good.Slug
	if k.country != "" {
		path = "/support?country=" + k.country + "&good=" + k.good.Slug
	}
	if len(kinds) == 1 {
		path += "&kind=" + kinds[0]
	}
	var names []string
	for _, o := range k.offers {
		if fits := len(kinds) == 0 || slices.ContainsFunc(o.Kinds, func(s string) bool { return slices.Contains(kinds, s) }); fits && !slices.Contains(names, o.Organisation) {
			names = append(names, o.Organisation)
		}
	}
	if len(names) == 0 {
		return Known{About: AboutNoOffers, Path: path}
	}
	return Known{About: AboutOffers, N: len(names), Values: names[:min(len(names), shown)], Path: path}
}

// spoken is what is translated, and what waits for somebody who does.
func (k *known) spoken(ctx context.Context, db reads) error {
	path := "/goods/" + k.good.Slug + "/languages"
	cover, err := db.Coverage(ctx, k.good.ID)
	if err != nil {
		return err
	}
	if cover == nil {
		if cover, err = db.LanguagesSeen(ctx, k.good.ID); err != nil {
			return err
		}
	}
	if cover != nil {
		var parts []string
		for _, l := range cover.Shares {
			parts = append(parts, l.Language)
		}
		if len(parts) > 0 {
			k.add("pilot.localisation", Known{About: AboutCoverage, Values: parts[:min(len(parts), 12)], Path: path})
		}
	}
	tasks, err := db.LocalisationTasks(ctx, store.TasksThat{Good: k.good.ID, State: l10n.Open}, "", 100)
	if len(tasks) > 0 {
		k.add("pilot.localisation", Known{About: AboutTasks, N: len(tasks), Path: path})
	}
	return err
}

// needed is what the country needs, in public.
func (k *known) needed(ctx context.Context, db reads) error {
	if k.country == "" {
		return nil
	}
	n, err := db.CountNeeds(ctx, store.NeedsThat{Country: k.country, State: "open"})
	if n > 0 {
		k.add("evaluate.fit", Known{About: AboutNeeds, N: n, Values: []string{k.country}, Path: "/needs?country=" + k.country + "&state=open"})
	}
	return err
}

// Filled are the items that are filled by more than the fact they name.
func Filled() []string {
	out := []string{"evaluate.standing", "evaluate.used", "evaluate.fit", "scale.record"}
	for id := range helpFor {
		out = append(out, id)
	}
	for id := range answered {
		out = append(out, id)
	}
	for _, id := range signsOf {
		out = append(out, id)
	}
	return out
}
