package api

import (
	"context"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/access"
	app "stoa/internal/app/localisation"
	"stoa/internal/good"
	"stoa/internal/l10n"
)

// TranslationList is a page of localisation tasks.
type TranslationList struct {
	Items []app.Work `json:"items" doc:"The newest first."`
	Next  string     `json:"next,omitempty" doc:"Address of the next page."`
}

// Translation is a localisation task with its texts.
type Translation struct {
	app.Work
	Texts []l10n.Unit `json:"texts" doc:"Up to 500 behind the number asked for."`
	Words []l10n.Term `json:"words" doc:"The good's glossary in the language of the task."`
}

// TranslationForm opens a task.
type TranslationForm struct {
	Good     string `json:"good" doc:"Slug or id." example:"dhis2"`
	Language string `json:"language" doc:"Into which is translated: BCP 47 or a name." example:"sw"`
	Source   string `json:"source,omitempty" doc:"Language of the texts; English without it."`
	About    bool   `json:"about,omitempty" doc:"The good's own name and description; then without a file."`
	Name     string `json:"name,omitempty" maxLength:"200" doc:"What is translated."`
	Format   string `json:"format,omitempty" enum:"po,xliff,arb,json,android,strings,xcstrings,fluent,properties,yaml,text" doc:"Form of the file."`
	File     string `json:"file,omitempty" doc:"The file's text."`
}

// TranslatedTexts are what a translator says.
type TranslatedTexts struct {
	Texts []l10n.Said `json:"texts"`
}

// TranslatedFile is a file that comes back.
type TranslatedFile struct {
	Format  string `json:"format" enum:"po,xliff"`
	File    string `json:"file" doc:"The file's text."`
	Machine bool   `json:"machine,omitempty" doc:"A machine translated it: nothing of it counts before a person has looked."`
}

// TranslationReview is what a reviewer says.
type TranslationReview struct {
	Fits bool   `json:"fits,omitempty" doc:"It is finished; else it goes back."`
	Note string `json:"note,omitempty" maxLength:"2000" doc:"Public. What is to be mended."`
}

// GoodLanguages is what is known of the languages of a good.
type GoodLanguages struct {
	Coverage *l10n.Coverage `json:"coverage,omitempty" doc:"How much of it speaks which language, as people say."`
	Seen     *l10n.Coverage `json:"seen,omitempty" doc:"The same as a machine saw it in the repository, with the commit and the date of the last reading."`
	Failed   *time.Time     `json:"failed,omitempty" doc:"When the last reading failed; left out where it did not."`
	Reading  bool           `json:"reading,omitempty" doc:"It is being read."`
	Texts    []l10n.Texts   `json:"texts" doc:"Its own name and description, translated and reviewed by people."`
	Words    []l10n.Term    `json:"words" doc:"Its glossary."`
	Tasks    []app.Work     `json:"tasks" doc:"The newest first."`
}

// CoverageForm states how much of a good speaks which language.
type CoverageForm struct {
	Languages []l10n.Share `json:"languages"`
	Source    string       `json:"source,omitempty" doc:"Address at which it can be seen."`
}

// TermForm says how a word is said in a language.
type TermForm struct {
	Word        string `json:"word" maxLength:"200"`
	Language    string `json:"language" example:"sw"`
	Translation string `json:"translation" maxLength:"200"`
	Note        string `json:"note,omitempty" maxLength:"2000"`
}

// mostTexts is how many texts of a task one answer holds.
const mostTexts = 500

