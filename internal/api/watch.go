package api

import (
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/watching"
	"stoa/internal/good"
	"stoa/internal/watch"
)

// GoodWatch is what was seen of a good after it was recognised.
type GoodWatch struct {
	Watched bool       `json:"watched" doc:"It is looked at again: what is recognised is."`
	Looked  *time.Time `json:"looked,omitempty" doc:"When it was last, as the journal says."`
	Signs   []GoodSign `json:"signs" doc:"The newest first. They inform; none withdraws a recognition."`
}

// GoodSign is something that changed.
type GoodSign struct {
	ID        good.ID    `json:"id"`
	Kind      string     `json:"kind" enum:"licence-text,licence-changed,repository-gone,repository-archived,repository-moved,domain-lapsed,website-dead,policy-dead,documentation-dead,finding-turned"`
	About     string     `json:"about,omitempty" doc:"An address, the name of a host, or the id of a question."`
	Indicator string     `json:"indicator,omitempty" doc:"That the question belongs to."`
	Was       string     `json:"was,omitempty"`
	Is        string     `json:"is,omitempty"`
	Noticed   time.Time  `json:"noticed"`
	Case      *time.Time `json:"case,omitempty" doc:"Since when people look into it."`
	Known     string     `json:"known,omitempty" doc:"What its owner says of it."`
	End       string     `json:"end,omitempty" enum:"well,dismissed,mended,challenged" doc:"How it ended: it is as before, it is right as it is, people saw to it, or a challenge looks into it."`
	Ended     *time.Time `json:"ended,omitempty"`
	Reason    string     `json:"reason,omitempty" doc:"Why people ended it."`
	Challenge good.ID    `json:"challenge,omitempty" doc:"The application that looks into it."`
}

// SignExplained is what an owner says of a sign.
type SignExplained struct {
	Reason string `json:"reason" maxLength:"2000" doc:"Why it is so, for everybody to read; empty to take it back."`
}

// SignDecision is what is done about a sign.
type SignDecision struct {
	Decision   string   `json:"decision" enum:"dismissed,mended,write,challenge" doc:"It is right as it is; people saw to it; write to the owners; open a challenge."`
	Reason     string   `json:"reason" maxLength:"2000" doc:"Public with a decision; a letter is read by the owners alone."`
	Indicators []string `json:"indicators,omitempty" doc:"That a challenge doubts." example:"[\"2\"]"`
}

// SignSettled says what came of it.
type SignSettled struct {
	Written   int     `json:"written,omitempty" doc:"How many owners will hear of it."`
	Challenge good.ID `json:"challenge,omitempty" doc:"The application that looks into it."`
}

// watching are the operations on the watch over what is recognised.
func (f *face) watching(d describer) []operation {
	required := func(name, text, example string) *huma.Param {
		p := param(name, "path", text, &huma.Schema{Type: "string"}, example)
		p.Required = true
		return p
	}
	one, sign := required("good", "Slug or id of the good.", "dhis2"), required("sign", "Id of the sign.", "01KB0ZZZZZZZZZZZZZZZZZZZZZ")
	return []operation{
		d.read("get-good-watch", "/api/v1/goods/{good}/watch", "goods", "What changed of a good since it was recognised", "A program looks at what is recognised again and again. Signs inform; none withdraws a recognition.",
			[]*huma.Param{one}, f.goodWatch, d.of(reflect.TypeFor[GoodWatch]()), 404),
		d.call(call{act: access.Watch, method: http.MethodPost, path: "/api/v1/goods/{good}/watch", id: "look-again", tag: "goods", summary: "Have a recognised good looked at again now",
			text: "For its owners and those who see to the watch, not more than once in ten minutes.", params: []*huma.Param{one}, handle: f.lookAgain, statuses: []int{404, 409, 429}}),
		d.call(call{act: access.Explain, method: http.MethodPut, path: "/api/v1/signs/{sign}/explanation", id: "explain-sign", tag: "goods", summary: "Say why a sign of one's own good is as it is",
			text: "The sign stands as before.", params: []*huma.Param{sign}, takes: reflect.TypeFor[SignExplained](), handle: f.explainSign, statuses: []int{404, 409}}),
		d.call(call{act: access.SettleSign, method: http.MethodPost, path: "/api/v1/signs/{sign}/decision", id: "settle-sign", tag: "assessment", summary: "End a sign, write to the owners about it, or open a challenge",
			params: []*huma.Param{sign}, takes: reflect.TypeFor[SignDecision](), gives: reflect.TypeFor[SignSettled](), handle: f.settleSign, statuses: []int{404, 409, 429}}),
		d.call(call{act: access.SeeWatch, method: http.MethodGet, path: "/api/v1/desk/watch", id: "get-watch", tag: "assessment", summary: "How the watch gets on",
			text: "What stands, what is looked at now and next, what was looked at last and what failed.", gives: reflect.TypeFor[watching.Board](), handle: f.watchBoard}),
	}
}

// watch is what looks again, where something does.
func (f *face) watch() (*watching.App, error) {
	if f.cfg.Watch == nil {
		return nil, &good.Error{Kind: good.NotFound, Key: "api.detail.path"}
	}
	return f.cfg.Watch, nil
}

// maybe is a moment that may be none.
func maybe(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// WatchOf is what the watch publicly says of a good, as programs read it.
func WatchOf(s watching.Seen) GoodWatch {
	return GoodWatch{Watched: s.Watched, Looked: maybe(s.Looked), Signs: some(each(s.Signs, func(s watch.Sign) GoodSign {
		return GoodSign{ID: s.ID, Kind: string(s.Kind), About: s.About, Indicator: s.Indicator, Was: s.Was, Is: s.Is, Noticed: s.Noticed, Case: maybe(s.Stayed),
			Known: s.Known, End: string(s.End), Ended: maybe(s.Ended), Reason: s.Reason, Challenge: s.Challenge}
	}))}
}

func (f *face) goodWatch(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	app, err := f.watch()
	if err != nil {
		return err
	}
	g, seen, err := app.ByName(r.Context(), r.PathValue("good"))
	if err != nil {
		return err
	}
	if f.fresh(w, r, g.Position) {
		return nil
	}
	return f.write(w, r, WatchOf(seen))
}

func (f *face) lookAgain(w http.ResponseWriter, r *http.Request) error {
	app, err := f.watch()
	if err != nil {
		return err
	}
	return done(w, app.Again(r.Context(), who(r), r.PathValue("good")))
}

func (f *face) explainSign(w http.ResponseWriter, r *http.Request) error {
	app, err := f.watch()
	if err != nil {
		return err
	}
	doc, err := received[SignExplained](r)
	if err != nil {
		return err
	}
	return done(w, app.Explain(r.Context(), who(r), good.ID(r.PathValue("sign")), doc.Reason))
}

func (f *face) settleSign(w http.ResponseWriter, r *http.Request) error {
	app, err := f.watch()
	if err != nil {
		return err
	}
	doc, err := received[SignDecision](r)
	if err != nil {
		return err
	}
	out, err := app.Decide(r.Context(), who(r), good.ID(r.PathValue("sign")), watching.Decision{How: doc.Decision, Reason: doc.Reason, Indicators: doc.Indicators})
	if err != nil {
		return err
	}
	return f.write(w, r, SignSettled{Written: out.Written, Challenge: out.Challenge})
}

func (f *face) watchBoard(w http.ResponseWriter, r *http.Request) error {
	app, err := f.watch()
	if err != nil {
		return err
	}
	b, err := app.Board(r.Context(), who(r))
	if err != nil {
		return err
	}
	return f.write(w, r, b)
}
