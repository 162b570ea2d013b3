package check

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"stoa/internal/check/manifest"
	"stoa/internal/check/nested"
	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/lazy"
)

// dataset looks at the files of data and models: whether their formats are
// open, whether fields are explained, and whether a model has its card.
type dataset struct {
	open, shut map[string]*sighting // by ending
	dictionary sighting
	card       sighting
	partly     string // a text with some parts that a model's card has
	texts      int
	letters    int // of running text
	loose      int // files of open forms that lie where settings lie as well
}

func newDataset(*Target) Probe {
	return &dataset{open: map[string]*sighting{}, shut: map[string]*sighting{}}
}

// Formats of data by their endings: those that anybody may read and write by a
// published specification, and those that belong to one maker's program.
var (
	openFormats = map[string]string{".csv": "CSV", ".tsv": "TSV", ".json": "JSON", ".jsonl": "JSON Lines", ".ndjson": "JSON Lines", ".geojson": "GeoJSON", ".topojson": "TopoJSON", ".xml": "XML", ".parquet": "Parquet", ".arrow": "Arrow", ".feather": "Arrow", ".nc": "NetCDF", ".h5": "HDF5", ".hdf5": "HDF5", ".ttl": "RDF", ".rdf": "RDF", ".nt": "RDF", ".jsonld": "JSON-LD", ".ods": "OpenDocument", ".odt": "OpenDocument", ".xlsx": "Office Open XML", ".gpkg": "GeoPackage", ".kml": "KML", ".gml": "GML", ".tif": "TIFF", ".tiff": "TIFF", ".sqlite": "SQLite", ".zarr": "Zarr", ".txt": "text", ".shp": "Shapefile", ".osm": "OpenStreetMap XML", ".pbf": "OpenStreetMap PBF", ".gz": "", ".zip": ""}
	shutFormats = map[string]string{".xls": "Excel 97", ".mdb": "Access", ".accdb": "Access", ".sav": "SPSS", ".dta": "Stata", ".sas7bdat": "SAS", ".mat": "MATLAB", ".rvt": "Revit", ".dwg": "AutoCAD", ".gdb": "Esri geodatabase", ".mxd": "ArcMap", ".pbix": "Power BI", ".twbx": "Tableau", ".psd": "Photoshop", ".ai": "Illustrator", ".indd": "InDesign", ".doc": "Word 97", ".ppt": "PowerPoint 97"}
	plainData   = []string{".csv", ".tsv", ".geojson", ".parquet", ".jsonl", ".ndjson", ".ods", ".nc", ".gpkg"}
)

// dataFolders are where a .json, .xml or .txt is data and not a setting.
var dataFolders = map[string]bool{"data": true, "datasets": true, "dataset": true, "public": true, "raw": true, "processed": true, "output": true, "outputs": true, "export": true, "exports": true, "archive": true}

func isData(e *Entry) bool {
	if slices.Contains(plainData, e.Ext) || shutFormats[e.Ext] != "" {
		return true
	}
	first, _, _ := strings.Cut(strings.ToLower(e.Path), "/")
	return openFormats[e.Ext] != "" && dataFolders[first] && e.Name != "package.json"
}

// dictionaries are files that explain fields, by name; models' cards likewise.
var (
	dictionaries = []string{"datadictionary", "codebook", "dictionary", "datadescription", "variables", "dataschema", "fielddescriptions", "columns", "fields", "schema"}
	cards        = []string{"modelcard", "model", "modelcards"}
	explains     = lazy.New(`(?i)^(?:data dictionary|codebook|data description|variables?|fields?|columns?|column descriptions?|field descriptions?|data fields|description of (?:the )?(?:fields|columns|variables|data)|schema|attributes|features of the data|dictionnaire (?:des|de) données|diccionario de datos|описание полей|数据字典|قاموس البيانات)\b`)
	cardParts    = lazy.New(`(?i)^(?:model (?:details|description|card.*|sources)|intended uses?.*|uses|direct use|out of scope use|training (?:data|details|procedure|hyperparameters)|evaluation(?: results?| data)?|metrics|limitations.*|bias.*|ethical considerations|environmental impact|how to use|citation)$`)
	ownParts     = lazy.New(`(?i)^(?:model (?:details|description|card)|intended uses?|direct use|out of scope|ethical considerations|environmental impact|bias)`) // that no other text has
)

