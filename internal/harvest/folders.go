package harvest

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"stoa/internal/good"
)

var dpgaFoldersSource = good.Source{ID: string(DPGAFolders), Name: "DPG candidates repository",
	URL: "https://github.com/DPGAlliance/publicgoods-candidates", Issuer: dpgaIssuer, Licence: "Unlicense", Priority: 30}

// Applications come from their own source: they are what somebody submitted,
// which nobody had vetted, so everything else goes before them.
var dpgaApplicationsSource = good.Source{ID: "dpga-applications", Name: "Applications to the DPG Registry",
	URL: "https://github.com/DPGAlliance/publicgoods-candidates/pulls", Issuer: dpgaIssuer, Licence: "Unlicense", Priority: 5}

// dpgaFoldersFrozen is the last commit of the candidates repository, which is
// archived: what it says, it said by then.
const dpgaFoldersFrozen good.Date = "2024-08-19"

// legacyFolders are the folders of the candidates repository that hold records,
// in the order that lets later ones find the goods of earlier ones.
var legacyFolders = []string{"nominees", "excluded-nominees", "archive", "digitalpublicgoods", "screening", "applications"}

// folders reads the candidates repository, or the folders of it that there are.
func folders(fsys fs.FS, names []string) (*Input, error) {
	type file struct{ folder, name string }
	var files []file
	for _, folder := range names {
		entries, err := fs.ReadDir(fsys, folder)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", folder, err)
		}
		for _, e := range entries {
			if path.Ext(e.Name()) == ".json" && !e.IsDir() {
				files = append(files, file{folder, e.Name()})
			}
		}
	}
	excluded, err := exclusions(fsys)
	if err != nil {
		return nil, err
	}
	in := &Input{Format: DPGAFolders, Sources: []good.Source{dpgaFoldersSource, dpgaApplicationsSource},
		Frozen: dpgaFoldersFrozen, Count: len(files)}
	in.Each = func(yield func(Candidate, error) bool) {
		for _, f := range files {
			c, err := folderRecord(fsys, f.folder, f.name, excluded)
			if !yield(c, err) || err != nil {
				return
			}
		}
	}
	return in, nil
}

// readFile reads a record's file, refusing one that is too large for a record.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, MaxRecord+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return raw, nil
}

// folderRecord makes a candidate of one file.
func folderRecord(fsys fs.FS, folder, name string, excluded map[string]exclusion) (Candidate, error) {
	slug := strings.TrimSuffix(name, ".json")
	id, source := folder+"/"+slug, dpgaFoldersSource.ID
	if folder == "applications" {
		id, source = slug, dpgaApplicationsSource.ID
	}
	raw, err := readFile(fsys, path.Join(folder, name))
	if err != nil {
		return Candidate{}, err
	}
	if len(raw) > MaxRecord {
		return broken(source, id, "record-large", nil), nil
	}
	m := &mend{}
	target, ok := linkFile(raw)
	if ok {
		linked, err := readFile(fsys, path.Join(folder, target))
		if err != nil || len(linked) > MaxRecord {
			return broken(source, id, "link-broken: "+target, raw), nil
		}
		m.note("file", target, folder+"/"+target, "link-file")
		raw = linked
	}
	cite := dpgaFoldersSource.URL + "/blob/main/" + folder + "/" + name
	switch folder {
	case "applications":
		return application(raw, slug), nil
	case "digitalpublicgoods", "screening":
		return screening(fsys, m, raw, id, slug, cite, ok), nil
	}
	return nominee(m, raw, folder, id, slug, cite, excluded), nil
}

var aFileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.json$`)

// linkFile says whether a file holds only the name of another in its folder: a
// symbolic link that was stored as text.
func linkFile(raw []byte) (string, bool) {
	if len(raw) > 128 {
		return "", false
	}
	s := strings.TrimSpace(string(raw))
	return s, aFileName.MatchString(s)
}

func nominee(m *mend, raw []byte, folder, id, slug, cite string, excluded map[string]exclusion) Candidate {
	var r legacyRecord
	if reason := object(raw, &r); reason != "" {
		return broken(dpgaFoldersSource.ID, id, reason, raw)
	}
	f := r.facts(m)
	f.Identifiers["dpga-v0"] = slug
	f.Cite = map[good.Field]string{"": cite}
	st := &good.Standing{Issuer: dpgaIssuer, State: good.Nominated}
	switch {
	case folder == "archive":
		st.State = good.Withdrawn
	case folder == "excluded-nominees":
		st.State = good.NotEligible
		if e, ok := excluded[good.Slugify(f.Name)]; ok {
			st.First, st.Last, st.Reason = e.date, e.date, e.reason
			st.URL = dpgaFoldersSource.URL + "/blob/main/excluded-nominees/README.md"
		}
	case strings.EqualFold(string(r.Stage), "DPG"):
		st.State = good.Recognised
	}
	f.Standing = st
	return m.finish(dpgaFoldersSource.ID, id, f, raw)
}

func screening(fsys fs.FS, m *mend, raw []byte, id, slug, cite string, linked bool) Candidate {
	var r screeningRecord
	if reason := object(raw, &r); reason != "" {
		return broken(dpgaFoldersSource.ID, id, reason, raw)
	}
	if linked { // the answers are shared, the name is not
		r.Name = ""
	}
	// Answers given once for a family of goods carry one member's name: the
	// nominee's file says which good these are for.
	var n legacyRecord
	if b, err := readFile(fsys, path.Join("nominees", slug+".json")); err == nil && object(b, &n) == "" {
		if r.Name != "" && good.Slugify(string(r.Name)) != good.Slugify(string(n.Name)) {
			m.note("name", string(r.Name), string(n.Name), "name-of-another-good")
		}
		r.Name = n.Name
	}
	f := r.facts(m)
	f.Identifiers["dpga-v0"] = slug
	f.Cite = map[good.Field]string{"": cite}
	return m.finish(dpgaFoldersSource.ID, id, f, raw)
}

// application makes a candidate of an application as submitted. Its stage says
// "DPG" whatever became of it, so it counts as a nomination.
func application(raw []byte, id string) Candidate {
	var r v1Record
	if reason := object(raw, &r); reason != "" {
		return broken(dpgaApplicationsSource.ID, id, reason, raw)
	}
	m := &mend{}
	f := r.facts(m, nil)
	f.Identifiers["dpga"] = id
	f.Cite = map[good.Field]string{"": dpgaPage(id)}
	f.Standing = &good.Standing{State: good.Nominated, Issuer: dpgaIssuer}
	m.note("stage", string(r.Stage), string(good.Nominated), "stage-of-application")
	if len(f.Summary) == 0 && f.Website == "" && len(f.Repositories) == 0 {
		m.hold("nothing-but-a-name", f.Name)
	}
	return m.finish(dpgaApplicationsSource.ID, id, f, raw)
}

// exclusion is one line of the table of excluded nominees.
type exclusion struct {
	date   good.Date
	reason string
}

var (
	ordinalDay   = regexp.MustCompile(`(\d+)(?:st|nd|rd|th)`)
	markdownLink = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
)

// exclusions reads the table in excluded-nominees/README.md: name, date,
// reason; by the slug of the name.
func exclusions(fsys fs.FS) (map[string]exclusion, error) {
	raw, err := readFile(fsys, "excluded-nominees/README.md")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := map[string]exclusion{}
	for line := range strings.Lines(string(raw[:min(len(raw), MaxRecord)])) {
		cells := strings.Split(line, "|")
		if len(cells) != 3 {
			continue
		}
		day, ok := englishDay(cells[1])
		if !ok {
			continue
		}
		m := &mend{}
		e := exclusion{date: day, reason: m.text("reason", markdownLink.ReplaceAllString(cells[2], "$1"))}
		names := []string{cells[0]}
		if strings.Contains(cells[0], "&") && strings.Contains(cells[0], ",") {
			names = strings.FieldsFunc(cells[0], func(r rune) bool { return r == ',' || r == '&' })
		}
		for _, n := range names {
			out[good.Slugify(strings.TrimSpace(n))] = e
		}
	}
	return out, nil
}

// englishDay reads "Sept 3rd, 2020".
func englishDay(s string) (good.Date, bool) {
	s = strings.TrimSpace(ordinalDay.ReplaceAllString(s, "$1"))
	s = strings.Replace(s, "Sept ", "Sep ", 1)
	for _, layout := range []string{"Jan 2, 2006", "January 2, 2006", "Jan 02, 2006", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return good.Date(t.Format(time.DateOnly)), true
		}
	}
	return "", false
}

// isLegacyFolder says whether name is one of the candidates repository's.
func isLegacyFolder(name string) bool { return slices.Contains(legacyFolders, name) }
