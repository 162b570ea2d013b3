package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"stoa/internal/access"
	"stoa/internal/app/assessment"
	"stoa/internal/assess"
	"stoa/internal/good"
	"stoa/internal/web/page"
)

// setting is one setting that is a number.
type setting struct {
	name string
	at   func(*assess.Settings) *int
}

// numbers are the settings that are numbers, in the order of an application's
// way. All are days but rounds, extensions, months, load, uploads and
// watch_tries.
var numbers = []setting{
	{"screening", func(s *assess.Settings) *int { return &s.Screening }},
	{"returned", func(s *assess.Settings) *int { return &s.Returned }},
	{"queue", func(s *assess.Settings) *int { return &s.Queue }},
	{"review", func(s *assess.Settings) *int { return &s.Review }},
	{"load", func(s *assess.Settings) *int { return &s.Load }},
	{"consolidation", func(s *assess.Settings) *int { return &s.Consolidation }},
	{"clarification", func(s *assess.Settings) *int { return &s.Clarification }},
	{"rounds", func(s *assess.Settings) *int { return &s.Rounds }},
	{"extension", func(s *assess.Settings) *int { return &s.Extension }},
	{"extensions", func(s *assess.Settings) *int { return &s.Extensions }},
	{"decision", func(s *assess.Settings) *int { return &s.Decision }},
	{"hold", func(s *assess.Settings) *int { return &s.Hold }},
	{"appeal", func(s *assess.Settings) *int { return &s.Appeal }},
	{"appeal_work", func(s *assess.Settings) *int { return &s.AppealWork }},
	{"months", func(s *assess.Settings) *int { return &s.Months }},
	{"renewal_opens", func(s *assess.Settings) *int { return &s.RenewalOpens }},
	{"grace", func(s *assess.Settings) *int { return &s.Grace }},
	{"stuck", func(s *assess.Settings) *int { return &s.Stuck }},
	{"uploads", func(s *assess.Settings) *int { return &s.Uploads }},
	{"watch", func(s *assess.Settings) *int { return &s.Watch }},
	{"watch_whole", func(s *assess.Settings) *int { return &s.WatchWhole }},
	{"watch_tries", func(s *assess.Settings) *int { return &s.WatchTries }},
	{"watch_stays", func(s *assess.Settings) *int { return &s.WatchStays }},
}

// list is a setting that is several numbers.
type list struct {
	name string
	at   func(*assess.Settings) *[]int
}

var lists = []list{
	{"applicant_reminders", func(s *assess.Settings) *[]int { return &s.ApplicantReminders }},
	{"renewal_reminders", func(s *assess.Settings) *[]int { return &s.RenewalReminders }},
}

// welcome is the place of the words on top of the desk.
const welcome = "desk"

// fieldsOfSettings are the fields of the form.
func fieldsOfSettings() []string {
	out := []string{"version", "reason", "confidential-1", "confidential-2"}
	for _, n := range numbers {
		out = append(out, n.name)
	}
	for _, l := range lists {
		out = append(out, l.name)
	}
	for _, lang := range languages {
		out = append(out, "words-"+lang)
	}
	return out
}

var languages = []string{"en", "ar", "zh", "fr", "ru", "es"}

func (h *pages) settings(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.writeSettings(w, r, f, http.StatusOK, nil)
}

func (h *pages) writeSettings(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, on *page.Form) error {
	now, err := h.app.Settings(r.Context())
	if err != nil {
		return err
	}
	past, err := h.app.SettingsHistory(r.Context(), f.Reader())
	if err != nil {
		return err
	}
	f.Path, f.Title, f.Work, f.Here = "/desk/settings", f.T("desk.settings"), true, "desk"
	return page.Write(w, r, f, status, settingsPage(f, now, past, on, told(r, f)))
}

// set puts other settings in force.
func (h *pages) set(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	v, err := page.Sent(r, fieldsOfSettings()...)
	if err != nil {
		return err
	}
	on := &page.Form{Values: v}
	held, err := h.app.Settings(r.Context())
	if err != nil {
		return err
	}
	s, err := readSettings(v, held.Settings)
	if err == nil {
		err = h.app.SetSettings(r.Context(), f.Reader(), number(v.Get("version")), s, strings.TrimSpace(v.Get("reason")))
	}
	if err != nil {
		if !on.Add(f, err) {
			return err
		}
		if on.Wrong[0].Field == "confidential" {
			on.Wrong[0].Field = "confidential-2"
		}
		return h.writeSettings(w, r, f, http.StatusUnprocessableEntity, on)
	}
	http.Redirect(w, r, f.Prefix+"/desk/settings?done=1", http.StatusSeeOther)
	return nil
}

