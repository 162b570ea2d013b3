package check

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"stoa/internal/check/manifest"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/lazy"
)

// handling looks at what programs do with what people bring into them: whether
// they plainly have nothing to do with persons and with their works, and where
// they write tables for people to take away.
type handling struct {
	programs int
	first    finding.Evidence // a program of the good's own
	persons  finding.Evidence // what may be about persons
	works    finding.Evidence // what may be content
	serves   bool             // it is an application rather than a library or a tool
	exports  map[string]finding.Evidence
	used     []finding.Evidence // programs that read or write data in a form
}

func newHandling(*Target) Probe { return &handling{exports: map[string]finding.Evidence{}} }

// ofPersons are words in programs and their names that say that data about
// persons may be there; ofWorks such of texts, pictures and sound.
var (
	ofPersons = lazy.New(`(?i)passw|\be_?mails?\b|user_?(?:name|_?id|model)|\blog_?in\b|sign_?(?:in|up)\b|first_?name|last_?name|full_?name|phone|patient|citizen|beneficiar|resident|employee|student|pupil|teacher|customer|subscriber|voter|donor|respondent|cookie|date_of_birth|telemetry|analytics|authenticat|oauth|household|survey|attest|credential|identity|\bissuer|\bage\b|\bsex\b|face_?(?:recog|detect)|\bvoice`)
	ofWorks   = lazy.New(`(?i)upload|\bchat|photo|image|video|audio|\bmedia\b|attachment|attest|user_?content|generate_text`)
	// beyondTools are parts by which a program serves people, keeps what they bring
	// or asks a model.
	beyondTools = lazy.New(`(?i)express|fastify|\bkoa\b|nestjs|\bnext\b|nuxt|react|\bvue|angular|svelte|django|flask|fastapi|starlette|tornado|aiohttp|rails|sinatra|laravel|symfony|spring|quarkus|micronaut|\bgin\b|\becho\b|fiber|actix|axum|rocket|phoenix|sql|psycopg|mongo|sequelize|prisma|typeorm|redis|passport|jsonwebtoken|jwt|bcrypt|firebase|supabase|auth0|sentry|posthog|matomo|amplitude|segment|openai|anthropic|langchain|transformers|ollama|nodemailer|twilio|sendgrid|\bshiny\b|streamlit|gradio|\bdash\b|electron|kafka|rabbit|amqp|elasticsearch`)
	// writesTable is how a program writes what people take away, by form.
	writesTable = map[string]*lazy.Regexp{
		"CSV":             lazy.New(`text/csv|fputcsv\(|CSV\.generate|csv\.writer|csv\.DictWriter|to_csv\(|write_csv|csv\.NewWriter|CSVWriter|CsvWriter|json2csv|papaparse|Papa\.unparse|toCSV|toCsv`),
		"Office Open XML": lazy.New(`spreadsheetml\.sheet|openpyxl|xlsxwriter|XSSFWorkbook|PHPExcel|PhpSpreadsheet|exceljs|Axlsx|json_to_sheet|to_excel\(`),
		"GeoJSON":         lazy.New(`application/geo\+json`),
	}
	// usesData is how a program reads or writes data in a form, beside its settings.
	usesData = lazy.New(`(?i)\bread_?csv|\bto_?csv\b|\bcsv\.(?:reader|writer|dictreader|dictwriter|newreader|newwriter|parse|generate|foreach)|csvparser|papaparse|json\.(?:loads?|dumps?|parse|stringify|unmarshal|marshal|newdecoder|newencoder|generate)\b|json_(?:de|en)code|jsonserializer|objectmapper|gson\b|serde_json|fromjson\(|tojson\(|geopandas|read_excel|read_?parquet|xarray|netcdf|h5py|rasterio|gdal|shapefile|geojson|etree\.|xmlreader|domparser|documentbuilder|nokogiri|image\.open|imread|sqlite3?\.`)
	// exporting is a file of programs that is there for taking data out, and
	// forOthers one that makes samples, takes data in or is run by its makers.
	exporting = lazy.New(`(?i)(?:^|[^a-z])exports?(?:$|er|ing|[^a-z])|(?-i:[a-z]Export(?:$|er|s\b|[^a-z])|^Export)|csvexport|csv[-_]?download|download[-_]?(?:csv|options)`)
	forOthers = lazy.New(`(?i)sample|fixture|seed_|mock|import|/management/|/scripts?/|/migrations/|/static/js/|/tools?/|/dev/`)
)

