package check

import (
	"path"
	"slices"
	"strings"
	"sync"

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
		if h.serves {
			return
		}
		if m, err := manifest.Parse(f.Path, f.Text); err == nil {
			for _, d := range m.Dependencies {
				h.serves = h.serves || d.Use != manifest.Development && inNames().first([]byte(d.Name), 1, nil) != 0
			}
		}
		return
	}
	if h.programs++; h.programs == 1 {
		h.first = f.At(0)
	}
	others := inPaths().first([]byte("/"+f.Path), pathForOthers, nil) != 0
	if !others {
		h.takes(f)
	}
	h.reads(f, others)
}

// takes notes a program that is there for taking data out, and writes a table.
func (h *handling) takes(f *File) {
	bare := strings.TrimSuffix(path.Base(f.Path), path.Ext(f.Path))
	if inPaths().first([]byte(bare), pathExports, nil) == 0 {
		return
	}
	for form, re := range writesTable {
		if at := re.FindIndex(f.Text); at != nil && h.exports[form].Path == "" {
			h.exports[form] = f.At(f.Line(at[0]))
		}
	}
}

// What is looked for in programs, in one reading of each.
const (
	seesData = iota
	seesPersons
	seesWorks
)

// What is looked for in their paths, one bit each.
const (
	pathForOthers = 1 << iota
	pathExports
)

var (
	inPrograms = sync.OnceValue(func() *seeker { return newSeeker(usesData, ofPersons, ofWorks) })
	inPaths    = sync.OnceValue(func() *seeker { return newSeeker(forOthers, exporting) })
	inNames    = sync.OnceValue(func() *seeker { return newSeeker(beyondTools) })
)

// reads looks for what a program has to do with data, persons and works: for what
// of it can still change what is said.
func (h *handling) reads(f *File, others bool) {
	asked := uint64(0)
	if len(h.used) < enoughPrograms && !others {
		asked |= 1 << seesData
	}
	named := uint64(0)
	if !h.serves && h.persons.Path == "" {
		named |= 1 << seesPersons
	}
	if !h.serves && h.works.Path == "" {
		named |= 1 << seesWorks
	}
	if named != 0 {
		asked |= named &^ inPrograms().first([]byte(f.Path), named, func(which, _ int) { h.note(which, f.At(0)) })
	}
	if asked != 0 {
		inPrograms().first(f.Text, asked, func(which, at int) { h.note(which, f.At(f.Line(at))) })
	}
}

func (h *handling) note(which int, at finding.Evidence) {
	switch which {
	case seesData:
		h.used = append(h.used, at)
	case seesPersons:
		h.persons = at
	case seesWorks:
		h.works = at
	}
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
