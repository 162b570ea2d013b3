package api

import (
	"context"
	"net/http"
	"net/url"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	app "stoa/internal/app/communities"
	"stoa/internal/community"
	"stoa/internal/good"
)

// CommunityForm founds a community, or says anew as a whole what one is for.
type CommunityForm struct {
	Lang    string    `json:"lang" enum:"en,ar,zh,fr,ru,es" doc:"In which most is said; name and purpose must be in it."`
	Name    good.Text `json:"name" doc:"By language."`
	Purpose good.Text `json:"purpose" doc:"By language."`
	SDGs    []int     `json:"sdgs,omitempty" doc:"1 to 17."`
	Goods   []string  `json:"goods,omitempty" doc:"Slugs or ids."`
	Needs   []string  `json:"needs,omitempty" doc:"Ids of public ones."`
	Boards  []string  `json:"boards,omitempty" doc:"Slugs or ids of public ones."`
	Link    string    `json:"link,omitempty" doc:"Where it talks elsewhere."`
	Version int64     `json:"version,omitempty" doc:"Of the community as it was seen; a later change is answered with 409."`
}

// JoinForm joins a community.
type JoinForm struct {
	Body  string `json:"organisation,omitempty" doc:"Slug or id of an organisation for which you act; without one you join yourself."`
	Named bool   `json:"named,omitempty" doc:"You agree to be named in public."`
}

// MemberForm is what a keeper does with a member.
type MemberForm struct {
	Member string `json:"member,omitempty" doc:"Pseudonym of a person."`
	Body   string `json:"organisation,omitempty" doc:"Slug or id of an organisation instead, to take it out."`
	How    string `json:"how" enum:"keeper,member,away" doc:"Where a community has no keeper, the secretariat makes a member one."`
}

// MeetingForm announces meetings, or says anew when one takes place.
type MeetingForm struct {
	Title     string `json:"title" maxLength:"120"`
	Text      string `json:"text,omitempty" maxLength:"2000"`
	Zone      string `json:"zone" example:"Africa/Nairobi"`
	Local     string `json:"local" example:"2027-01-12T09:00" doc:"On the clocks of the zone."`
	Minutes   int    `json:"minutes" minimum:"1" maximum:"600"`
	Link      string `json:"link,omitempty" doc:"Where it takes place."`
	Repeat    string `json:"repeat,omitempty" enum:"weekly,monthly" doc:"Of a new one: monthly is on the same weekday of the month."`
	Times     int    `json:"times,omitempty" minimum:"1" maximum:"26" doc:"How often in all."`
	Notes     string `json:"notes,omitempty" doc:"Address of what was written down."`
	Cancelled bool   `json:"cancelled,omitempty"`
	Version   int64  `json:"version,omitempty" doc:"As it was seen; a later change is answered with 409."`
}

// CommunityHiding takes a community off the lists, or puts it on them again.
type CommunityHiding struct {
	Hide   bool   `json:"hide"`
	Reason string `json:"reason" maxLength:"1000"`
}

// CommunityPerson is a member who agreed to be named.
type CommunityPerson struct {
	Name      string `json:"name,omitempty"`
	Pseudonym string `json:"pseudonym,omitempty" doc:"For keepers alone."`
	Keeper    bool   `json:"keeper,omitempty"`
}

// CommunityBody is an organisation that belongs to a community.
type CommunityBody struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// CommunityDoc is a community as who sees it.
type CommunityDoc struct {
	community.Community
	GoodSlugs     []string            `json:"goods_slugs"`
	Calls         []string            `json:"calls" doc:"Slugs of open ones for the same goals."`
	Members       int                 `json:"members" doc:"People who belong to it."`
	People        []CommunityPerson   `json:"people" doc:"Keepers first, then who came last, at most 500: those who agreed to be named; to keepers all."`
	Organisations []CommunityBody     `json:"organisations" doc:"By name, at most 500."`
	Ahead         []community.Meeting `json:"meetings"`
	Past          []community.Meeting `json:"past_meetings"`
	Events        []community.Event   `json:"history" doc:"The newest first."`
	Joined        bool                `json:"joined,omitempty" doc:"You belong to it."`
}

// CommunityList is a page of communities.
type CommunityList struct {
	Total int                   `json:"total"`
	Items []community.Community `json:"items" doc:"By address."`
	Mine  []community.Community `json:"mine" doc:"To which you belong."`
	Next  string                `json:"next,omitempty" doc:"Address of the next page."`
}

