package check

import (
	"bytes"
	"slices"
	"strings"

	"stoa/internal/finding"
	"stoa/internal/good"
	"stoa/internal/lazy"
)

// Forms of data as texts name them, and what the form is called.
const dataForms = `(csv|tsv|xlsx?|excel|geojson|json|xml|geopackage|shapefiles?|rdf|fhir|netcdf|gtfs|kml|gpx|parquet|hdf5)`

var formNames = map[string]string{"xls": "Excel", "xlsx": "Office Open XML", "excel": "Excel", "geojson": "GeoJSON", "geopackage": "GeoPackage", "shapefile": "Shapefile", "shapefiles": "Shapefile", "netcdf": "NetCDF", "parquet": "Parquet", "fhir": "FHIR"}

var (
	// moves is how a front page says that data comes out or in, and in what form;
	// makes is how it says that something is made or read in one.
	moves = lazy.New(`(?i)\b(?:export(?:s|ed|ing)?|imports?|imported|importing|download\w*|upload\w*|exporta(?:r|ción|ción)|télécharg\w*)\b[^.\n|]{0,100}?\b` + dataForms + `\b`)
	makes = lazy.New(`(?i)\b(?:convert\w*|outputs?|generat\w+|creates?|returns?|returning|saves?|saved|writes|written|reads|loads|transform\w*|publish\w*|serv(?:es|ed)|available|provides?)\b[^.\n|]{0,80}?\b(?:in|as|to|into|from) (?:an? |the )?(?:[\w-]+, ){0,3}(?:[\w-]+ (?:and|or) )?` + dataForms + `\b(?: (?:files?|formats?|feeds?|data|documents?|tables?)\b|[^\w/.-]|$)`)
	// setsUp is in lines that tell how to install or set the good.
	setsUp = lazy.New("(?i)config|setting|credential|\\bkeys?\\b|tokens?\\b|secret|translat|install|firebase|package|\\benv\\b|schema|\\bsdk\\b|require|depend|client_|service account|\\bmodels?\\b|weights|^\\s*[$>#]|```|^ {4,}")
	// formsIn are the forms that such a line names.
	formsIn = lazy.New(`(?i)\b` + dataForms + `\b`)
)

// formNeedles are parts of these forms' names, each of which has one.
var formNeedles = bytes.Fields([]byte("csv tsv xls excel json xml geopackage shapefile rdf fhir netcdf gtfs kml gpx parquet hdf5"))

// mostMoved is how many such lines are taken, and mostToldMoving how many bytes of
// a front page are looked through for them.
const (
	mostMoved      = 3
	mostToldMoving = 100_000
)

// moves takes the lines of a front page on which it says how data comes out or
// in, outside what is to be typed.
func (p *papers) moves(f *File) {
	n, fenced := 0, false
	for line := range bytes.Lines(f.Text[:min(len(f.Text), mostToldMoving)]) {
		n++
		if trimmed := bytes.TrimSpace(line); bytes.HasPrefix(trimmed, []byte("```")) || bytes.HasPrefix(trimmed, []byte("~~~")) {
			fenced = !fenced
		}
		lower := bytes.ToLower(line)
		if !slices.ContainsFunc(formNeedles, func(w []byte) bool { return bytes.Contains(lower, w) }) {
			continue // most lines name no form, and looking for a word is quick
		}
		if fenced || len(p.moved) >= mostMoved || len(line) > 2000 || setsUp.Match(line) {
			continue
		}
		at := moves.FindIndex(line)
		if at == nil {
			at = makes.FindIndex(line)
		}
		if at == nil {
			continue
		}
		p.moved = append(p.moved, f.At(n))
		for _, m := range formsIn.FindAll(line[at[0]:min(len(line), at[1]+40)], 6) {
			name := strings.ToLower(string(m))
			if formNames[name] != "" {
				name = formNames[name]
			} else {
				name = strings.ToUpper(name)
			}
			if !slices.Contains(p.movedAs, name) {
				p.movedAs = append(p.movedAs, name)
			}
		}
		p.saw("data.moving", hit{at: f.At(n), how: finding.Say("probe.fact", "Where", f.Path, "Value", brief(strings.Join(strings.Fields(string(line[at[0]:at[1]])), " "))), sure: finding.Medium, rank: 60})
	}
}

// ways gives a finding on how data moves the forms that the front page names and
// the lines on which it does: the page as a whole tells a reader nothing of it.
func (p *papers) ways(t *Target, f finding.Finding) finding.Finding {
	if f.State != finding.Met || len(p.moved) == 0 {
		return f
	}
	front := t.address(p.moved[0].Path)
	f.Values = append(slices.Clone(p.movedAs), slices.DeleteFunc(f.Values, func(v string) bool { return v == front })...)
	for _, at := range p.moved {
		if t.Address != nil && good.WebAddress(t.Address(at.Path, at.Line)) {
			f.Values = append(f.Values, t.Address(at.Path, at.Line))
			break // one line of a page leads to it
		}
	}
	return f
}
