package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	app "stoa/internal/app/guides"
	"stoa/internal/good"
	"stoa/internal/guide"
	"stoa/internal/standard"
)

// GuideItem is one thing to see to.
type GuideItem struct {
	ID    string      `json:"id" example:"evaluate.licence"`
	Label good.Text   `json:"label" doc:"By language."`
	Help  good.Text   `json:"help,omitempty" doc:"By language."`
	Known []app.Known `json:"known" doc:"What is known of it here, with who says so. What is not known is not there."`
	Mark  *guide.Mark `json:"mark,omitempty" doc:"How far it is; of a copy alone."`
}

// GuidePart is a stage of the way.
type GuidePart struct {
	ID    string      `json:"id" example:"evaluate"`
	Title good.Text   `json:"title" doc:"By language."`
	Goal  good.Text   `json:"goal" doc:"When the stage is done; by language."`
	Items []GuideItem `json:"items"`
}

// GuideDoc is the checklist of a good.
type GuideDoc struct {
	Good    good.ID     `json:"good"`
	Slug    string      `json:"slug"`
	List    string      `json:"checklist" example:"adoption@1.0"`
	Country string      `json:"country,omitempty"`
	Parts   []GuidePart `json:"parts"`
}

// GuideForm begins a copy, or says anew what one is about.
type GuideForm struct {
	Good    string `json:"good,omitempty" doc:"Slug or id; of a new copy."`
	Title   string `json:"title,omitempty" maxLength:"120"`
	Country string `json:"country,omitempty" doc:"ISO 3166-1 alpha-2."`
	Body    string `json:"organisation,omitempty" doc:"Slug or id of an organisation for which you act: all who act for it see the copy and write in it."`
	Version int64  `json:"version,omitempty" doc:"Of the copy as it was seen; a later change is answered with 409."`
}

// MarkForm says how far an item is.
type MarkForm struct {
	State   string    `json:"state" enum:"open,in-hand,done,not-needed"`
	Note    string    `json:"note,omitempty" maxLength:"4000"`
	Owner   string    `json:"owner,omitempty" maxLength:"120" doc:"Who sees to it, as you call them."`
	Due     good.Date `json:"due,omitempty" example:"2027-03-31"`
	Version int       `json:"version,omitempty" doc:"Of the item as it was seen, 0 where nothing is said of it yet; a later change is answered with 409."`
}

// GuideCopy is a copy of a checklist.
type GuideCopy struct {
	guide.Copy
	Slug     string            `json:"slug" doc:"Of the good."`
	Progress guide.Progress    `json:"progress"`
	Parts    []GuidePart       `json:"parts,omitempty"`
	Newer    string            `json:"newer,omitempty" doc:"A newer version of the checklist."`
	Changes  []standard.Change `json:"changes,omitempty" doc:"To that."`
}

// GuideList are one's copies.
type GuideList struct {
	Items []GuideCopy `json:"items" doc:"The newest first."`
}

// guiding are the operations on guides.
func (f *face) guiding(d describer) []operation {
	id, item := param("guide", "path", "Id of the copy. It is there for who keeps it, and for who acts for its organisation.", &huma.Schema{Type: "string"}, "01KB0ZZZZZZZZZZZZZZZZZZZZZ"), param("item", "path", "Id of the item.", &huma.Schema{Type: "string"}, "evaluate.licence")
	slug := param("good", "path", "Slug or id of the good.", &huma.Schema{Type: "string"}, "dhis2")
	id.Required, item.Required, slug.Required = true, true, true
	op := func(method, at, id, summary, text string, params []*huma.Param, takes, gives reflect.Type, h answer, created bool) operation {
		return d.call(call{act: access.KeepGuide, method: method, path: "/api/v1" + at, id: id, tag: "guides", summary: summary, text: text, params: params, takes: takes, gives: gives, handle: h, created: created, statuses: []int{404, 409}})
	}
	one, doc := []*huma.Param{id}, reflect.TypeFor[GuideCopy]()
	return []operation{
		d.read("get-guide", "/api/v1/goods/{good}/guide", "guides", "The checklist of a good", "From evaluation to national use, filled with what is known here.", []*huma.Param{slug, param("country", "query", "Fill it for this country (ISO 3166-1 alpha-2).", &huma.Schema{Type: "string"}, nil)}, f.getGuide, d.of(reflect.TypeFor[GuideDoc]()), 404),
		op(http.MethodGet, "/guides", "list-guides", "Your copies of checklists", "And those that are shared with an organisation for which you act.", nil, nil, reflect.TypeFor[GuideList](), f.listGuides, false),
		op(http.MethodPost, "/guides", "keep-guide", "Keep a copy of a checklist", "", nil, reflect.TypeFor[GuideForm](), doc, f.keepGuide, true),
		op(http.MethodGet, "/guides/{guide}", "show-guide", "One copy", "", one, nil, doc, f.showGuide, false),
		op(http.MethodPut, "/guides/{guide}", "change-guide", "Say anew what a copy is about", "", one, reflect.TypeFor[GuideForm](), doc, f.changeGuide, false),
		op(http.MethodPut, "/guides/{guide}/items/{item}", "mark-item", "Say how far an item is", "", []*huma.Param{id, item}, reflect.TypeFor[MarkForm](), doc, f.markItem, false),
		op(http.MethodPost, "/guides/{guide}/renewal", "renew-guide", "Take the newest version of the checklist", "Nothing that was written is lost.", one, nil, doc, f.renewGuide, false),
		op(http.MethodDelete, "/guides/{guide}", "drop-guide", "Delete a copy", "", one, nil, nil, f.dropGuide, false),
	}
}