// localising are the operations on what people translate.
func (f *face) localising(d describer) []operation {
	needed := func(name, text, example string) *huma.Param {
		p := param(name, "path", text, &huma.Schema{Type: "string"}, example)
		p.Required = true
		return p
	}
	of := func(name, text string, s *huma.Schema) *huma.Param { return param(name, "query", text, s, nil) }
	words := &huma.Schema{Type: "string"}
	id, one := needed("task", "Id of the task.", "01KB0ZZZZZZZZZZZZZZZZZZZZZ"), needed("good", "Slug or id of the good.", "dhis2")
	path, about, gives := "/api/v1/localisation/{task}", "/api/v1/goods/{good}", reflect.TypeFor[app.Work]()
	on := func(act access.Act, rest, name, summary, text string, takes reflect.Type, h answer) operation {
		return d.call(call{act: act, method: http.MethodPost, path: path + rest, id: name, tag: "localisation", summary: summary, text: text, params: []*huma.Param{id}, takes: takes, gives: gives, handle: h, statuses: []int{404, 409}})
	}
	return []operation{
		d.read("list-localisation", "/api/v1/localisation", "localisation", "What people translate", "Those that fit every filter.", []*huma.Param{
			of("good", "Slug or id of the good.", words), of("language", "BCP 47 or a name.", words), of("state", "Where it stands.", &huma.Schema{Type: "string", Enum: anys(l10n.Standings)}),
			of("before", "Begin behind this id.", words), of("limit", "How many.", integer(1, 200, 50))}, f.translations, d.of(reflect.TypeFor[TranslationList]()), 404, 410),
		d.read("get-localisation", path, "localisation", "One translation", "With its texts and the words of its good.", []*huma.Param{id, of("after", "Texts behind this number.", integer(0, l10n.MaxTask, 0))}, f.translation, d.of(reflect.TypeFor[Translation]()), 404),
		d.call(call{act: access.OpenLocalisation, method: http.MethodPost, path: "/api/v1/localisation", id: "open-localisation", tag: "localisation", summary: "Ask for a translation", text: "Of texts in any form that is read here, or of the good's own name and description.",
			takes: reflect.TypeFor[TranslationForm](), gives: gives, handle: f.openTranslation, created: true, statuses: []int{404}}),
		on(access.ClaimLocalisation, "/claim", "claim-localisation", "Translate it", "Nobody else does then.", nil, f.localise((*app.App).Claim)),
		on(access.KeepLocalisation, "/release", "release-localisation", "Let it go", "As who translates it, opened it or owns the good. What is there stays.", nil, f.localise((*app.App).Release)),
		on(access.Translate, "/units", "translate", "Say texts", "All of them or none.", reflect.TypeFor[TranslatedTexts](), f.translate),
		d.call(call{act: access.Translate, method: http.MethodPost, path: path + "/import", id: "import-localisation", tag: "localisation", summary: "Bring a file back", text: "All of it or nothing; answers how many texts found their place.", params: []*huma.Param{id},
			takes: reflect.TypeFor[TranslatedFile](), gives: reflect.TypeFor[app.Brought](), handle: f.bringTranslation, statuses: []int{404, 409}}),
		on(access.Translate, "/hand-in", "hand-in-localisation", "Hand it in", "Nothing may be missing, nor anything that a machine wrote be unseen.", nil, f.localise((*app.App).HandIn)),
		on(access.ReviewLocalisation, "/review", "review-localisation", "Review it", "As another person than who translated it.", reflect.TypeFor[TranslationReview](), f.reviewTranslation),
		on(access.KeepLocalisation, "/withdraw", "withdraw-localisation", "End it without a translation", "", reflect.TypeFor[ReasonForm](), f.withdrawTranslation),
		d.read("get-country-languages", "/api/v1/countries/{iso}/languages", "localisation", "What the languages of a country lack", "Of the goods that are confirmed to be in use there; a percentage of -1 says that nobody knows.", []*huma.Param{needed("iso", "ISO 3166-1 alpha-2.", "KE")}, f.lacking, d.of(reflect.TypeFor[app.Lacks]()), 404),
		d.read("get-good-languages", about+"/languages", "localisation", "The languages of a good", "", []*huma.Param{one}, f.spoken, d.of(reflect.TypeFor[GoodLanguages]()), 404, 410),
		d.call(call{act: access.KeepLocalisation, method: http.MethodPut, path: about + "/languages", id: "state-good-languages", tag: "localisation", summary: "State how much of a good speaks which language", text: "As its owner or the secretariat.", params: []*huma.Param{one},
			takes: reflect.TypeFor[CoverageForm](), gives: reflect.TypeFor[l10n.Coverage](), handle: f.cover, statuses: []int{404}}),
		d.call(call{act: access.KeepLocalisation, method: http.MethodPost, path: about + "/languages/read", id: "read-good-languages", tag: "localisation", summary: "Have the repository read now", text: "As its owner or the secretariat, not more than once in ten minutes. Of recognised goods it is read each week.", params: []*huma.Param{one},
			handle: f.readLanguages, statuses: []int{404, 409, 429}}),
		d.call(call{act: access.KeepGlossary, method: http.MethodPost, path: about + "/glossary", id: "state-term", tag: "localisation", summary: "Say how a word is said in a language", text: "The same word again replaces what was said.", params: []*huma.Param{one},
			takes: reflect.TypeFor[TermForm](), gives: reflect.TypeFor[l10n.Term](), handle: f.sayTerm, created: true, statuses: []int{404}}),
		d.call(call{act: access.KeepLocalisation, method: http.MethodDelete, path: about + "/glossary/{term}", id: "drop-term", tag: "localisation", summary: "Take a word off the glossary", text: "As who said it, the good's owner or the secretariat.",
			params: []*huma.Param{one, needed("term", "Id of the word.", "01KB0ZZZZZZZZZZZZZZZZZZZZZ")}, handle: f.dropTerm, statuses: []int{404}}),
	}
}

