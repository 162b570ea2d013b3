// Package call is the rules of open calls: what a sourcing partner asks, from
// when until when, who may enter, how entries are scored in stages, and what is
// said when it is over. It is pure.
package call

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

// State is where a call stands.
type State string

// The states, in the order in which a call meets them.
const (
	Draft     State = "draft"     // the partner writes; nothing is public
	Announced State = "announced" // public, and not yet open
	Open      State = "open"      // takes entries
	Closed    State = "closed"    // takes no more; jurors score
	Judged    State = "judged"    // the last stage is decided
	Published State = "published" // everybody knows who was chosen, and why
	Cancelled State = "cancelled" // the partner gave it up, and said why
)

// States lists the states in order.
var States = []State{Draft, Announced, Open, Closed, Judged, Published, Cancelled}

// Over says whether nothing more happens to a call in state s.
func (s State) Over() bool { return s == Published || s == Cancelled }

// Partner is an organisation that may run calls.
type Partner struct {
	ID    good.ID   `json:"id"` // of the organisation
	Slug  string    `json:"slug"`
	Name  string    `json:"name"`
	Since good.Date `json:"since"`
	Until good.Date `json:"until,omitempty"` // the day from which it is one no more
}

// Runs says whether the partner may run calls on day.
func (p *Partner) Runs(day good.Date) bool { return p.Until == "" || day < p.Until }

// Call is one open call. All of it is public once it is announced.
type Call struct {
	ID        good.ID     `json:"id"`
	Slug      string      `json:"slug"`
	Partner   good.ID     `json:"partner"` // id of the organisation
	By        string      `json:"by"`      // its name
	State     State       `json:"state"`
	Lang      string      `json:"lang"` // BCP 47, of all that is in one language only
	Title     good.Text   `json:"title"`
	Text      good.Text   `json:"text"`
	Themes    []string    `json:"themes,omitempty"`
	SDGs      []int       `json:"sdgs,omitempty"`      // one of them has to be helped; none: any
	Kinds     []good.Kind `json:"kinds,omitempty"`     // none: all
	Countries []string    `json:"countries,omitempty"` // ISO 3166-1 alpha-2 of where entrants are; none: all
	Zone      string      `json:"zone"`                // of the time zone database, "Africa/Nairobi"
	Opens     string      `json:"opens"`               // on the clocks of Zone, "2026-12-01T09:00:00"
	Closes    string      `json:"closes"`              // the first second that is too late
	From      time.Time   `json:"from,omitzero"`       // Opens, as one moment everywhere
	Until     time.Time   `json:"until,omitzero"`      // Closes, as one moment everywhere
	Standard  string      `json:"standard,omitempty"`  // "dpg@1.1.7", some of whose questions are asked
	Asks      []string    `json:"asks,omitempty"`      // ids of those
	Questions []Question  `json:"questions,omitempty"` // the call's own, on top
	Stages    []Stage     `json:"stages,omitempty"`
	At        int         `json:"at"`               // index of the stage under way
	Reason    string      `json:"reason,omitempty"` // why it was cancelled
	Results   *Results    `json:"results,omitempty"`
	Changed   time.Time   `json:"changed,omitzero"`
	Version   int64       `json:"version"`
}

// Question is one that a call asks on top of a standard. Type is one of those
// a standard has.
type Question struct {
	ID       string   `json:"id"`
	Type     string   `json:"type"`
	Label    string   `json:"label"`
	Help     string   `json:"help,omitempty"`
	Options  []string `json:"options,omitempty"` // of a choice
	Required bool     `json:"required,omitempty"`
}

// Types are the types of question that a call can ask.
var Types = []string{"text", "long-text", "links", "yes-no", "choice", "choices", "countries"}

// Bounds of what a partner may write.
const (
	MaxTitle     = 200    // characters
	MaxText      = 20_000 // characters
	MaxLine      = 200    // characters of a theme, a label, a criterion
	MaxThemes    = 20
	MaxQuestions = 40
	MaxStages    = 8
	MaxCriteria  = 30
	MaxJurors    = 9 // of one entry in one stage
	MaxDays      = 730
)

