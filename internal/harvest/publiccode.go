package harvest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"stoa/internal/good"
	"stoa/internal/publiccode"
	"stoa/internal/vocab"
)

// Publiccode is the file in which public software describes itself: one file, a
// folder in which such files are, or the web address of one.
const Publiccode Format = "publiccode"

// What a project says of itself goes before what an old list says of it, and
// behind what a registry has vetted: anyone can write such a file.
var publiccodeSource = good.Source{ID: string(Publiccode), Name: "publiccode.yml of the project", URL: "https://yml.publiccode.tools/", Priority: 45}

// maxTold is how many findings of one file a report names.
const maxTold = 20

var errEnough = errors.New("found")

// isPubliccode says whether a file's name is the format's.
func isPubliccode(name string) bool {
	return strings.EqualFold(name, "publiccode.yml") || strings.EqualFold(name, "publiccode.yaml")
}

// publiccodes calls found with the path of every file of the format in fsys, in
// order, until it returns an error. Links are not followed.
func publiccodes(fsys fs.FS, found func(name string) error) error {
	return fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules"):
			return fs.SkipDir
		case d.Type().IsRegular() && isPubliccode(d.Name()):
			return found(p)
		}
		return nil
	})
}

// holdsPubliccode says whether there is a file of the format in fsys.
func holdsPubliccode(fsys fs.FS) bool {
	return errors.Is(publiccodes(fsys, func(string) error { return errEnough }), errEnough)
}

// publiccodeFiles reads one file, or every file of the format in a folder.
func publiccodeFiles(name string, folder bool) (*Input, error) {
	files, fsys := []string{filepath.Base(name)}, os.DirFS(filepath.Dir(name))
	if folder {
		files, fsys = nil, os.DirFS(name)
		err := publiccodes(fsys, func(p string) error {
			files = append(files, p)
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("look for publiccode.yml: %w", err)
		}
		if len(files) == 0 {
			return nil, broke("error.import.no-records", nil)
		}
	}
	in := &Input{Format: Publiccode, Sources: []good.Source{publiccodeSource}, Count: len(files)}
	in.Each = func(yield func(Candidate, error) bool) {
		seen := map[string]bool{}
		for _, file := range files {
			raw, err := readSome(fsys, file, publiccode.MaxSize+1)
			if err != nil {
				yield(Candidate{}, err)
				return
			}
			if !yield(readPubliccode(raw, file, seen), nil) {
				return
			}
		}
	}
	return in, nil
}

// readSome reads at most n bytes of a file.
func readSome(fsys fs.FS, name string, n int64) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	raw, err := io.ReadAll(io.LimitReader(f, n))
	return raw, errors.Join(err, f.Close())
}

// readPubliccode makes a candidate of one file. A file is about the software
// whose address it names; of two that name the same, one is somebody's copy.
func readPubliccode(raw []byte, file string, seen map[string]bool) Candidate {
	p, found := publiccode.Check(raw)
	if p == nil {
		first := publiccode.Finding{}
		if i := slices.IndexFunc(found, func(f publiccode.Finding) bool { return f.Level == publiccode.Error }); i >= 0 {
			first = found[i]
		}
		if len(raw) > publiccode.MaxSize {
			raw = nil
		}
		return broken(publiccodeSource.ID, file, "publiccode-broken: "+told(first), raw)
	}
	m := &mend{}
	f := publiccodeFacts(m, p)
	m.judge(found)
	id := placeOf(p.URL)
	switch {
	case id == "":
		m.hold("id-missing", "")
		id = file
	case seen[id]:
		m.hold("id-twice", id)
		id = file
	}
	seen[id] = true
	return m.finish(publiccodeSource.ID, id, f, raw)
}

// Posted makes a candidate of the file that somebody posted as that of the
// software at addresses, the current one first. Who maintains it was taken out
// of the file before, so nothing is said of their being missing.
func Posted(source, id string, raw []byte, addresses []string) Candidate {
	p, found := publiccode.Check(raw)
	if p == nil {
		return broken(source, id, "publiccode-broken", raw)
	}
	m := &mend{}
	f := publiccodeFacts(m, p)
	f.Repositories = nil
	for _, a := range addresses {
		f.Repositories = append(f.Repositories, m.links("repositories", a)...)
	}
	f.Repositories = unique(f.Repositories)
	if len(f.Repositories) > 0 {
		f.Cite = map[good.Field]string{"": f.Repositories[0].URL}
	}
	m.judge(slices.DeleteFunc(found, func(f publiccode.Finding) bool {
		return f.Key == "url" || f.Key == "maintenance" || strings.HasPrefix(f.Key, "maintenance.")
	}))
	return m.finish(source, id, f, raw)
}

func told(f publiccode.Finding) string {
	return fmt.Sprintf("line %d: %s %s", f.Line, f.Key, f.Message)
}

// judge takes over what is wrong with the file. Values that are wrong are left
// out; without name, address or licence a person must look.
func (m *mend) judge(found []publiccode.Finding) {
	n := 0
	for _, f := range found {
		if f.Level != publiccode.Error {
			continue
		}
		if n++; n <= maxTold {
			m.remark("publiccode-invalid", told(f))
		}
		if slices.Contains([]string{"name", "url", "legal", "legal.license"}, f.Key) {
			m.held = true
		}
	}
}

