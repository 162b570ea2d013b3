package softwareapi

import (
	"net/http"
	"time"

	"stoa/internal/app/listings"
	"stoa/internal/app/messages"
	"stoa/internal/edge"
	"stoa/internal/good"
)

// hookDoc is a webhook as it is served: its secret is never told.
type hookDoc struct {
	ID      good.ID   `json:"id"`
	URL     string    `json:"url"`
	Created time.Time `json:"createdAt"`
	Updated time.Time `json:"updatedAt"`
}

func hookOf(w messages.Webhook) hookDoc { return hookDoc{w.ID, w.URL, w.Created, w.Created} }

// hookForm is what may be written of one.
type hookForm struct {
	URL    string `json:"url"`
	Secret string `json:"secret"`
}

// heard returns what sends messages.
func (f *face) heard() (*messages.App, error) {
	if f.Hooks == nil {
		return nil, &good.Error{Kind: good.NotFound, Key: "api.detail.path"}
	}
	return f.Hooks, nil
}

// of is what a request's webhooks are about: a kind of listing, or one.
func (f *face) of(r *http.Request, kind good.ListingKind) (string, error) {
	if r.PathValue("id") == "" {
		return string(kind), nil
	}
	p, err := placeOf(kind)(f, r)
	if err != nil {
		return "", err
	}
	l, err := f.Listings.One(r.Context(), p)
	if err != nil {
		return "", err
	}
	return string(kind) + "/" + string(l.ID), nil
}

// hookSent reads what a webhook is to be.
func hookSent(r *http.Request) (hookForm, error) {
	var in hookForm
	raw, err := body(r, plain, mergePatch)
	if err != nil {
		return in, err
	}
	if err := listings.Unmarshal(raw, &in); err != nil {
		return in, err
	}
	if in.URL == "" {
		return in, listings.Mistakes{{Field: "url", Rule: "required"}}
	}
	return in, nil
}

// hooks lists one's webhooks; there are never more than a page holds.
func (f *face) hooks(kind good.ListingKind) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		app, err := f.heard()
		if err != nil {
			return err
		}
		about, err := f.of(r, kind)
		if err != nil {
			return err
		}
		list, err := app.ListedHooks(r.Context(), who(r), about)
		if err != nil {
			return err
		}
		doc := struct {
			Data  []hookDoc `json:"data"`
			Links links     `json:"links"`
		}{Data: []hookDoc{}}
		for _, h := range list {
			doc.Data = append(doc.Data, hookOf(h))
		}
		edge.Private(w.Header())
		return reply(w, r, doc)
	}
}

func (f *face) postHook(kind good.ListingKind) handler {
	return f.changing(func(app *messages.App, r *http.Request, in hookForm) (messages.Webhook, error) {
		about, err := f.of(r, kind)
		if err != nil {
			return messages.Webhook{}, err
		}
		return app.AddListedHook(r.Context(), who(r), about, in.URL, in.Secret)
	})
}

// changing answers with the webhook that do made of what was sent.
func (f *face) changing(do func(*messages.App, *http.Request, hookForm) (messages.Webhook, error)) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		app, err := f.heard()
		if err != nil {
			return err
		}
		in, err := hookSent(r)
		if err != nil {
			return err
		}
		h, err := do(app, r, in)
		if err != nil {
			return err
		}
		edge.Private(w.Header())
		return reply(w, r, hookOf(h))
	}
}

func (f *face) hook(w http.ResponseWriter, r *http.Request) error {
	app, err := f.heard()
	if err != nil {
		return err
	}
	h, err := app.ListedHook(r.Context(), who(r), good.ID(r.PathValue("id")))
	if err != nil {
		return err
	}
	edge.Private(w.Header())
	return reply(w, r, hookOf(h))
}

func (f *face) patchHook(w http.ResponseWriter, r *http.Request) error {
	return f.changing(func(app *messages.App, r *http.Request, in hookForm) (messages.Webhook, error) {
		return app.SetListedHook(r.Context(), who(r), good.ID(r.PathValue("id")), in.URL, in.Secret)
	})(w, r)
}

func (f *face) dropHook(w http.ResponseWriter, r *http.Request) error {
	app, err := f.heard()
	if err != nil {
		return err
	}
	return done(w, app.DropListedHook(r.Context(), who(r), good.ID(r.PathValue("id"))))
}