// applications are files that only what people run for themselves has.
var applications = map[string]bool{"androidmanifest.xml": true, "info.plist": true, "pubspec.yaml": true, "docker-compose.yml": true, "docker-compose.yaml": true, "compose.yml": true, "procfile": true, "manage.py": true, "index.html": true, "schema.prisma": true, "storyboard": true}

// Wants implements Probe.
func (h *handling) Wants(e *Entry) Want {
	h.serves = h.serves || !e.Vendored && !isAside(e.Path) && (applications[e.Name] || makesTables(e))
	switch {
	case e.Vendored || e.Size == 0 || fixture(e) || isAside(e.Path) || strings.Contains(e.Name, ".min."):
		return Nothing
	case manifest.Known(e.Name, e.Path) && !manifest.Locks(e.Name) && e.Size <= manifest.MaxSize:
		return Whole
	case programs[e.Ext] && e.Size <= 256<<10:
		return Whole
	}
	return Nothing
}

// See implements Probe.
func (h *handling) See(f *File) {
	if f.Binary || strings.Contains(f.Name, "test") {
		return
	}
	if manifest.Known(f.Name, f.Path) {
		if m, err := manifest.Parse(f.Path, f.Text); err == nil {
			for _, d := range m.Dependencies {
				h.serves = h.serves || d.Use != manifest.Development && beyondTools.MatchString(d.Name)
			}
		}
		return
	}
	if h.programs++; h.programs == 1 {
		h.first = f.At(0)
	}
	lower := bytes.ToLower(f.Text)
	if len(h.used) < enoughPrograms && !forOthers.MatchString("/"+f.Path) {
		if at := findAny(usesData, f.Text, lower, dataMarks); at != nil {
			h.used = append(h.used, f.At(f.Line(at[0])))
		}
	}
	bare := strings.TrimSuffix(path.Base(f.Path), path.Ext(f.Path))
	if exporting.MatchString(bare) && !forOthers.MatchString("/"+f.Path) {
		for form, re := range writesTable {
			if at := re.FindIndex(f.Text); at != nil && h.exports[form].Path == "" {
				h.exports[form] = f.At(f.Line(at[0]))
			}
		}
	}
	note := func(at *finding.Evidence, words *lazy.Regexp, marks []string) {
		if at.Path != "" {
			return
		}
		if words.MatchString(f.Path) {
			*at = f.At(0)
		} else if i := findAny(words, f.Text, lower, marks); i != nil {
			*at = f.At(f.Line(i[0]))
		}
	}
	if !h.serves {
		note(&h.persons, ofPersons, personMarks)
		note(&h.works, ofWorks, workMarks)
	}
}

// Letters without which none of the words above is there: to look for them first
// costs a hundredth of what the expressions do.
var (
	dataMarks   = strings.Fields("csv json gson objectmapper geopandas read_excel parquet xarray netcdf h5py rasterio gdal shapefile etree. xmlreader domparser documentbuilder nokogiri image.open imread sqlite")
	personMarks = strings.Fields("passw mail username user_name userid user_id usermodel user_model login log_in signin sign_in signup sign_up firstname first_name lastname last_name fullname full_name phone patient citizen beneficiar resident employee student pupil teacher customer subscriber voter donor respondent cookie date_of_birth telemetry analytics authenticat oauth household survey attest credential identity issuer facerecog face_recog facedetect face_detect voice =age =sex")
	workMarks   = strings.Fields("upload chat photo image video audio media attachment attest usercontent user_content generate_text")
)

