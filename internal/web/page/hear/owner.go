package hear

import (
	"net/http"

	"stoa/internal/app/messages"
	"stoa/internal/edge"
	"stoa/internal/web/page"
)

// ownerModel is what the link of a letter to an owner shows.
type ownerModel struct {
	*page.Frame
	messages.Opened
	Token  string
	Thanks bool // they said that the good is not theirs
}

// open answers GET /letters/{token}. It notes nothing: mail servers look at
// links, too.
func (p *Pages) open(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	edge.Private(w.Header())
	w.Header().Set("Referrer-Policy", "no-referrer") // the address is a secret
	return p.showLetter(w, r, f, r.URL.Query().Get("done") != "")
}

func (p *Pages) showLetter(w http.ResponseWriter, r *http.Request, f *page.Frame, thanks bool) error {
	o, err := p.Messages.Open(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	f.Title, f.Unlisted, f.Work = f.Tell("sought.open", "Name", o.Good.Name), true, true
	return page.Write(w, r, f, http.StatusOK, ownerView(&ownerModel{f, o, r.PathValue("token"), thanks && o.Ended}))
}

// reply notes what they say, and leads on to claim the good where it is theirs.
func (p *Pages) reply(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	edge.Private(w.Header())
	sent, err := page.Sent(r, "answer")
	if err != nil {
		return err
	}
	mine := sent.Get("answer") == "mine"
	slug, err := p.Messages.Reply(r.Context(), r.PathValue("token"), mine)
	if err != nil {
		return err
	}
	to := "/letters/" + page.PathEscape(r.PathValue("token")) + "?done=1"
	if mine {
		to = "/goods/" + page.PathEscape(slug) + "/claim"
	}
	http.Redirect(w, r, f.Prefix+to, http.StatusSeeOther)
	return nil
}

// licences are those of the good, as it names them.
func (m *ownerModel) licences() (out []string) {
	for _, l := range m.Opened.Good.Licences {
		if l.SPDX != "" {
			out = append(out, l.SPDX)
		}
	}
	return out
}

// kinds are those of the good, in words.
func (m *ownerModel) kinds() string {
	var out []string
	for _, k := range m.Opened.Good.Kinds {
		out = append(out, m.Kind(k))
	}
	return m.Terms(out)
}

// goals are those of the good, by number.
func (m *ownerModel) goals() string {
	var out []string
	for _, g := range m.Opened.Good.Goals {
		out = append(out, m.Digits(g.SDG))
	}
	return m.List(out)
}

// lands are the countries in which the good is in use.
func (m *ownerModel) lands() string {
	var out []string
	for _, c := range m.Opened.Good.DeploymentCountries() {
		out = append(out, m.Country(c))
	}
	return m.List(out)
}
