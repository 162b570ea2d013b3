// Package recipe is the rules of deployment recipes: how a good is brought to
// run, who says so, and whether what is named for it still answers.
package recipe

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// Kind is in which form a good is brought to where it runs.
type Kind string

// The kinds.
const (
	Container   Kind = "container"   // an image in a registry
	Chart       Kind = "chart"       // a Helm chart
	Package     Kind = "package"     // of a package manager, by the page that its registry has of it
	Hosted      Kind = "hosted"      // somebody runs it for others
	Media       Kind = "media"       // a file to carry where there is no network
	Conformance Kind = "conformance" // tests that say whether a standard is kept
	Steps       Kind = "steps"       // instructions to follow
)

// Kinds lists them.
var Kinds = []Kind{Container, Chart, Package, Hosted, Media, Conformance, Steps}

// Says is who says that a recipe is one.
type Says string

// Who may say so.
const (
	Owner   Says = "owner"   // who owns the good
	Person  Says = "person"  // somebody else
	Office  Says = "office"  // the secretariat
	Machine Says = "machine" // a program that read the good's files
)

// Recipe is one way in which a good is brought to run.
type Recipe struct {
	ID        good.ID   `json:"id"`
	Good      good.ID   `json:"good"`
	Kind      Kind      `json:"kind"`
	Name      string    `json:"name"`              // of a chart, the name it has in its repository
	Address   string    `json:"address"`           // of an image, as container tools take it
	Version   string    `json:"version,omitempty"` // of the good, that it brings
	Command   string    `json:"command,omitempty"` // to copy
	Languages []string  `json:"languages,omitempty"`
	Says      Says      `json:"says"`
	By        string    `json:"by,omitempty"` // pseudonym
	At        time.Time `json:"at"`           // when it was said
	Sight     Sight     `json:"sight"`
	Edition   int64     `json:"edition,omitempty"` // of the record
}

// Word is what became of a recipe's address.
type Word string

// The words. Nothing is said where nobody looked yet.
const (
	Alive   Word = "alive"
	Gone    Word = "gone"    // it says that there is no such thing
	Silent  Word = "silent"  // nobody answered
	Unclear Word = "unclear" // refused, broken or asked too often: nothing can be said
)

// Sight is what was seen of a recipe when its address was asked.
type Sight struct {
	Word     Word      `json:"word,omitempty"`
	At       time.Time `json:"at,omitzero"`    // of the last look
	Alive    time.Time `json:"alive,omitzero"` // when it answered last
	Dead     time.Time `json:"dead,omitzero"`  // since when it does not; zero where it does
	Failures int       `json:"failures,omitempty"`
}

// Enough is how often in a row nothing has to answer before its keeper hears of it.
const Enough = 2

// After is what is known after one more look. Where nothing can be said, what
// was known stays.
func (s Sight) After(w Word, at time.Time) Sight {
	s.Word, s.At = w, at
	switch w {
	case Alive:
		s.Alive, s.Dead, s.Failures = at, time.Time{}, 0
	case Gone, Silent:
		if s.Failures++; s.Dead.IsZero() {
			s.Dead = at
		}
	}
	return s
}

// Dying says whether the last look is the one after which its keeper hears of it.
func (s Sight) Dying() bool { return s.Failures == Enough && (s.Word == Gone || s.Word == Silent) }

const day = 24 * time.Hour

// Due is when a recipe is looked at next: at once, a week after it answered, a
// day after it first did not, and ever more seldom, but each four weeks.
func (r *Recipe) Due() time.Time {
	if r.Sight.At.IsZero() {
		return r.At
	}
	wait := 7 * day
	switch {
	case r.Sight.Word == Unclear:
		wait = 2 * day
	case r.Says == Machine && r.Kind == Steps && r.Sight.Failures == 0: // whoever reads the files sees it
		wait = 28 * day
	case r.Sight.Failures == 1:
		wait = day
	case r.Sight.Failures == 3:
		wait = 14 * day
	case r.Sight.Failures > 3:
		wait = 28 * day
	}
	return r.Sight.At.Add(wait)
}

// Bounds of what is written, in characters, and of how much there is.
const (
	MaxName      = 120
	MaxAddress   = 500
	MaxVersion   = 60
	MaxCommand   = 2_000
	MaxLanguages = 60
	MaxOfGood    = 40
	MaxOfDay     = 30 // that one person says, or says anew, in a day
)

func wrong(key, field, value string) error {
	return &good.Error{Kind: good.Invalid, Key: key, Field: field, Args: map[string]any{"Value": good.Short(value)}}
}

// Check mends what can be mended and says what is wrong with what is said of a
// recipe.
func (r *Recipe) Check() error {
	r.Name, r.Version, r.Address = good.Line(r.Name), good.Line(r.Version), strings.TrimSpace(r.Address)
	r.Command = strings.TrimSpace(strings.ReplaceAll(r.Command, "\r\n", "\n"))
	for _, part := range []struct {
		field, text string
		most        int
	}{{"name", r.Name, MaxName}, {"version", r.Version, MaxVersion}, {"command", r.Command, MaxCommand}, {"address", r.Address, MaxAddress}} {
		if err := good.CheckText(part.field, part.text, part.most); err != nil {
			return err
		}
	}
	switch {
	case !slices.Contains(Kinds, r.Kind):
		return wrong("ways.error.kind", "kind", string(r.Kind))
	case !strings.ContainsFunc(r.Name, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }) || strings.Contains(r.Name, "://"):
		return wrong("ways.error.name", "name", r.Name)
	}
	if err := r.address(); err != nil {
		return err
	}
	return r.languages()
}

func (r *Recipe) address() error {
	if r.Stored() {
		if _, ok := ParseImage(r.Address, r.Version); !ok {
			return wrong("ways.error.image", "address", r.Address)
		}
		return nil
	}
	if r.Address = good.Address(r.Address); !good.WebAddress(r.Address) {
		return wrong("ways.error.address", "address", r.Address)
	}
	if u, err := url.Parse(r.Address); err == nil && r.Kind == Chart { // that of the repository, not of its index
		u.RawQuery, u.Fragment, u.Path = "", "", strings.TrimSuffix(u.Path, "/index.yaml")
		u.RawPath = ""
		r.Address = u.String()
	}
	return nil
}

// Stored says whether a recipe lies in a registry of images, as a chart may too.
func (r *Recipe) Stored() bool {
	return r.Kind == Container || r.Kind == Chart && strings.HasPrefix(r.Address, oci)
}

func (r *Recipe) languages() error {
	var out []string
	for _, s := range r.Languages {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		tag, ok := vocab.FindLanguage(s)
		if !ok {
			return wrong("ways.error.language", "languages", s)
		}
		out = append(out, tag)
	}
	slices.Sort(out)
	if out = slices.Compact(out); len(out) > MaxLanguages {
		return &good.Error{Kind: good.Invalid, Key: "deploy.error.many", Field: "languages", Args: map[string]any{"Max": MaxLanguages}}
	}
	r.Languages = out
	return nil
}

// Same says whether two recipes lead to the same thing.
func (r *Recipe) Same(o *Recipe) bool {
	return r.Kind == o.Kind && r.Address == o.Address && r.Version == o.Version && (r.Kind != Chart || r.Name == o.Name)
}