func (s *dataset) Wants(e *Entry) Want {
	if e.Vendored || e.Size == 0 {
		return Nothing
	}
	if isData(e) && !isAside(e.Path) {
		to, name := s.open, openFormats[e.Ext]
		if n := shutFormats[e.Ext]; n != "" {
			to, name = s.shut, n
		}
		if to[name] == nil {
			to[name] = &sighting{}
		}
		to[name].add(hit{at: finding.Evidence{Path: e.Path}, rank: e.Depth})
	}
	if e.Depth > 0 && e.Ext != ".txt" && openFormats[e.Ext] != "" && !isData(e) && !manifest.Known(e.Name, e.Path) {
		s.loose++
	}
	bare := stem(strings.TrimSuffix(e.Name, e.Ext))
	switch {
	case e.Depth > 4:
		return Nothing
	case isFront(e), e.Name == "datapackage.json", e.Ext == ".md" && e.Depth <= 2:
		return Whole
	case slices.Contains(dictionaries, bare) || slices.Contains(cards, bare) || inCards(e.Path):
		return Whole
	case strings.HasSuffix(e.Name, "-metadata.json") || strings.HasPrefix(e.Name, "croissant"):
		return Head
	}
	return Nothing
}

func (s *dataset) See(f *File) {
	bare := stem(strings.TrimSuffix(f.Name, f.Ext))
	if slices.Contains(dictionaries[:5], bare) || slices.Contains(dictionaries[5:], bare) && written[f.Ext] {
		s.dictionary.add(hit{at: f.At(0), how: finding.Say("probe.file", "Path", f.Path), sure: finding.High, rank: f.Depth})
	}
	if f.Name == "datapackage.json" && fieldsExplained(f.Text) {
		s.dictionary.add(hit{at: f.At(0), how: finding.Say("probe.file", "Path", f.Path), sure: finding.High, rank: f.Depth})
	}
	if strings.HasSuffix(f.Name, "-metadata.json") && columnsTold.Match(f.Text) {
		s.dictionary.add(hit{at: f.At(0), how: finding.Say("probe.file", "Path", f.Path), sure: finding.High, rank: f.Depth})
	}
	if f.Binary || f.Ext != ".md" && !isFront(&f.Entry) {
		return
	}
	d := f.Doc()
	s.texts++
	s.letters += d.Letters
	parts, own := 0, 0
	for _, h := range d.Headings {
		words := plainWords(h.Text)
		if cardParts.MatchString(words) {
			parts++
		}
		if ownParts.MatchString(words) {
			own++
		}
		if explains.MatchString(words) && f.Depth <= 2 {
			s.dictionary.add(hit{at: f.At(h.Line), how: finding.Say("probe.heading", "Path", f.Path, "Heading", h.Text), sure: finding.Medium, rank: 10 + f.Depth})
		}
	}
	switch {
	case slices.Contains(cards[:1], bare) || strings.Contains(bare, "modelcard") || inCards(f.Path):
		s.card.add(hit{at: f.At(0), how: finding.Say("probe.file", "Path", f.Path), sure: finding.High, rank: f.Depth})
	case isCard(d.Front) || parts >= 3 && own > 0:
		s.card.add(hit{at: f.At(0), how: finding.Say("probe.file", "Path", f.Path), sure: finding.Medium, rank: 5 + f.Depth})
	case own > 0 || parts >= 2:
		s.partly = f.Path
	}
}

// columnsTold is in the description of a table of CSV on the Web that explains a column.
var columnsTold = lazy.New(`(?s)www\.w3\.org/ns/csvw.*"columns"\s*:.*"(?:dc:|dcterms:)?description"\s*:\s*"[^"]`)

// inCards says whether a file lies in a folder of models' cards.
func inCards(name string) bool {
	return strings.HasPrefix(stem(strings.ToLower(path.Base(path.Dir(name)))), "modelcard")
}

// fieldsExplained says whether a data package describes the fields of a table.
func fieldsExplained(text []byte) bool {
	var doc struct {
		Resources []struct {
			Schema json.RawMessage
		}
	}
	if json.Unmarshal(text, &doc) != nil {
		return false
	}
	for _, r := range doc.Resources {
		var schema struct {
			Fields []struct{ Name, Description string }
		}
		if json.Unmarshal(r.Schema, &schema) == nil && len(schema.Fields) > 0 {
			return true
		}
	}
	return false
}