// Clean mends what can be mended without asking.
func (c *Call) Clean() {
	tidy := func(list []string) []string {
		var out []string
		for _, s := range list {
			if s = strings.Join(strings.Fields(s), " "); s != "" && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
		return out
	}
	c.Themes, c.Countries, c.Asks = tidy(c.Themes), tidy(c.Countries), tidy(c.Asks)
	for _, t := range []good.Text{c.Title, c.Text} {
		for lang, s := range t {
			if t[lang] = strings.TrimSpace(s); t[lang] == "" {
				delete(t, lang)
			}
		}
	}
	slices.Sort(c.SDGs)
	c.SDGs = slices.Compact(c.SDGs)
	for i := range c.Questions {
		q := &c.Questions[i]
		q.Label, q.Help, q.Options = strings.Join(strings.Fields(q.Label), " "), strings.TrimSpace(q.Help), tidy(q.Options)
	}
	for i := range c.Stages {
		c.Stages[i].clean()
	}
}

// Check says what is wrong with what a partner wrote. A draft may lack much:
// what an announcement needs besides is said by Ready.
func (c *Call) Check() error {
	if len(c.Title) == 0 {
		return invalid("missing", "title", nil)
	}
	if len(c.Title) > 20 || len(c.Text) > 20 {
		return invalid("language", "title", nil)
	}
	for lang := range c.Title {
		if err := text("title", lang, c.Title[lang], MaxTitle); err != nil {
			return err
		}
	}
	for lang := range c.Text {
		if err := text("text", lang, c.Text[lang], MaxText); err != nil {
			return err
		}
	}
	if len(c.Themes) > MaxThemes {
		return invalid("many", "themes", map[string]any{"Max": MaxThemes})
	}
	for _, t := range c.Themes {
		if err := line("themes", t); err != nil {
			return err
		}
	}
	if err := c.eligible(); err != nil {
		return err
	}
	if err := c.moments(); err != nil {
		return err
	}
	if err := c.questions(); err != nil {
		return err
	}
	return c.stages()
}

func (c *Call) eligible() error {
	for _, n := range c.SDGs {
		if n < 1 || n > 17 {
			return invalid("choice", "sdgs", nil)
		}
	}
	for _, k := range c.Kinds {
		if !slices.Contains(good.Kinds, k) {
			return invalid("choice", "kinds", nil)
		}
	}
	for _, code := range c.Countries {
		if _, ok := vocab.CountryByCode(code); !ok {
			return invalid("country", "countries", map[string]any{"Value": code})
		}
	}
	return nil
}

func (c *Call) questions() error {
	if len(c.Questions)+len(c.Asks) > MaxQuestions {
		return invalid("many", "questions", map[string]any{"Max": MaxQuestions})
	}
	seen := map[string]bool{}
	for _, q := range c.Questions {
		choice := q.Type == "choice" || q.Type == "choices"
		switch {
		case q.ID == "" || good.Slugify(q.ID) != q.ID || seen[q.ID]:
			return invalid("question-id", "questions", map[string]any{"Value": q.ID})
		case !slices.Contains(Types, q.Type):
			return invalid("type", "questions", map[string]any{"Value": q.Type})
		case choice != (len(q.Options) > 0), len(q.Options) > 50:
			return invalid("options", "options", nil)
		case utf8.RuneCountInString(q.Help) > 1000:
			return invalid("long", "help", map[string]any{"Max": 1000})
		}
		for _, s := range append([]string{q.Label}, q.Options...) {
			if err := line("label", s); err != nil {
				return err
			}
		}
		seen[q.ID] = true
	}
	return nil
}

// Ready says what stands between a draft and its announcement.
func (c *Call) Ready(now time.Time) error {
	switch {
	case len(c.Text) == 0:
		return invalid("missing", "text", nil)
	case c.From.IsZero():
		return invalid("missing", "opens", nil)
	case c.Until.IsZero():
		return invalid("missing", "closes", nil)
	case !now.Before(c.Until):
		return invalid("past", "closes", nil)
	case len(c.Stages) == 0:
		return invalid("no-stage", "stages", nil)
	}
	return nil
}

// MayChange says whether a call may become next. What entrants rely on stays as
// it was announced; words may change, and the call may close later, never
// sooner.
func (c *Call) MayChange(next *Call, now time.Time) error {
	if c.State == Draft {
		return nil
	}
	if s := c.Now(now); s != Announced && s != Open {
		return conflict("over", nil)
	}
	was, is := *c, *next
	for _, x := range []*Call{&was, &is} {
		x.Title, x.Text, x.Themes, x.Closes, x.Until, x.Version, x.Changed = nil, nil, nil, "", time.Time{}, 0, time.Time{}
	}
	if !equal(was, is) {
		return conflict("fixed", nil)
	}
	if next.Until.Before(c.Until) {
		return invalid("sooner", "closes", map[string]any{"Closes": c.Closing()})
	}
	return nil
}

func text(field, lang, s string, most int) error {
	switch {
	case lang == "" || len(lang) > 35 || !vocab.ValidLanguage(lang):
		return invalid("language", field, nil)
	case utf8.RuneCountInString(s) > most:
		return invalid("long", field, map[string]any{"Max": most})
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return invalid("not-text", field, nil)
	}
	return nil
}

// line refuses what is no line of words.
func line(field, s string) error {
	switch {
	case s == "":
		return invalid("missing", field, nil)
	case utf8.RuneCountInString(s) > MaxLine:
		return invalid("long", field, map[string]any{"Max": MaxLine})
	case !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r\n"):
		return invalid("not-text", field, nil)
	}
	return nil
}

func invalid(key, field string, args map[string]any) error {
	return &good.Error{Kind: good.Invalid, Key: "calls.error." + key, Field: field, Args: args}
}

func conflict(key string, args map[string]any) error {
	return &good.Error{Kind: good.Conflict, Key: "calls.error." + key, Args: args}
}
