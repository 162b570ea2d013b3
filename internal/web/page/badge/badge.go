// Package badge shows a good's stage of this moment on other people's pages: a
// small picture and a card.
package badge

import (
	"context"
	"net/http"
	"unicode"

	"stoa/internal/app/goods"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// Goods is what badge and card ask.
type Goods interface {
	Show(ctx context.Context, slugOrID string) (goods.View, error)
}

// cardCSP lets every page frame the card: there is nothing on it to press but
// links that leave the frame.
const cardCSP = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"

// model is a badge: two words and how wide each is.
type model struct {
	*page.Frame
	Good        *good.Good
	Label, Word string
	Colour      string
	LabelWidth  int
	WordWidth   int
}

// Badge answers /goods/{slug}/badge.svg. It is told anew at every change, and
// says the truth about goods that lapsed or were removed, too.
func Badge(app Goods) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		v, err := find(app, w, r, f, "/badge.svg")
		if err != nil || v.Good == nil {
			return err
		}
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		if page.Fresh(w, r, f) {
			return nil
		}
		m := &model{Frame: f, Good: v.Good, Label: f.T("web.badge.label"), Word: f.Stage(v.Good.Stage), Colour: colour(v.Good.Stage)}
		m.LabelWidth, m.WordWidth = width(m.Label), width(m.Word)
		w.Header().Set("Content-Security-Policy", "default-src 'none'")
		return page.WriteAs(w, r, f, http.StatusOK, "image/svg+xml", picture(m))
	}
}

// Card answers /goods/{slug}/card: a page made to stand inside another.
func Card(app Goods) page.Handler {
	return func(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
		v, err := find(app, w, r, f, "/card")
		if err != nil || v.Good == nil {
			return err
		}
		h := w.Header()
		h.Set("Content-Security-Policy", cardCSP)
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h["X-Frame-Options"] = nil // not merely deleted: what was set before the page would come back
		f.Title, f.Unlisted = v.Good.Name, true
		if page.Fresh(w, r, f) {
			return nil
		}
		return page.Write(w, r, f, http.StatusOK, card(f, v.Good))
	}
}

// find looks the good up; a good at another address is answered with a
// redirect there, and Good is nil.
func find(app Goods, w http.ResponseWriter, r *http.Request, f *page.Frame, rest string) (goods.View, error) {
	v, err := app.Show(r.Context(), r.PathValue("slug"))
	if err == nil && (v.Moved || v.Good.Slug != r.PathValue("slug")) {
		http.Redirect(w, r, string(f.Good(v.Good.Slug))+rest, http.StatusMovedPermanently)
		return goods.View{}, nil
	}
	return v, err
}

// colour is the ground on which a stage is written; the word says it, too.
func colour(s good.Stage) string {
	switch s {
	case good.Recognised:
		return "#17683f"
	case good.RenewalDue, good.InReview, good.Applying, good.Lapsed:
		return "#7a4e00"
	case good.Nominated:
		return "#0b4f6c"
	}
	return "#5a5f66"
}

// width is about how wide a word is at 11 pixels; the picture is told to fit
// its text to it.
func width(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.Is(unicode.Han, r):
			n += 115
		case unicode.Is(unicode.Arabic, r):
			n += 58
		case unicode.IsUpper(r), r == 'm', r == 'w', r == 'ш', r == 'щ', r == 'ж':
			n += 82
		case r == ' ', r == 'i', r == 'l', r == 't', r == 'f', r == '.':
			n += 38
		default:
			n += 65
		}
	}
	return n/10 + 16
}