// gathering are the operations on communities.
func (f *face) gathering(d describer) []operation {
	id, meeting := param("community", "path", "Slug or id of the community.", &huma.Schema{Type: "string"}, "civil-registration"), param("meeting", "path", "Id of the meeting.", &huma.Schema{Type: "string"}, "01KB0ZZZZZZZZZZZZZZZZZZZZZ")
	id.Required, meeting.Required = true, true
	words := &huma.Schema{Type: "string"}
	op := func(act access.Act, method, at, id, summary, text string, params []*huma.Param, takes, gives reflect.Type, h answer) operation {
		return d.call(call{act: act, method: method, path: "/api/v1/communities" + at, id: id, tag: "communities", summary: summary, text: text, params: params, takes: takes, gives: gives, handle: h, anyoneMay: act == access.ReadCommunity, created: method == http.MethodPost && at == "", statuses: []int{404, 409}})
	}
	one, doc := []*huma.Param{id}, reflect.TypeFor[CommunityDoc]()
	return []operation{
		op(access.ReadCommunity, http.MethodGet, "", "list-communities", "Communities of practice", "", []*huma.Param{param("good", "query", "Only those about this good (slug or id).", words, nil), param("after", "query", "Begin behind this slug.", words, nil), param("limit", "query", "How many.", integer(1, 200, app.PageLength), nil)}, nil, reflect.TypeFor[CommunityList](), f.listCommunities),
		op(access.FoundCommunity, http.MethodPost, "", "found-community", "Found a community", "By those who act for a member of the alliance or a sourcing partner, and the secretariat.", nil, reflect.TypeFor[CommunityForm](), doc, f.foundCommunity),
		op(access.ReadCommunity, http.MethodGet, "/{community}", "get-community", "One community", "", one, nil, doc, f.getCommunity),
		op(access.KeepCommunity, http.MethodPut, "/{community}", "change-community", "Say anew what a community is for", "", one, reflect.TypeFor[CommunityForm](), doc, f.changeCommunity),
		op(access.JoinCommunity, http.MethodPut, "/{community}/membership", "join-community", "Join a community, or change whether you are named", "", one, reflect.TypeFor[JoinForm](), doc, f.joinCommunity),
		op(access.JoinCommunity, http.MethodPost, "/{community}/membership/end", "leave-community", "Leave a community", "Of one that is hidden, which can be left as well, nothing but what you called it is answered.", one, reflect.TypeFor[JoinForm](), doc, f.leaveCommunity),
		op(access.KeepCommunity, http.MethodPost, "/{community}/members", "keep-members", "Make a member a keeper or none, or take them out", "", one, reflect.TypeFor[MemberForm](), doc, f.keepMembers),
		op(access.KeepCommunity, http.MethodPost, "/{community}/meetings", "announce-meeting", "Announce meetings", "", one, reflect.TypeFor[MeetingForm](), doc, f.announceMeeting),
		op(access.KeepCommunity, http.MethodPut, "/{community}/meetings/{meeting}", "change-meeting", "Say anew when and where a meeting takes place", "", []*huma.Param{id, meeting}, reflect.TypeFor[MeetingForm](), doc, f.changeMeeting),
		op(access.HideCommunity, http.MethodPost, "/{community}/hide", "hide-community", "Take a community off the lists, or put it on them again", "", one, reflect.TypeFor[CommunityHiding](), doc, f.hideCommunity),
	}
}

// gathered runs do with the communities; without any there is nothing here.
func (f *face) gathered(r *http.Request, do func(ctx context.Context, a *app.App, who access.Who) error) error {
	if f.cfg.Communities == nil {
		return &good.Error{Kind: good.NotFound, Key: "api.detail.path"}
	}
	return do(r.Context(), f.cfg.Communities, who(r))
}

// onCommunity runs do on a community with what was sent, and answers with the
// community as it is now.
func onCommunity[T any](f *face, w http.ResponseWriter, r *http.Request, do func(ctx context.Context, a *app.App, who access.Who, key string, in T) error) error {
	in, err := received[T](r)
	if err != nil {
		return err
	}
	key := r.PathValue("community")
	if err := f.gathered(r, func(ctx context.Context, a *app.App, who access.Who) error { return do(ctx, a, who, key, in) }); err != nil {
		return err
	}
	err = f.oneCommunity(w, r, f.write, key)
	if good.KindOf(err) == good.NotFound { // who left what is hidden sees nothing of it any more
		err = f.write(w, r, communityDoc(&app.View{Community: community.Community{Slug: key, Name: good.Text{}, Purpose: good.Text{}}}))
	}
	return err
}

func (f *face) oneCommunity(w http.ResponseWriter, r *http.Request, answer func(http.ResponseWriter, *http.Request, any) error, key string) error {
	return f.gathered(r, func(ctx context.Context, a *app.App, who access.Who) error {
		v, err := a.Show(ctx, who, key)
		if err != nil {
			return err
		}
		return answer(w, r, communityDoc(v))
	})
}