// placeOf is host and path of an address, whatever its scheme, without what
// only one way of fetching it needs.
func placeOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return ""
	}
	p := strings.TrimSuffix(strings.Trim(path.Clean("/"+u.Path), "/"), ".git")
	return strings.ToLower(strings.TrimPrefix(u.Hostname(), "www.") + "/" + p)
}

// publiccodeFacts is what the file says of the software. People stay private:
// contacts and contractors; and since the copyright owner and the users may be
// anyone, they are not taken at all.
func publiccodeFacts(m *mend, p *publiccode.File) good.Facts {
	name := m.name("name", p.Name)
	m.public = append(m.public, name)
	for _, c := range p.Maintenance.Contacts {
		m.contact("maintenance contact", c.Name, c.Email)
	}
	m.public = append(m.public, p.Organisation.Name)
	for _, o := range p.FundedBy {
		m.public = append(m.public, o.Name)
	}
	for _, c := range p.Maintenance.Contractors {
		m.contact("maintenance contractor", c.Name, c.Email)
	}
	f := good.Facts{Name: name, Kinds: []good.Kind{good.Software}, Repositories: m.links("repositories", p.URL)}
	f.Website, _ = m.address("website", p.LandingURL)
	if len(f.Repositories) > 0 {
		f.Cite = map[good.Field]string{"": f.Repositories[0].URL}
	}
	m.described(&f, p)
	ids, compound := p.Legal.Licences()
	if compound {
		m.remark("licence-expression", p.Legal.Licence)
	}
	var ls []licence
	for _, id := range ids {
		ls = append(ls, licence{name: id})
	}
	f.Licences = m.licences("licences", ls)
	f.Sectors = m.sectors("sectors", p.Audience.Scope)
	for _, l := range p.Localisation.Languages {
		if tag := m.language("languages", l); tag != "" && !slices.Contains(f.Languages, tag) {
			f.Languages = append(f.Languages, tag)
		}
	}
	for _, s := range p.Supports {
		f.Standards = append(f.Standards, m.line("standards", strings.TrimPrefix(s.ID, "alias:")))
	}
	f.Standards = blanks(f.Standards)
	f.Parties = m.publishers(p)
	return f
}

// described takes over what is said in each language: the short description
// is the first paragraph, the long one follows.
func (m *mend) described(f *good.Facts, p *publiccode.File) {
	for _, lang := range slices.Sorted(func(yield func(string) bool) {
		for l := range p.Description {
			if !yield(l) {
				return
			}
		}
	}) {
		d := p.Description[lang]
		if alias := m.line("aliases", d.LocalisedName); alias != "" && !strings.EqualFold(alias, f.Name) && utf8.RuneCountInString(alias) <= good.MaxName {
			f.Aliases = append(f.Aliases, alias)
		}
		for _, l := range []struct{ name, url string }{{"", d.Documentation}, {"API", d.APIDocumentation}} {
			for _, found := range m.links("documentation", l.url) {
				found.Name = l.name
				f.Documentation = append(f.Documentation, found)
			}
		}
		tag := m.language("summary", lang)
		short, long := m.line("summary", d.Short), m.text("summary", d.Long)
		whole := strings.TrimSpace(short + "\n\n" + long)
		if strings.HasPrefix(strings.Join(strings.Fields(long), " "), short) {
			whole = strings.TrimSpace(long) // which begins with the short one
		}
		if utf8.RuneCountInString(whole) > good.MaxSummary {
			m.note("summary", long, "", "text-too-long")
			whole = short
		}
		if tag == "" || whole == "" {
			continue
		}
		if f.Summary == nil {
			f.Summary = good.Text{}
		}
		f.Summary[tag] = whole
	}
	f.Aliases, f.Documentation = blanks(f.Aliases), unique(f.Documentation)
}

// language is the one tag of a language however its tag is written.
func (m *mend) language(field, raw string) string {
	tag, ok := vocab.FindLanguage(raw)
	if !ok {
		m.note(field, raw, "", "language-unknown")
		return ""
	}
	m.note(field, raw, tag, "language-spelling")
	return tag
}

// publishers are the organisations the file names as such. A name that is that
// of a contact is a person's.
func (m *mend) publishers(p *publiccode.File) []good.Party {
	var out []good.Party
	add := func(o publiccode.Organisation, role good.Role) {
		website := ""
		if good.WebAddress(o.URI) {
			website = o.URI
		}
		person := slices.ContainsFunc(p.Maintenance.Contacts, func(c publiccode.Person) bool {
			return strings.EqualFold(strings.TrimSpace(c.Name), strings.TrimSpace(o.Name))
		})
		if person {
			m.note("organisations", "…", "", "personal-data")
			return
		}
		if party, ok := m.party("organisations", o.Name, website, string(role)); ok {
			out = append(out, party)
		}
	}
	if p.Organisation.Name == "" {
		p.Organisation.Name = p.Legal.RepoOwner
	}
	add(p.Organisation, good.Owner)
	for _, o := range p.FundedBy {
		add(o, good.Funder)
	}
	return merged(out)
}
