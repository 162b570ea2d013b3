package api

import (
	"cmp"
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	"stoa/internal/alliance"
	app "stoa/internal/app/alliance"
	"stoa/internal/good"
)

// AllianceRoadmap is who belongs to the alliance and what they committed.
type AllianceRoadmap struct {
	Members     []alliance.Member `json:"members" doc:"By role and name; those who left come last."`
	Commitments []app.Promise     `json:"commitments" doc:"Those that were asked for: what is due first."`
}

// MemberPage is a member with what it committed.
type MemberPage struct {
	alliance.Member
	Commitments []app.Promise `json:"commitments"`
}

// MemberEntry enters a member.
type MemberEntry struct {
	Name    string    `json:"name" maxLength:"200"`
	Roles   []string  `json:"roles" enum:"member,pathfinder,partner"`
	Country string    `json:"country,omitempty" doc:"ISO 3166-1 alpha-2; a pathfinder needs it."`
	Website string    `json:"website,omitempty"`
	Summary string    `json:"summary,omitempty" maxLength:"2000"`
	Lang    string    `json:"lang,omitempty" doc:"BCP 47 tag of the summary." example:"en"`
	Since   good.Date `json:"since,omitempty" format:"date" doc:"Today without it."`
	Keeper  string    `json:"keeper,omitempty" format:"email" doc:"Address of whoever is asked to keep its commitments; private."`
}

// MemberProfile changes what is said of a member. What is left out stays.
type MemberProfile struct {
	Website *string  `json:"website,omitempty"`
	Summary *string  `json:"summary,omitempty" maxLength:"2000"`
	Lang    string   `json:"lang,omitempty" doc:"BCP 47 tag of the summary."`
	Roles   []string `json:"roles,omitempty" enum:"member,pathfinder,partner" doc:"For the secretariat."`
	Leaves  bool     `json:"leaves,omitempty" doc:"It belongs to the alliance no more; for the secretariat."`
	Reason  string   `json:"reason,omitempty" doc:"Why it leaves; public."`
}

// CommitmentForm is what a member commits to.
type CommitmentForm struct {
	Text      string    `json:"text" maxLength:"2000"`
	Lang      string    `json:"lang,omitempty" example:"en"`
	SDGs      []int     `json:"sdgs,omitempty" doc:"Sustainable Development Goals, 1 to 17."`
	Countries []string  `json:"countries,omitempty" doc:"ISO 3166-1 alpha-2."`
	Due       good.Date `json:"due" format:"date" doc:"Last day."`
}

// ReportForm says how a commitment gets on.
type ReportForm struct {
	State    string    `json:"state" enum:"planned,working,done,dropped"`
	Percent  int       `json:"percent,omitempty" minimum:"0" maximum:"100"`
	Text     string    `json:"text,omitempty" maxLength:"2000" doc:"Needed where it is dropped or its last day moves."`
	Lang     string    `json:"lang,omitempty"`
	Evidence string    `json:"evidence,omitempty" doc:"Address of what shows it; needed once it is done."`
	Due      good.Date `json:"due,omitempty" format:"date" doc:"The new last day, where it moves."`
}

// allying are the operations on the alliance.
func (f *face) allying(d describer) []operation {
	path := func(name, text, example string) *huma.Param {
		p := param(name, "path", text, &huma.Schema{Type: "string"}, example)
		p.Required = true
		return p
	}
	member := []*huma.Param{path("member", "Slug or id of the member.", "kenya")}
	commitment := []*huma.Param{path("commitment", "Id of the commitment.", "01KB0ZZZZZZZZZZZZZZZZZZZZZ")}
	of := func(name, text string, s *huma.Schema) *huma.Param { return param(name, "query", text, s, nil) }
	call := func(act access.Act, method, at, id, summary string, params []*huma.Param, takes, gives reflect.Type, h answer) operation {
		return d.call(call{act: act, method: method, path: "/api/v1/" + at, id: id, tag: "alliance", summary: summary, params: params, takes: takes, gives: gives, handle: h, created: gives != nil, statuses: []int{404, 409}})
	}
	return append(f.joining(d), []operation{
		d.read("get-alliance", "/api/v1/alliance", "alliance", "The alliance and its roadmap", "Who belongs to it, and the commitments that fit every filter.", []*huma.Param{
			of("role", "Role of whose it is.", &huma.Schema{Type: "string", Enum: anys([]string{"member", "pathfinder", "partner"})}), of("country", "ISO 3166-1 alpha-2 of whose it is, or of what it is about.", &huma.Schema{Type: "string"}),
			of("sdg", "Goal, 1 to 17.", &huma.Schema{Type: "integer", Minimum: number(1), Maximum: number(17)}), of("state", "How far it is.", &huma.Schema{Type: "string", Enum: anys([]string{"planned", "working", "overdue", "done", "dropped"})}),
			of("year", "In which it is due.", &huma.Schema{Type: "integer", Minimum: number(1), Maximum: number(9999)})}, f.roadmap, d.of(reflect.TypeFor[AllianceRoadmap]())),
		d.read("get-alliance-member", "/api/v1/alliance/{member}", "alliance", "One member of the alliance", "With all that it committed and reported.", member, f.ally, d.of(reflect.TypeFor[MemberPage]()), 404),
		call(access.ManageAlliance, http.MethodPost, "alliance", "admit-member", "Enter a member", nil, reflect.TypeFor[MemberEntry](), reflect.TypeFor[alliance.Member](), f.admitMember),
		call(access.KeepCommitments, http.MethodPut, "alliance/{member}", "change-member", "Change what is said of a member", member, reflect.TypeFor[MemberProfile](), nil, f.changeMember),
		call(access.KeepCommitments, http.MethodPost, "alliance/{member}/commitments", "commit", "Enter what a member commits to", member, reflect.TypeFor[CommitmentForm](), reflect.TypeFor[alliance.Commitment](), f.commit),
		call(access.KeepCommitments, http.MethodPost, "commitments/{commitment}/reports", "report-commitment", "Say how a commitment gets on", commitment, reflect.TypeFor[ReportForm](), reflect.TypeFor[alliance.Commitment](), f.reportCommitment),
	}...)
}

