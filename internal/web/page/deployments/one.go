package deployments

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/access"
	app "stoa/internal/app/deployments"
	"stoa/internal/deploy"
	"stoa/internal/good"
	"stoa/internal/vocab"
	"stoa/internal/web/page"
)

// one is what the page of a deployment shows.
type one struct {
	*page.Frame
	app.View
	Form *page.Form // that was sent, with what is wrong
	Sent string     // which form that was
}

// field is a field of one of the forms of the page, as it was sent if it was.
func (m *one) field(form string, d page.Field) page.Field {
	if m.Sent == form {
		return m.Form.Field(d)
	}
	return d
}

// past tells the history of the deployment.
func (m *one) past() page.Past { return page.Past{Frame: m.Frame} }

func (c Config) show(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.write(w, r, f, http.StatusOK, "", nil)
}

func (c Config) write(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, sent string, form *page.Form) error {
	v, err := c.App.Show(r.Context(), f.Reader(), good.ID(r.PathValue("deployment")))
	if err != nil {
		return err
	}
	f.Path, f.Work = "/deployments/"+string(v.ID), true
	f.Title = f.Tell("deploy.of", "Good", v.Name, "Name", v.Organisation)
	f.Description = f.Title + " · " + f.Country(v.Country)
	if status == http.StatusOK && page.FreshToday(w, r, f, v.Today) {
		return nil
	}
	return page.Write(w, r, f, status, shown(&one{Frame: f, View: v, Form: form, Sent: sent}))
}

// fields are those of a statement.
var fields = append(page.SentDetails(deploy.Details), "release", "country", "place", "stage", "since", "until", "people", "users", "facilities", "transactions", "date", "source", "languages", "hosting", "integrations", "programme", "evidence", "contact_lead", "contact_technical", "contact_data-protection", "contact_training")

// stated reads a statement that was sent.
func stated(r *http.Request, more ...string) (*page.Form, app.Input, error) {
	v, err := page.Sent(r, append(fields, more...)...)
	if err != nil {
		return nil, app.Input{}, err
	}
	in := app.Input{Good: v.Get("good"), Integrations: words(v.Get("integrations"))}
	in.Statement = deploy.Statement{Release: v.Get("release"), Organisation: v.Get("organisation"), Website: v.Get("website"), Country: v.Get("country"), Place: v.Get("place"), Stage: deploy.Stage(v.Get("stage")),
		Since: day(v.Get("since")), Until: day(v.Get("until")), Languages: words(v.Get("languages")), Hosting: v.Get("hosting"), Programme: v.Get("programme"), Evidence: strings.Fields(v.Get("evidence"))}
	in.Details = page.ReadDetails(deploy.Details, v)
	form := &page.Form{Values: v}
	for _, unit := range deploy.Units {
		s := strings.TrimSpace(v.Get(string(unit)))
		if s == "" {
			continue
		}
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return form, in, &good.Error{Kind: good.Invalid, Key: "deploy.error.whole", Field: string(unit)}
		}
		in.Scale = append(in.Scale, deploy.Measure{Number: n, Unit: unit, Date: day(v.Get("date")), Source: v.Get("source")})
	}
	in.Contacts = []deploy.Contact{}
	for _, role := range deploy.Roles {
		if address := strings.TrimSpace(v.Get("contact_" + role)); address != "" {
			in.Contacts = append(in.Contacts, deploy.Contact{Role: role, Address: address})
		}
	}
	return form, in, nil
}

func day(s string) good.Date { return good.Date(strings.TrimSpace(s)) }

// words are what people list, with commas between them.
func words(s string) []string {
	var out []string
	for _, p := range strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(",،、;\n", r) }) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// claiming is what the page on which a deployment is stated shows.
type claiming struct {
	*page.Frame
	Form   *page.Form
	Good   *good.Good
	Speaks []page.Option // for whom the reader may speak
}

func (c Config) claim(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.writeClaim(w, r, f, http.StatusOK, r.URL.Query().Get("good"), nil)
}

func (c Config) writeClaim(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, slug string, form *page.Form) error {
	m := &claiming{Frame: f, Form: form}
	g, owns, bodies, err := c.App.Speaks(r.Context(), f.Reader(), slug)
	if err != nil && form == nil {
		return err
	}
	m.Good = g
	m.Speaks = speaks(f, bodies, owns || g == nil)
	f.Path, f.Title, f.Work, f.Unlisted = "/deployments/new", f.T("deploy.new"), true, true
	return page.Write(w, r, f, status, claim(m))
}

// claimed answers POST /deployments.
func (c Config) claimed(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	form, in, err := stated(r, "good", "organisation", "website", "as")
	if form == nil {
		return err
	}
	in.Side, in.Body = spokenFor(form.Values.Get("as"))
	var out *deploy.Record
	if err == nil {
		out, _, err = c.App.Claim(r.Context(), f.Reader(), in)
	}
	if err != nil {
		if !mended(form, f, err) {
			return err
		}
		return c.writeClaim(w, r, f, page.Status(w, err), in.Good, form)
	}
	http.Redirect(w, r, string(f.Href("/deployments/"+string(out.ID))), http.StatusSeeOther)
	return nil
}

