package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/app/nominations"
	"stoa/internal/good"
	"stoa/internal/nominate"
)

// Claims is what the API asks about whose a good is.
type Claims interface {
	ClaimOf(ctx context.Context, who access.Who, slugOrID string) (*nominations.Claim, error)
	Begin(ctx context.Context, who access.Who, slugOrID string) (*nominations.Claim, error)
	Prove(ctx context.Context, who access.Who, slugOrID string) ([]nominations.Look, int64, error)
	Release(ctx context.Context, who access.Who, slugOrID string) error
}

// ClaimDocument is where somebody stands with a good.
type ClaimDocument struct {
	Good   string       `json:"good" doc:"Address of the good in this API."`
	Word   string       `json:"word" doc:"What a proof must hold; it is yours alone until you put it up."`
	Places []ClaimPlace `json:"places" doc:"Where a proof is looked for; one is enough."`
	Proved *time.Time   `json:"proved,omitempty" doc:"Since when the good is yours."`
	Method string       `json:"method,omitempty" doc:"How it was proved."`
	Place  string       `json:"place,omitempty" doc:"Where."`
	Owners int          `json:"owners" doc:"How many people proved that it is theirs."`
}

// ClaimPlace is a place where a proof may lie.
type ClaimPlace struct {
	Method string   `json:"method" enum:"file,repository,dns,email"`
	Where  string   `json:"where"`
	Look   []string `json:"look,omitempty" doc:"What is looked at, in this order."`
	Holds  string   `json:"holds,omitempty" doc:"What must stand there."`
	Found  string   `json:"found,omitempty" doc:"What was found there just now, where it was no proof."`
}

// claiming are the operations on whose a good is.
func (f *face) claiming(d describer) []operation {
	path := param("good", "path", "Id or slug of the good.", &huma.Schema{Type: "string"}, "dhis2")
	path.Required = true
	one := []*huma.Param{path}
	doc := reflect.TypeFor[ClaimDocument]()
	claim := func(act access.Act, method, at, id, summary, text string, params []*huma.Param, gives reflect.Type, h answer) operation {
		return d.call(call{act: act, method: method, path: "/api/v1/goods/{good}/claim" + at, id: id, tag: "goods", summary: summary, text: text, params: params, gives: gives, handle: h, statuses: []int{404, 410}})
	}
	return []operation{
		claim(access.Claim, http.MethodPost, "", "claim-good", "Say that a good is yours", "The answer says what to put up where. Said twice it is one claim.", one, doc, f.claim),
		claim(access.Claim, http.MethodPost, "/proof", "prove-claim", "Have the proof looked for", "At every place at once, once in five seconds.", one, doc, f.proveClaim),
		claim(access.Claim, http.MethodDelete, "", "release-good", "Give a good up, or take a claim back", "", one, nil, f.releaseGood),
	}
}

func (f *face) claimDocument(c *nominations.Claim, looks []nominations.Look, say func(*good.Error) string) ClaimDocument {
	doc := ClaimDocument{Good: f.address(c.Good.Slug), Word: c.Token, Places: []ClaimPlace{}, Proved: when(c.Proved), Method: string(c.Method), Place: c.Place, Owners: c.Owners}
	for i, p := range c.Places {
		place := ClaimPlace{Method: string(p.Method), Where: p.Where, Look: p.Look, Holds: c.Token}
		switch p.Method {
		case nominate.ByDNS:
			place.Holds = nominate.TXTPrefix + c.Token
		case nominate.ByEmail:
			place.Holds = ""
		}
		if i < len(looks) && looks[i].Err != nil {
			place.Found = say(looks[i].Err)
		}
		doc.Places = append(doc.Places, place)
	}
	return doc
}

func (f *face) claim(w http.ResponseWriter, r *http.Request) error {
	c, err := f.cfg.Claims.Begin(r.Context(), who(r), r.PathValue("good"))
	if err != nil {
		return err
	}
	return f.write(w, r, f.claimDocument(c, nil, nil))
}

func (f *face) proveClaim(w http.ResponseWriter, r *http.Request) error {
	looks, _, err := f.cfg.Claims.Prove(r.Context(), who(r), r.PathValue("good"))
	if err != nil {
		return err
	}
	c, err := f.cfg.Claims.ClaimOf(r.Context(), who(r), r.PathValue("good"))
	if err != nil {
		return err
	}
	l := locale(r)
	return f.write(w, r, f.claimDocument(c, looks, func(e *good.Error) string { return say(l, e) }))
}

func (f *face) releaseGood(w http.ResponseWriter, r *http.Request) error {
	return done(w, f.cfg.Claims.Release(r.Context(), who(r), r.PathValue("good")))
}
