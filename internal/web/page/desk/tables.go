package desk

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"stoa/internal/app/assessment"
	"stoa/internal/app/nominations"
	accounts "stoa/internal/app/people"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// tableRows is how many applications are read at a time for a file, and
// tableMost how many there are in one at most.
const (
	tableRows = 1000
	tableMost = 200_000
)

// table answers with a table of the desk as a file that spreadsheets read: the
// names of its columns never change, whatever the language.
func (h *pages) table(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	name, ok := strings.CutSuffix(r.PathValue("table"), ".csv")
	make, known := map[string]func(*http.Request, *page.Frame, func(...string)) error{
		"applications": h.applicationsTable, "stuck": h.stuckTable, "pipeline": h.pipelineTable,
		"late": h.lateTable, "reviewers": h.reviewersTable, "nominations": h.nominationsTable, "people": h.peopleTable, "announcements": h.announcementsTable, "settings": h.settingsTable, "signs": h.signsTable, "duplicates": h.pairsTable, "corrections": h.correctionsTable,
		"owners": h.ownersTable, "owner-letters": h.ownerLettersTable}[name]
	if !ok || !known {
		return &good.Error{Kind: good.NotFound, Key: "assess.error.unknown"}
	}
	return page.WriteTable(w, name, h.app.Now(), func(row func(...string)) error { return make(r, f, row) })
}

// instant is a moment as a file has it.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func (h *pages) applicationsTable(r *http.Request, f *page.Frame, row func(...string)) error {
	if person := good.ID(r.URL.Query().Get("person")); person != "" { // what one reviewer has to do
		return h.rows(r, f, unfinished(person), row)
	}
	t, err := h.queue(r, f.Reader())
	if err != nil {
		return err
	}
	return h.rows(r, f, t.filter(h.app.Now()), row)
}

func (h *pages) stuckTable(r *http.Request, f *page.Frame, row func(...string)) error {
	settings, err := h.app.Settings(r.Context())
	if err != nil {
		return err
	}
	return h.rows(r, f, assessment.Filter{Before: h.app.Now().AddDate(0, 0, -settings.Settings.Stuck)}, row)
}

func (h *pages) lateTable(r *http.Request, f *page.Frame, row func(...string)) error {
	return h.rows(r, f, assessment.Filter{LateAt: h.app.Now(), Deadline: true}, row)
}

func (h *pages) rows(r *http.Request, f *page.Frame, filter assessment.Filter, row func(...string)) error {
	row("id", "good", "name", "kind", "standard", "state", "since", "submitted", "deadline", "reviewers")
	filter.Limit = tableRows
	for filter.Offset = 0; filter.Offset < tableMost; filter.Offset += tableRows {
		list, err := h.app.Queue(r.Context(), f.Reader(), filter)
		if err != nil {
			return err
		}
		for _, i := range list.Items {
			names := (table{List: list}).names(i, assessment.PartReviewer, func(p assessment.Person) string { return or(p.Name, p.Pseudonym) })
			row(string(i.ID), string(i.Good), i.Name, string(i.Kind), i.Standard, string(i.State), instant(i.Since), instant(i.Submitted), instant(i.Deadline), strings.Join(names, " | "))
		}
		if len(list.Items) < tableRows {
			break
		}
	}
	return nil
}

func (h *pages) pipelineTable(r *http.Request, f *page.Frame, row func(...string)) error {
	list, err := h.app.Board(r.Context(), f.Reader())
	if err != nil {
		return err
	}
	row("state", "kind", "count", "late", "oldest")
	for _, c := range list {
		row(string(c.State), string(c.Kind), itoa(c.Count), itoa(c.Late), instant(c.Oldest))
	}
	return nil
}

func (h *pages) reviewersTable(r *http.Request, f *page.Frame, row func(...string)) error {
	list, err := h.app.Reviewers(r.Context(), f.Reader())
	if err != nil {
		return err
	}
	row("pseudonym", "name", "open", "last", "kinds", "indicators", "away")
	for _, x := range list {
		row(x.Pseudonym, x.Name, itoa(x.Open), instant(x.Last), strings.Join(plainKinds(x.Kinds), " | "), strings.Join(x.Knows, " | "), instant(x.Away))
	}
	return nil
}

func (h *pages) nominationsTable(r *http.Request, f *page.Frame, row func(...string)) error {
	row("id", "since", "name", "link", "kind", "licence", "sdg", "why", "doubts", "settled", "settlement", "good")
	return h.Nominations.Table(r.Context(), f.Reader(), func(n nominations.Noted) {
		doubts := make([]string, len(n.Doubts))
		for i, d := range n.Doubts {
			doubts[i] = string(d)
		}
		row(string(n.ID), n.Since, n.Name, n.Link, string(n.Kind), n.Licence, itoa(n.SDG), n.Why, strings.Join(doubts, " | "), instant(n.Settled), n.Settlement, string(n.Good))
	})
}

func (h *pages) peopleTable(r *http.Request, f *page.Frame, row func(...string)) error {
	row("id", "pseudonym", "name", "address", "roles", "open", "away", "since")
	s := accounts.Search{Text: r.URL.Query().Get("q"), Role: r.URL.Query().Get("role"), Limit: tableRows}
	for range tableMost / tableRows {
		list, err := h.People.Find(r.Context(), f.Reader(), s)
		if err != nil {
			return err
		}
		for _, p := range list {
			s.After = p.ID
			row(string(p.ID), p.Pseudonym, p.Name, p.Address, strings.Join(p.Roles, " | "), itoa(p.Open), instant(p.Away), instant(p.Created))
		}
		if len(list) < tableRows {
			break
		}
	}
	return nil
}

func (h *pages) announcementsTable(r *http.Request, _ *page.Frame, row func(...string)) error {
	list, err := h.app.Announcements(r.Context(), tableRows)
	if err != nil {
		return err
	}
	row("id", "time", "to", "title", "body")
	for _, a := range list {
		title, _ := a.Title.In("en")
		body, _ := a.Body.In("en")
		row(string(a.ID), instant(a.Time), strings.Join(a.To, " | "), title, body)
	}
	return nil
}

func (h *pages) settingsTable(r *http.Request, f *page.Frame, row func(...string)) error {
	list, err := h.app.SettingsHistory(r.Context(), f.Reader())
	if err != nil {
		return err
	}
	row("version", "time", "by", "reason", "settings")
	for _, v := range list {
		doc, err := json.Marshal(v.Settings)
		if err != nil {
			return err
		}
		row(itoa(v.Version), instant(v.Time), v.By.Role, v.Reason, string(doc))
	}
	return nil
}