// mended notes what a person can put right, speaking for another side among it.
func mended(form *page.Form, f *page.Frame, err error) bool {
	if form.Add(f, err) {
		return true
	}
	said, ok := err.(*good.Error)
	if ok = ok && said.Kind == good.Forbidden && said.Key != "error.access.forbidden"; ok {
		form.Wrong = append(form.Wrong, page.Problem{Field: cmp.Or(said.Field, "as"), Text: f.Say(said)})
	}
	return ok
}

// change answers POST /deployments/{deployment}.
func (c Config) change(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	form, in, err := stated(r)
	if form == nil {
		return err
	}
	if err == nil {
		_, _, err = c.App.Change(r.Context(), f.Reader(), good.ID(r.PathValue("deployment")), in)
	}
	return c.answer(w, r, f, "change", form, err)
}

// answer goes back to the deployment, or shows what is wrong with a form.
func (c Config) answer(w http.ResponseWriter, r *http.Request, f *page.Frame, sent string, form *page.Form, err error) error {
	if err != nil {
		if !mended(form, f, err) {
			return err
		}
		return c.write(w, r, f, page.Status(w, err), sent, form)
	}
	http.Redirect(w, r, string(f.Href("/deployments/"+page.PathEscape(r.PathValue("deployment")))), http.StatusSeeOther)
	return nil
}

// reasoned runs a verb that a form with a reason asks for.
func (c Config) reasoned(w http.ResponseWriter, r *http.Request, f *page.Frame, sent string, do func(ctx context.Context, who access.Who, id good.ID, form *page.Form) error, more ...string) error {
	v, err := page.Sent(r, append(more, "reason")...)
	if err != nil {
		return err
	}
	form := &page.Form{Values: v}
	return c.answer(w, r, f, sent, form, do(r.Context(), f.Reader(), good.ID(r.PathValue("deployment")), form))
}

func (c Config) confirm(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.reasoned(w, r, f, "confirm", func(ctx context.Context, who access.Who, id good.ID, _ *page.Form) error {
		_, _, err := c.App.Confirm(ctx, who, id)
		return err
	})
}

func (c Config) dispute(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.reasoned(w, r, f, "dispute", func(ctx context.Context, who access.Who, id good.ID, form *page.Form) error {
		_, _, err := c.App.Dispute(ctx, who, id, form.Values.Get("reason"))
		return err
	})
}

func (c Config) settle(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.reasoned(w, r, f, "settle", func(ctx context.Context, who access.Who, id good.ID, form *page.Form) error {
		_, _, err := c.App.Settle(ctx, who, id, form.Values.Get("upheld") == "yes", form.Values.Get("reason"))
		return err
	}, "upheld")
}

func (c Config) withdraw(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return c.reasoned(w, r, f, "withdraw", func(ctx context.Context, who access.Who, id good.ID, form *page.Form) error {
		_, _, err := c.App.Withdraw(ctx, who, id, form.Values.Get("reason"))
		return err
	})
}

// kinds are those of the good that the form begins with; none where it is not
// known.
func (m *claiming) kinds() []good.Kind {
	if m.Good == nil {
		return nil
	}
	return m.Good.Kinds
}

// detailsOf are the details that a form asks for: those of the kinds of the good,
// and what is said of others, so that nothing is dropped unseen.
func detailsOf(kinds []good.Kind, field func(page.Field) page.Field, said map[string]string) []vocab.Detail {
	return slices.DeleteFunc(slices.Clone(deploy.Details), func(d vocab.Detail) bool {
		return len(vocab.DetailsOf([]vocab.Detail{d}, kinds)) == 0 && !page.Filled(field, []vocab.Detail{d}, said)
	})
}

// kind is the name of a kind of good.
func kind(f *page.Frame) func(string) string {
	return func(of string) string { return f.Kind(good.Kind(of)) }
}

// slug is the good that the form begins with.
func (m *claiming) slug() string {
	if m.Good == nil {
		return ""
	}
	return m.Good.Slug
}

// withs are the other goods as the form lists them.
func (m *one) withs() string {
	var out []string
	for _, g := range m.Works {
		out = append(out, g.Slug)
	}
	return strings.Join(out, ", ")
}

// id tells the reasons of several forms apart: the mistake is said beside the
// one that was sent.
func (m *one) id(what string) string {
	if m.Sent == what {
		return "reason"
	}
	return "reason-" + what
}

func spoken(f *page.Frame, tags []string) []string {
	var out []string
	for _, t := range tags {
		out = append(out, f.Language(t))
	}
	return out
}

func number(s deploy.Statement, u deploy.Unit) string {
	for _, m := range s.Scale {
		if m.Unit == u {
			return strconv.FormatInt(m.Number, 10)
		}
	}
	return ""
}

func counted(s deploy.Statement) string {
	for _, m := range s.Scale {
		return string(m.Date)
	}
	return ""
}

func source(s deploy.Statement) string {
	for _, m := range s.Scale {
		return m.Source
	}
	return ""
}

func contact(list []deploy.Contact, role string) string {
	for _, c := range list {
		if c.Role == role {
			return c.Address
		}
	}
	return ""
}