// findAny is where an expression matches a text, which is asked only where one of
// its marks stands in the text in small letters; one behind = stands as a word.
func findAny(re *lazy.Regexp, text, lower []byte, marks []string) []int {
	for _, m := range marks {
		word, whole := strings.CutPrefix(m, "=")
		for from := 0; ; {
			i := bytes.Index(lower[from:], []byte(word))
			if i < 0 {
				break
			}
			from += i + len(word)
			if !whole || !inWord(lower, from-len(word)-1) && !inWord(lower, from) {
				return re.FindIndex(text)
			}
		}
	}
	return nil
}

// inWord says whether a letter, a digit or a low line stands there.
func inWord(text []byte, at int) bool {
	return at >= 0 && at < len(text) && (text[at] == '_' || text[at] >= 'a' && text[at] <= 'z' || text[at] >= '0' && text[at] <= '9')
}

// enoughPrograms is how many programs have to be there that it says something
// that none of them speaks of persons.
const enoughPrograms = 3

// Findings implements Probe.
func (h *handling) Findings(t *Target) []finding.Finding {
	return []finding.Finding{h.none("privacy.persons", t, h.persons), h.none("harm.content", t, h.works), h.takenOut(t), h.uses(t)}
}

// uses says that programs read or write data in a form: several of them do, as
// one may only read what it is set to.
func (h *handling) uses(t *Target) finding.Finding {
	if len(h.used) < enoughPrograms || !slices.Contains(t.Kinds, good.Software) && !slices.Contains(t.Kinds, good.AI) {
		return say("data.used", finding.NotObservable, finding.Low, finding.Say("probe.used.none"))
	}
	f := say("data.used", finding.Met, finding.Medium, finding.Say("probe.used", "File", h.used[0].Path))
	f.Values, f.Evidence = []string{"yes"}, h.used
	return f
}

// none says that a good has nothing to do with a matter: a library or a tool
// that serves nobody, keeps nothing, and whose programs have no word of it.
func (h *handling) none(id string, t *Target, seen finding.Evidence) finding.Finding {
	only := len(t.Kinds) == 1 && t.Kinds[0] == good.Software
	if !only || h.serves || h.programs < enoughPrograms || doubtful(t) {
		return say(id, finding.NotObservable, finding.Low, finding.Say("probe.handling.people"))
	}
	if seen.Path != "" {
		f := say(id, finding.NotObservable, finding.Low, finding.Say("probe.handling.seen", "File", seen.Path))
		f.Evidence = []finding.Evidence{seen}
		return f
	}
	f := say(id, finding.Met, finding.Medium, finding.Say("probe.handling.none", "Number", h.programs))
	f.Values, f.Evidence = []string{"none"}, []finding.Evidence{h.first}
	return f
}

// takenOut says in which forms programs write tables that people take away.
func (h *handling) takenOut(t *Target) finding.Finding {
	f := finding.Finding{Probe: "data.export", State: finding.NotObservable, Confidence: finding.Low, Why: finding.Say("probe.export.none")}
	var forms []string
	for form := range h.exports {
		forms = append(forms, form)
	}
	slices.Sort(forms)
	if len(forms) == 0 {
		return f
	}
	f.State, f.Confidence, f.Values = finding.Met, finding.Medium, forms
	for _, form := range forms {
		at := h.exports[form]
		if !slices.ContainsFunc(f.Evidence, func(e finding.Evidence) bool { return e.Path == at.Path }) {
			f.Evidence = append(f.Evidence, at)
			if t.Address != nil && good.WebAddress(t.Address(at.Path, at.Line)) {
				f.Values = append(f.Values, t.Address(at.Path, at.Line))
			}
		}
	}
	f.Why = finding.Say("probe.export", "File", f.Evidence[0].Path, "Forms", forms)
	return f
}