// isCard says whether what stands before a text is that of a model's card.
func isCard(front []byte) bool {
	var doc map[string]any
	if nested.YAML(front, &doc) != nil {
		return false
	}
	for _, key := range []string{"pipeline_tag", "library_name", "model-index", "base_model"} {
		if doc[key] != nil {
			return true
		}
	}
	return false
}

func (s *dataset) Findings(t *Target) (out []finding.Finding) {
	if slices.Contains(t.Kinds, good.Data) || slices.Contains(t.Kinds, good.Content) {
		out = append(out, s.formats(t))
	}
	if slices.Contains(t.Kinds, good.Data) {
		out = append(out, s.met(t, "docs.dictionary", &s.dictionary, "DATA_DICTIONARY.md"))
	}
	if slices.Contains(t.Kinds, good.AI) {
		out = append(out, s.met(t, "docs.modelcard", &s.card, "MODEL_CARD.md"))
	}
	return out
}

func (s *dataset) met(t *Target, id string, seen *sighting, add string) finding.Finding {
	for i := range t.Data {
		if d := &t.Data[i]; id == "docs.dictionary" && slices.ContainsFunc(d.Columns, func(c Column) bool { return c.Description != "" }) {
			seen.add(hit{at: d.at(), how: finding.Say("probe.file", "Path", d.Path+d.URL), sure: finding.High, rank: 1})
		}
	}
	if seen.count == 0 {
		f := unknown(id, "probe.elsewhere")
		if id == "docs.modelcard" && s.partly != "" {
			f.Why, f.Evidence = finding.Say("probe.mentioned", "Path", s.partly), []finding.Evidence{{Path: s.partly}}
			return f
		}
		// What the fields mean may be told in words that no probe knows.
		if len(t.Entries) > 0 && (id != "docs.dictionary" || s.letters <= fewLetters) {
			mend := finding.Say("probe.mend.add", "File", add)
			f.State, f.Confidence, f.Why, f.Mend = finding.NotMet, finding.Medium, finding.Say("probe.none", "Texts", s.texts), &mend
		}
		return f
	}
	best := seen.best[0]
	f := finding.Finding{Probe: id, State: finding.Met, Confidence: best.sure, Why: best.how, Evidence: []finding.Evidence{best.at}}
	if v := t.valueOf(best); v != "" {
		f.Values = []string{v}
	}
	return f
}

// inOrder puts the evidence in the order of paths, and keeps a few.
func inOrder(f *finding.Finding) {
	slices.SortFunc(f.Evidence, func(a, b finding.Evidence) int { return strings.Compare(a.Path, b.Path) })
	f.Evidence = f.Evidence[:min(len(f.Evidence), keptHits)]
}

// formats says whether the data lies in open formats. One open copy of all is
// enough, but a machine cannot tell that a copy is whole.
func (s *dataset) formats(t *Target) finding.Finding {
	f := finding.Finding{Probe: "data.formats", State: finding.Met, Confidence: finding.Medium}
	for i := range t.Data {
		d := &t.Data[i]
		for _, format := range d.Formats {
			name := openFormats["."+strings.ToLower(path.Base(format))]
			if name != "" && s.open[name] == nil {
				s.open[name] = &sighting{best: []hit{{at: d.at()}}, count: 1}
			}
		}
	}
	for name, seen := range s.open {
		f.Values = append(f.Values, name)
		f.Evidence = append(f.Evidence, seen.best[0].at)
	}
	slices.Sort(f.Values)
	inOrder(&f)
	if len(f.Values) > 0 {
		f.Why = finding.Say("probe.formats", "Names", strings.Join(f.Values, ", "))
		return f
	}
	var shut []string
	for name, seen := range s.shut {
		shut = append(shut, name)
		f.Evidence = append(f.Evidence, seen.best[0].at)
	}
	if len(shut) == 0 || s.loose > 0 {
		return unknown("data.formats", "probe.formats.none")
	}
	slices.Sort(shut)
	inOrder(&f)
	mend := finding.Say("probe.formats.mend")
	f.State, f.Mend, f.Why = finding.NotMet, &mend, finding.Say("probe.formats.shut", "Names", strings.Join(shut, ", "))
	return f
}