// guided runs do with the guides; without any there is nothing here.
func (f *face) guided(r *http.Request, do func(ctx context.Context, a *app.App, who access.Who) error) error {
	if f.cfg.Guides == nil {
		return &good.Error{Kind: good.NotFound, Key: "guide.error.none"}
	}
	return do(r.Context(), f.cfg.Guides, who(r))
}

// parts are the stages of a guide; marked says whether what is said of each item
// is told.
func parts(g *app.Guide, marked bool) []GuidePart {
	var out []GuidePart
	for _, p := range g.Parts {
		one := GuidePart{ID: p.ID, Title: p.Title, Goal: p.Requirement}
		for _, i := range p.Items {
			doc := GuideItem{ID: i.ID, Label: i.Label, Help: i.Help, Known: some(i.Known)}
			if marked {
				doc.Mark = &i.Mark
			}
			one.Items = append(one.Items, doc)
		}
		out = append(out, one)
	}
	return out
}

func (f *face) getGuide(w http.ResponseWriter, r *http.Request) error {
	v, err := parameters(r, "country")
	if err != nil {
		return err
	}
	return f.guided(r, func(ctx context.Context, a *app.App, _ access.Who) error {
		g, err := a.Guide(ctx, r.PathValue("good"), last(v, "country"))
		if err != nil || f.freshWith(w, r, f.cfg.Registry.Position(), g.Seen()) {
			return err
		}
		return f.write(w, r, GuideDoc{Good: g.Of.ID, Slug: g.Of.Slug, List: g.List.Key(), Country: g.For, Parts: some(parts(g, false))})
	})
}

func (f *face) listGuides(w http.ResponseWriter, r *http.Request) error {
	return f.guided(r, func(ctx context.Context, a *app.App, who access.Who) error {
		rows, err := a.Mine(ctx, who)
		out := GuideList{Items: []GuideCopy{}}
		for _, row := range rows {
			out.Items = append(out.Items, GuideCopy{Copy: row.Copy, Slug: row.Slug, Progress: row.Progress})
		}
		if err != nil {
			return err
		}
		return f.write(w, r, out)
	})
}

// answerGuide answers with a copy as it is now.
func (f *face) answerGuide(w http.ResponseWriter, r *http.Request, answer func(http.ResponseWriter, *http.Request, any) error, id good.ID) error {
	return f.guided(r, func(ctx context.Context, a *app.App, who access.Who) error {
		v, err := a.Show(ctx, who, id)
		if err != nil {
			return err
		}
		doc := GuideCopy{Copy: v.Copy, Slug: v.Of.Slug, Progress: v.Progress, Parts: parts(&v.Guide, true), Changes: v.Changes}
		if v.Newer != nil {
			doc.Newer = v.Newer.Key()
		}
		return answer(w, r, doc)
	})
}

// onGuide runs do on a copy with what was sent, and answers with the copy.
func onGuide[T any](f *face, w http.ResponseWriter, r *http.Request, do func(ctx context.Context, a *app.App, who access.Who, id good.ID, in T) error) error {
	in, err := received[T](r)
	if err != nil {
		return err
	}
	id := named(r, "guide")
	if err := f.guided(r, func(ctx context.Context, a *app.App, who access.Who) error { return do(ctx, a, who, id, in) }); err != nil {
		return err
	}
	return f.answerGuide(w, r, f.write, id)
}

func (g GuideForm) input() app.Input {
	return app.Input{Good: g.Good, Title: g.Title, Country: g.Country, Body: g.Body, Version: g.Version}
}

func (f *face) keepGuide(w http.ResponseWriter, r *http.Request) error {
	in, err := received[GuideForm](r)
	if err != nil {
		return err
	}
	return f.guided(r, func(ctx context.Context, a *app.App, who access.Who) error {
		kept, err := a.Keep(ctx, who, in.input())
		if err != nil {
			return err
		}
		return f.answerGuide(w, r, f.made, kept.ID)
	})
}

func (f *face) showGuide(w http.ResponseWriter, r *http.Request) error {
	return f.answerGuide(w, r, f.write, named(r, "guide"))
}

func (f *face) changeGuide(w http.ResponseWriter, r *http.Request) error {
	return onGuide(f, w, r, func(ctx context.Context, a *app.App, who access.Who, id good.ID, in GuideForm) error {
		_, err := a.Change(ctx, who, id, in.input())
		return err
	})
}

func (f *face) markItem(w http.ResponseWriter, r *http.Request) error {
	return onGuide(f, w, r, func(ctx context.Context, a *app.App, who access.Who, id good.ID, in MarkForm) error {
		_, err := a.Mark(ctx, who, id, r.PathValue("item"), guide.Mark{State: guide.State(in.State), Note: in.Note, Owner: in.Owner, Due: in.Due}, in.Version)
		return err
	})
}

func (f *face) renewGuide(w http.ResponseWriter, r *http.Request) error {
	if err := f.guided(r, func(ctx context.Context, a *app.App, who access.Who) error {
		_, err := a.Renew(ctx, who, named(r, "guide"))
		return err
	}); err != nil {
		return err
	}
	return f.answerGuide(w, r, f.write, named(r, "guide"))
}

func (f *face) dropGuide(w http.ResponseWriter, r *http.Request) error {
	return f.guided(r, func(ctx context.Context, a *app.App, who access.Who) error {
		return done(w, a.Drop(ctx, who, named(r, "guide")))
	})
}