// allied runs do with the alliance; without one there is nothing here.
func (f *face) allied(r *http.Request, do func(ctx context.Context, a *app.App, who access.Who) error) error {
	if f.cfg.Alliance == nil {
		return &good.Error{Kind: good.NotFound, Key: "alliance.error.unknown", Args: map[string]any{"Name": cmp.Or(r.PathValue("member"), r.PathValue("commitment"))}}
	}
	return do(r.Context(), f.cfg.Alliance, who(r))
}

func (f *face) roadmap(w http.ResponseWriter, r *http.Request) error {
	v, err := parameters(r, "role", "country", "sdg", "state", "year")
	if err != nil {
		return err
	}
	bad := &badParameters{code: "invalid-parameter"}
	which := app.Which{Role: alliance.Role(last(v, "role")), Country: last(v, "country"), State: alliance.State(last(v, "state")), SDG: bad.number(v, "sdg", 0, 17), Year: bad.number(v, "year", 0, 9999)}
	if len(bad.parts) > 0 {
		return bad
	}
	return f.allied(r, func(ctx context.Context, a *app.App, _ access.Who) error {
		all, err := a.Roadmap(ctx, which)
		if err != nil {
			return err
		}
		return f.write(w, r, AllianceRoadmap{Members: some(all.Members), Commitments: some(all.Promises)})
	})
}

func (f *face) ally(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	return f.allied(r, func(ctx context.Context, a *app.App, _ access.Who) error {
		v, err := a.Member(ctx, access.Who{}, r.PathValue("member"))
		if err != nil {
			return err
		}
		return f.write(w, r, MemberPage{Member: v.Member, Commitments: some(v.Promises)})
	})
}

// rolesOf are roles by their names.
func rolesOf(names []string) []alliance.Role {
	var out []alliance.Role
	for _, n := range names {
		out = append(out, alliance.Role(n))
	}
	return out
}

// entered runs do with what was sent and answers with what is there now.
func entered[T, Out any](f *face, w http.ResponseWriter, r *http.Request, do func(ctx context.Context, a *app.App, who access.Who, in T) (Out, error)) error {
	in, err := received[T](r)
	if err != nil {
		return err
	}
	var out Out
	err = f.allied(r, func(ctx context.Context, a *app.App, who access.Who) (err error) {
		out, err = do(ctx, a, who, in)
		return err
	})
	if err != nil {
		return err
	}
	return f.made(w, r, out)
}

func (f *face) admitMember(w http.ResponseWriter, r *http.Request) error {
	return entered(f, w, r, func(ctx context.Context, a *app.App, who access.Who, in MemberEntry) (alliance.Member, error) {
		m, _, err := a.Admit(ctx, who, app.Entry{Keeper: in.Keeper, Member: alliance.Member{Name: in.Name, Roles: rolesOf(in.Roles), Country: in.Country, Website: in.Website, Summary: in.Summary, Lang: in.Lang, Since: in.Since}})
		return m, err
	})
}

func (f *face) changeMember(w http.ResponseWriter, r *http.Request) error {
	in, err := received[MemberProfile](r)
	if err != nil {
		return err
	}
	return f.allied(r, func(ctx context.Context, a *app.App, who access.Who) error {
		_, err := a.Change(ctx, who, r.PathValue("member"), app.Profile{Website: in.Website, Summary: in.Summary, Lang: in.Lang, Roles: rolesOf(in.Roles), Leaves: in.Leaves, Reason: in.Reason})
		return done(w, err)
	})
}

func (f *face) commit(w http.ResponseWriter, r *http.Request) error {
	return entered(f, w, r, func(ctx context.Context, a *app.App, who access.Who, in CommitmentForm) (alliance.Commitment, error) {
		c, _, err := a.Commit(ctx, who, r.PathValue("member"), alliance.Commitment{Text: in.Text, Lang: in.Lang, SDGs: in.SDGs, Countries: in.Countries, Due: in.Due})
		return c, err
	})
}

func (f *face) reportCommitment(w http.ResponseWriter, r *http.Request) error {
	return entered(f, w, r, func(ctx context.Context, a *app.App, who access.Who, in ReportForm) (alliance.Commitment, error) {
		c, _, err := a.Report(ctx, who, good.ID(r.PathValue("commitment")), alliance.Report{State: alliance.State(in.State), Percent: in.Percent, Text: in.Text, Lang: in.Lang, Evidence: in.Evidence, Due: in.Due})
		return c, err
	})
}