// readSettings takes over what a form sets.
func readSettings(v url.Values, held assess.Settings) (assess.Settings, error) {
	s := held
	bad := func(name string) error {
		return &good.Error{Kind: good.Invalid, Key: "assess.error.setting", Field: name, Args: map[string]any{"Name": name, "Max": 1000}}
	}
	for _, n := range numbers {
		i, err := strconv.Atoi(strings.TrimSpace(v.Get(n.name)))
		if err != nil {
			return s, bad(n.name)
		}
		*n.at(&s) = i
	}
	for _, l := range lists {
		var days []int
		for _, word := range page.Words(v.Get(l.name)) {
			i, err := strconv.Atoi(word)
			if err != nil {
				return s, bad(l.name)
			}
			days = append(days, i)
		}
		*l.at(&s) = days
	}
	s.Confidential = []string{v.Get("confidential-1"), v.Get("confidential-2")}
	text := good.Text{}
	for _, lang := range languages {
		if t := strings.TrimSpace(v.Get("words-" + lang)); t != "" {
			text[lang] = t
		}
	}
	texts := map[string]good.Text{}
	for place, t := range held.Texts {
		texts[place] = t
	}
	if delete(texts, welcome); len(text) > 0 {
		texts[welcome] = text
	}
	s.Texts = texts
	return s, nil
}

// change is one setting that became another.
type change struct{ name, was, is string }

// changes are what one version of the settings changed of the one before it.
func changes(f *page.Frame, was, is assess.Settings) []change {
	var out []change
	add := func(name, a, b string) {
		if a != b {
			out = append(out, change{f.T("desk.setting." + name), a, b})
		}
	}
	for _, n := range numbers {
		add(n.name, f.Number(*n.at(&was)), f.Number(*n.at(&is)))
	}
	for _, l := range lists {
		add(l.name, several(f, *l.at(&was)), several(f, *l.at(&is)))
	}
	add("confidential", roles(f, was.Confidential), roles(f, is.Confidential))
	add("words", say(f, was.Texts[welcome]), say(f, is.Texts[welcome]))
	return out
}

func several(f *page.Frame, list []int) string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = f.Number(n)
	}
	return strings.Join(out, " · ")
}

func digits(list []int) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(list), " ", ", "), "[]")
}

func roles(f *page.Frame, list []string) string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = f.T("desk.role." + r)
	}
	return strings.Join(out, " · ")
}

// before is the version of the settings before the n-th of a history, which
// begins with the newest; before the first there are the defaults.
func before(past []assessment.SettingsVersion, n int) assess.Settings {
	if n+1 < len(past) {
		return past[n+1].Settings
	}
	return assess.Defaults()
}

func roleOptions(f *page.Frame) []page.Option {
	var out []page.Option
	for _, r := range access.Granted {
		out = append(out, page.Option{Value: r, Label: f.T("desk.role." + r)})
	}
	return out
}

func nth(list []string, n int) string {
	if n < len(list) {
		return list[n]
	}
	return ""
}

// announcements answers /desk/announcements.
func (h *pages) announcements(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	return h.writeAnnouncements(w, r, f, http.StatusOK, nil)
}

func (h *pages) writeAnnouncements(w http.ResponseWriter, r *http.Request, f *page.Frame, status int, on *page.Form) error {
	list, err := h.app.Announcements(r.Context(), 50)
	if err != nil {
		return err
	}
	f.Path, f.Title, f.Work, f.Here = "/desk/announcements", f.T("desk.announcements"), true, "desk"
	return page.Write(w, r, f, status, announcementsPage(f, list, on, told(r, f)))
}

// announce says something to many.
func (h *pages) announce(w http.ResponseWriter, r *http.Request, f *page.Frame) error {
	names := []string{"to*"}
	for _, lang := range languages {
		names = append(names, "title-"+lang, "body-"+lang)
	}
	v, err := page.Sent(r, names...)
	if err != nil {
		return err
	}
	in := assessment.Announcement{Title: good.Text{}, Body: good.Text{}}
	for _, lang := range languages {
		if t := strings.TrimSpace(v.Get("title-" + lang)); t != "" {
			in.Title[lang] = t
		}
		if t := strings.TrimSpace(v.Get("body-" + lang)); t != "" {
			in.Body[lang] = t
		}
	}
	for _, role := range v["to"] {
		if slices.Contains(access.Granted, role) || role == access.Applicant {
			in.To = append(in.To, role)
		}
	}
	on := &page.Form{Values: v}
	if _, err := h.app.Announce(r.Context(), f.Reader(), in); err != nil {
		if !on.Add(f, err) {
			return err
		}
		on.Wrong[0].Field += "-en"
		return h.writeAnnouncements(w, r, f, http.StatusUnprocessableEntity, on)
	}
	http.Redirect(w, r, f.Prefix+"/desk/announcements?done=1", http.StatusSeeOther)
	return nil
}

// audience are those to whom something can be said.
func audience(f *page.Frame) []page.Option {
	return append([]page.Option{{Value: access.Applicant, Label: f.T("desk.role." + access.Applicant)}}, roleOptions(f)...)
}