// locals is what people translate, where it is kept.
func (f *face) locals() (*app.App, error) {
	if f.cfg.Languages == nil {
		return nil, &good.Error{Kind: good.NotFound, Key: "l10n.error.unknown"}
	}
	return f.cfg.Languages, nil
}

func (f *face) translations(w http.ResponseWriter, r *http.Request) error {
	v, err := parameters(r, "good", "language", "state", "before", "limit")
	if err != nil {
		return err
	}
	bad := &badParameters{code: "invalid-parameter"}
	limit := bad.number(v, "limit", app.PageLength, 200)
	if len(bad.parts) > 0 {
		return bad
	}
	a, err := f.locals()
	if err != nil {
		return err
	}
	list, err := a.List(r.Context(), app.Which{Good: last(v, "good"), Language: last(v, "language"), State: l10n.Standing(last(v, "state")), Before: good.ID(last(v, "before"))}, max(1, limit))
	if err != nil {
		return err
	}
	doc := TranslationList{Items: list.Tasks}
	if list.Next != "" {
		v.Set("before", string(list.Next))
		doc.Next = f.base + "/api/v1/localisation?" + v.Encode()
	}
	return f.write(w, r, doc)
}

func (f *face) translation(w http.ResponseWriter, r *http.Request) error {
	v, err := parameters(r, "after")
	if err != nil {
		return err
	}
	bad := &badParameters{code: "invalid-parameter"}
	after := bad.number(v, "after", 0, l10n.MaxTask)
	if len(bad.parts) > 0 {
		return bad
	}
	a, err := f.locals()
	if err != nil {
		return err
	}
	one, err := a.Show(r.Context(), access.Who{}, good.ID(r.PathValue("task")), after, mostTexts)
	if err != nil {
		return err
	}
	return f.write(w, r, Translation{Work: one.Work, Texts: append([]l10n.Unit{}, one.Rows...), Words: append([]l10n.Term{}, one.Words...)})
}

// told writes a task as it stands.
func (f *face) told(w http.ResponseWriter, r *http.Request, write func(http.ResponseWriter, *http.Request, any) error, t *l10n.Task, err error) error {
	if err != nil {
		return err
	}
	one, err := f.cfg.Languages.Show(r.Context(), who(r), t.ID, 0, 1)
	if err != nil {
		return err
	}
	return write(w, r, one.Work)
}

func (f *face) openTranslation(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[TranslationForm](r)
	if err != nil {
		return err
	}
	a, err := f.locals()
	if err != nil {
		return err
	}
	t, _, err := a.Open(r.Context(), who(r), app.Opening{Good: doc.Good, Name: doc.Name, Language: doc.Language, Source: doc.Source, About: doc.About, Format: l10n.Format(doc.Format), File: []byte(doc.File)})
	return f.told(w, r, f.made, t, err)
}

