package harvest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"stoa/internal/good"
	"stoa/internal/vocab"
)

var catalogueSource = good.Source{ID: string(StoaCatalogue), Name: "Stoa catalogue", Licence: "CC0-1.0", Priority: 70}

// Catalogue reads a folder of files in Stoa's own form, one good a file:
// {"foreign_id":"…","seen":"2026-01-31","facts":{…}}. They are written for Stoa,
// so nothing is repaired: a file that is not right in every field is held.
func Catalogue(fsys fs.FS) (*Input, error) {
	var names []string
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(p, ".json") {
			names = append(names, p)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the catalogue: %w", err)
	}
	in := &Input{Format: StoaCatalogue, Sources: []good.Source{catalogueSource}, Count: len(names)}
	in.Each = func(yield func(Candidate, error) bool) {
		for _, name := range names {
			raw, err := readFile(fsys, name)
			if err != nil {
				yield(Candidate{}, err)
				return
			}
			if !yield(readCatalogue(raw, strings.TrimSuffix(name, ".json")), nil) {
				return
			}
		}
	}
	return in, nil
}

func catalogueFile(path string) (*Input, error) {
	in, err := Catalogue(onlyFile{os.DirFS(filepath.Dir(path)), filepath.Base(path)})
	return in, err
}

// onlyFile is a folder of which one file is seen.
type onlyFile struct {
	fs.FS
	name string
}

// ReadDir lists the one file.
func (o onlyFile) ReadDir(string) ([]fs.DirEntry, error) {
	info, err := fs.Stat(o.FS, o.name)
	if err != nil {
		return nil, err
	}
	return []fs.DirEntry{fs.FileInfoToDirEntry(info)}, nil
}

func readCatalogue(raw []byte, name string) Candidate {
	var r struct {
		ForeignID string     `json:"foreign_id"`
		Seen      good.Date  `json:"seen"`
		Facts     good.Facts `json:"facts"`
	}
	if len(raw) > MaxRecord {
		return broken(catalogueSource.ID, name, "record-large", nil)
	}
	if reason := decodeStrict(raw, &r); reason != "" {
		return broken(catalogueSource.ID, name, reason, raw)
	}
	return ownForm(catalogueSource.ID, r.ForeignID, name, r.Seen, r.Facts, raw)
}

// ownForm is a record in Stoa's own form: nothing is repaired, what is not
// right in every field is held.
func ownForm(source, foreignID, name string, seen good.Date, f good.Facts, raw []byte) Candidate {
	m := &mend{}
	switch {
	case foreignID == "":
		m.hold("id-missing", "")
		foreignID = name
	case !IsDay(seen):
		m.hold("date-unknown", string(seen))
	case f.Name == "":
		m.hold("name-missing", "")
	}
	for _, field := range wrong(f) {
		m.hold("not-the-form", string(field))
	}
	before, _ := json.Marshal(f)
	m.scrub(&f)
	if after, _ := json.Marshal(f); !bytes.Equal(before, after) {
		m.hold("personal-data", "")
	}
	c := Candidate{Source: source, ForeignID: foreignID, Facts: f, Seen: seen, Contacts: m.contacts, Reasons: m.reasons, Held: m.held, Raw: raw}
	for i := range c.Contacts {
		c.Contacts[i].Source, c.Contacts[i].ForeignID = c.Source, c.ForeignID
	}
	return c
}

// wrong names the fields of f that are not in Stoa's own form.
func wrong(f good.Facts) []good.Field {
	var out []good.Field
	must := func(field good.Field, ok bool) {
		if !ok && !slices.Contains(out, field) {
			out = append(out, field)
		}
	}
	address := func(field good.Field, s string) { must(field, s == "" || good.WebAddress(s)) }
	country := func(field good.Field, s string) {
		_, ok := vocab.CountryByCode(s)
		must(field, ok)
	}
	address(good.FieldWebsite, f.Website)
	for _, k := range f.Kinds {
		must(good.FieldKinds, slices.Contains(good.Kinds, k))
	}
	for lang := range f.Summary {
		must(good.FieldSummary, vocab.ValidLanguage(lang))
	}
	for _, l := range f.Licences {
		known, ok := vocab.LicenceByID(l.SPDX)
		must(good.FieldLicences, ok && !known.Deprecated)
		address(good.FieldLicences, l.URL)
	}
	for _, g := range f.Goals {
		must(good.FieldGoals, g.SDG >= 1 && g.SDG <= 17)
		address(good.FieldGoals, g.URL)
	}
	for _, s := range f.Sectors {
		must(good.FieldSectors, slices.Contains(vocab.Sectors(), s))
	}
	for _, l := range f.Languages {
		must(good.FieldLanguages, vocab.ValidLanguage(l))
	}
	for _, c := range f.DevelopedIn {
		country(good.FieldDevelopedIn, c)
	}
	for _, d := range f.Deployments {
		country(good.FieldDeployments, d.Country)
		address(good.FieldDeployments, d.URL)
	}
	for _, p := range f.Parties {
		must(good.FieldParties, p.Name != "" && slices.Contains([]good.Role{good.Owner, good.Maintainer, good.Funder, good.Implementer, good.Host}, p.Role))
		address(good.FieldParties, p.Website)
	}
	for _, l := range slices.Concat(f.Repositories, f.Documentation) {
		must(good.FieldRepositories, good.WebAddress(l.URL))
	}
	for field, s := range f.Cite {
		must(field, good.WebAddress(s))
	}
	return out
}