func communityDoc(v *app.View) CommunityDoc {
	doc := CommunityDoc{Community: v.Community, GoodSlugs: []string{}, Calls: []string{}, Members: v.Members, People: []CommunityPerson{}, Organisations: []CommunityBody{}, Ahead: some(v.Ahead), Past: some(v.Past), Events: some(v.Events), Joined: v.Joined}
	for _, g := range v.Goods {
		doc.GoodSlugs = append(doc.GoodSlugs, g.Slug)
	}
	for _, c := range v.Calls {
		doc.Calls = append(doc.Calls, c.Slug)
	}
	for _, p := range v.People {
		doc.People = append(doc.People, CommunityPerson(p))
	}
	for _, b := range v.Bodies {
		doc.Organisations = append(doc.Organisations, CommunityBody{Slug: b.Slug, Name: b.Name})
	}
	return doc
}

func (c CommunityForm) input() app.Input {
	return app.Input{Community: community.Community{Lang: c.Lang, Name: c.Name, Purpose: c.Purpose, SDGs: c.SDGs, Link: c.Link, Version: c.Version}, Goods: c.Goods, Needs: c.Needs, Boards: c.Boards}
}

func (m MeetingForm) meeting() community.Meeting {
	return community.Meeting{Title: m.Title, Text: m.Text, Zone: m.Zone, Local: m.Local, Minutes: m.Minutes, Link: m.Link, Notes: m.Notes, Cancelled: m.Cancelled, Version: m.Version}
}

func (f *face) listCommunities(w http.ResponseWriter, r *http.Request) error {
	v, err := parameters(r, "good", "after", "limit")
	if err != nil {
		return err
	}
	bad := &badParameters{code: "invalid-parameter"}
	limit := bad.number(v, "limit", app.PageLength, 200)
	if len(bad.parts) > 0 {
		return bad
	}
	return f.gathered(r, func(ctx context.Context, a *app.App, who access.Who) error {
		list, err := a.List(ctx, who, last(v, "good"), last(v, "after"), max(1, limit))
		if err != nil {
			return err
		}
		doc := CommunityList{Total: list.Total, Items: some(list.Communities), Mine: some(list.Mine)}
		if list.Next != "" {
			q := url.Values{}
			for name, value := range v {
				q[name] = value
			}
			q.Set("after", list.Next)
			doc.Next = f.base + "/api/v1/communities?" + q.Encode()
		}
		return f.write(w, r, doc)
	})
}

func (f *face) foundCommunity(w http.ResponseWriter, r *http.Request) error {
	in, err := received[CommunityForm](r)
	if err != nil {
		return err
	}
	return f.gathered(r, func(ctx context.Context, a *app.App, who access.Who) error {
		made, err := a.Found(ctx, who, in.input())
		if err != nil {
			return err
		}
		return f.oneCommunity(w, r, f.made, made.Slug)
	})
}

func (f *face) getCommunity(w http.ResponseWriter, r *http.Request) error {
	return f.oneCommunity(w, r, f.write, r.PathValue("community"))
}

func (f *face) changeCommunity(w http.ResponseWriter, r *http.Request) error {
	return onCommunity(f, w, r, func(ctx context.Context, a *app.App, who access.Who, key string, in CommunityForm) error {
		_, err := a.Change(ctx, who, key, in.input())
		return err
	})
}

func (f *face) joinCommunity(w http.ResponseWriter, r *http.Request) error {
	return onCommunity(f, w, r, func(ctx context.Context, a *app.App, who access.Who, key string, in JoinForm) error {
		return a.Join(ctx, who, key, in.Body, in.Named)
	})
}

func (f *face) leaveCommunity(w http.ResponseWriter, r *http.Request) error {
	return onCommunity(f, w, r, func(ctx context.Context, a *app.App, who access.Who, key string, in JoinForm) error {
		return a.Leave(ctx, who, key, in.Body)
	})
}

func (f *face) keepMembers(w http.ResponseWriter, r *http.Request) error {
	return onCommunity(f, w, r, func(ctx context.Context, a *app.App, who access.Who, key string, in MemberForm) error {
		return a.Member(ctx, who, key, in.Member, in.Body, in.How)
	})
}

func (f *face) announceMeeting(w http.ResponseWriter, r *http.Request) error {
	return onCommunity(f, w, r, func(ctx context.Context, a *app.App, who access.Who, key string, in MeetingForm) error {
		_, err := a.Meet(ctx, who, key, app.Plan{Meeting: in.meeting(), Repeat: in.Repeat, Times: in.Times})
		return err
	})
}

func (f *face) changeMeeting(w http.ResponseWriter, r *http.Request) error {
	return onCommunity(f, w, r, func(ctx context.Context, a *app.App, who access.Who, key string, in MeetingForm) error {
		_, err := a.Meeting(ctx, who, key, named(r, "meeting"), in.meeting())
		return err
	})
}

func (f *face) hideCommunity(w http.ResponseWriter, r *http.Request) error {
	return onCommunity(f, w, r, func(ctx context.Context, a *app.App, who access.Who, key string, in CommunityHiding) error {
		return a.Hide(ctx, who, key, in.Hide, in.Reason)
	})
}