// localise answers with what became of a task by a verb that needs no more than
// its id.
func (f *face) localise(do func(*app.App, context.Context, access.Who, good.ID) (*l10n.Task, int64, error)) answer {
	return func(w http.ResponseWriter, r *http.Request) error {
		a, err := f.locals()
		if err != nil {
			return err
		}
		t, _, err := do(a, r.Context(), who(r), good.ID(r.PathValue("task")))
		return f.told(w, r, f.write, t, err)
	}
}

func (f *face) translate(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[TranslatedTexts](r)
	if err != nil {
		return err
	}
	return f.localise(func(a *app.App, ctx context.Context, who access.Who, id good.ID) (*l10n.Task, int64, error) {
		return a.Translate(ctx, who, id, doc.Texts)
	})(w, r)
}

func (f *face) bringTranslation(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[TranslatedFile](r)
	if err != nil {
		return err
	}
	a, err := f.locals()
	if err != nil {
		return err
	}
	out, _, err := a.Import(r.Context(), who(r), good.ID(r.PathValue("task")), l10n.Format(doc.Format), []byte(doc.File), doc.Machine)
	if err != nil {
		return err
	}
	return f.write(w, r, out)
}

func (f *face) reviewTranslation(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[TranslationReview](r)
	if err != nil {
		return err
	}
	return f.localise(func(a *app.App, ctx context.Context, who access.Who, id good.ID) (*l10n.Task, int64, error) {
		return a.Review(ctx, who, id, doc.Fits, doc.Note)
	})(w, r)
}

func (f *face) withdrawTranslation(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[ReasonForm](r)
	if err != nil {
		return err
	}
	return f.localise(func(a *app.App, ctx context.Context, who access.Who, id good.ID) (*l10n.Task, int64, error) {
		return a.Withdraw(ctx, who, id, doc.Reason)
	})(w, r)
}

func (f *face) spoken(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	a, err := f.locals()
	if err != nil {
		return err
	}
	v, err := a.Languages(r.Context(), access.Who{}, r.PathValue("good"))
	if err != nil {
		return err
	}
	return f.write(w, r, LanguagesOf(v))
}

// LanguagesOf is what is known of the languages of a good, as programs read it.
func LanguagesOf(v app.Languages) GoodLanguages {
	out := GoodLanguages{Coverage: v.Coverage, Seen: v.Seen, Reading: v.Reading, Texts: append([]l10n.Texts{}, v.Texts...), Words: append([]l10n.Term{}, v.Words...), Tasks: v.Tasks}
	if !v.Failed.IsZero() {
		out.Failed = &v.Failed
	}
	return out
}

func (f *face) readLanguages(w http.ResponseWriter, r *http.Request) error {
	a, err := f.locals()
	if err != nil {
		return err
	}
	return done(w, a.Again(r.Context(), who(r), r.PathValue("good")))
}

func (f *face) cover(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[CoverageForm](r)
	if err != nil {
		return err
	}
	a, err := f.locals()
	if err != nil {
		return err
	}
	c, _, err := a.Cover(r.Context(), who(r), r.PathValue("good"), l10n.Coverage{Hand: true, Source: doc.Source, Shares: doc.Languages})
	if err != nil {
		return err
	}
	return f.write(w, r, c)
}

func (f *face) sayTerm(w http.ResponseWriter, r *http.Request) error {
	doc, err := received[TermForm](r)
	if err != nil {
		return err
	}
	a, err := f.locals()
	if err != nil {
		return err
	}
	t, _, err := a.SayTerm(r.Context(), who(r), r.PathValue("good"), l10n.Term{Word: doc.Word, Language: doc.Language, Translation: doc.Translation, Note: doc.Note})
	if err != nil {
		return err
	}
	return f.made(w, r, t)
}

func (f *face) dropTerm(w http.ResponseWriter, r *http.Request) error {
	a, err := f.locals()
	if err != nil {
		return err
	}
	if _, err := a.DropTerm(r.Context(), who(r), r.PathValue("good"), good.ID(r.PathValue("term"))); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (f *face) lacking(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	a, err := f.locals()
	if err != nil {
		return err
	}
	doc, err := a.Lacks(r.Context(), r.PathValue("iso"))
	if err != nil {
		return err
	}
	return f.write(w, r, doc)
}
