package harvest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"stoa/internal/good"
	"stoa/internal/harvest/rdf"
)

// Files in which works, and catalogues of works, are described.
const (
	CodeMetaFile Format = "codemeta"  // codemeta.json, of one piece of software or of a list
	CitationFile Format = "citation"  // CITATION.cff
	CodeFile     Format = "code-json" // code.json, an inventory of code
	DCATFile     Format = "dcat"      // a catalogue in DCAT: JSON-LD, Turtle or RDF/XML
)

// What projects say of themselves goes before what lists say of them.
var descriptionSources = map[Format]good.Source{
	CodeMetaFile: {ID: string(CodeMetaFile), Name: "codemeta.json of the project", URL: "https://codemeta.github.io/", Priority: 44},
	CitationFile: {ID: string(CitationFile), Name: "CITATION.cff of the project", URL: "https://citation-file-format.github.io/", Priority: 43},
	CodeFile:     {ID: string(CodeFile), Name: "code.json of the agency", Priority: 40},
	DCATFile:     {ID: string(DCATFile), Name: "Catalogue in DCAT", Priority: 38},
}

// describing finds out by a file's name whether it is such a file.
func describing(name string) Format {
	switch strings.ToLower(name) {
	case "codemeta.json":
		return CodeMetaFile
	case "citation.cff":
		return CitationFile
	case "code.json":
		return CodeFile
	}
	switch strings.ToLower(filepath.Ext(name)) {
	case ".ttl", ".rdf", ".jsonld":
		return DCATFile
	}
	return ""
}

// descriptionFile reads a file that describes works.
func descriptionFile(path string, format Format) (*Input, error) {
	raw, err := readSome(os.DirFS(filepath.Dir(path)), filepath.Base(path), rdf.MaxBytes+1)
	if err != nil {
		return nil, err
	}
	if len(raw) > rdf.MaxBytes {
		return nil, broke("error.import.record-large", map[string]any{"Record": 1, "Max": rdf.MaxBytes >> 20})
	}
	source := descriptionSources[format]
	all, err := describe(source.ID, raw, format)
	if err != nil {
		return nil, &good.Error{Kind: good.Invalid, Key: "error.import.unreadable", Args: map[string]any{"Path": filepath.Base(path), "Reason": new(mend).show(err.Error())}}
	}
	if len(all) == 0 {
		return nil, broke("error.import.no-records", nil)
	}
	in := &Input{Format: format, Sources: []good.Source{source}, Count: len(all)}
	in.Each = func(yield func(Candidate, error) bool) {
		seen := map[string]bool{}
		for i, c := range all {
			if c.ForeignID == "" || seen[c.ForeignID] {
				c.Held, c.Reasons = true, append(c.Reasons, "id-twice: "+new(mend).show(c.ForeignID))
				c.ForeignID = ordinal(i + 1)
			}
			seen[c.ForeignID] = true
			if !yield(c, nil) {
				return
			}
		}
	}
	return in, nil
}

func describe(source string, raw []byte, format Format) (all []Candidate, err error) {
	switch format {
	case CodeMetaFile:
		return CodeMeta(source, "", raw)
	case CitationFile:
		return Citation(source, "", raw, false)
	case DCATFile:
		page, err := DCAT(source, "", "", raw)
		if err != nil {
			return nil, err
		}
		return page.Candidates, nil
	}
	err = CodeJSON(source, bytes.NewReader(raw), func(c *Candidate, name, reason string) error {
		switch {
		case c != nil:
			all = append(all, *c)
		case !strings.HasPrefix(reason, "not-open"): // which is no record of a good
			all = append(all, broken(source, strings.TrimSpace(ordinal(len(all)+1)+" "+name), reason, nil))
		}
		return nil
	})
	return all, err
}
