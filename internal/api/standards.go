package api

import (
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"stoa/internal/edge"
	"stoa/internal/good"
	"stoa/internal/standard"
)

// SetSummary is one version of a criteria set, without what it asks.
type SetSummary struct {
	ID       string            `json:"id" doc:"Id of the set." example:"dpg"`
	Version  string            `json:"version" doc:"Version of the set; once released it never changes." example:"1.1.7"`
	Name     map[string]string `json:"name" doc:"What it is called, by BCP 47 language tag."`
	Released string            `json:"released" doc:"Day of the version."`
	State    string            `json:"state" enum:"current,older,draft" doc:"Whether it is the one in force."`
	About    string            `json:"about,omitempty" enum:"country" doc:"What is held against it where that is no good."`
	Advisory bool              `json:"advisory,omitempty" doc:"Its outcome recognises nothing."`
	URL      string            `json:"url" format:"uri" doc:"The whole version."`
	Page     string            `json:"page" format:"uri" doc:"The version for people."`
}

// SetList is every version of every criteria set.
type SetList struct {
	Items []SetSummary `json:"items" doc:"By set, the newest version first."`
}

// SetChanges is what changed between two versions.
type SetChanges struct {
	From    string            `json:"from" doc:"The older version." example:"1.1.6"`
	To      string            `json:"to" doc:"The newer version." example:"1.1.7"`
	Changes []standard.Change `json:"changes" doc:"In the order of the newer version; what went comes last."`
}

// standards are the operations about criteria sets.
func (f *face) standards(d describer) []operation {
	need := func(p *huma.Param) *huma.Param { p.Required = true; return p }
	set := need(param("set", "path", "Id of the set.", &huma.Schema{Type: "string"}, "dpg"))
	version := need(param("version", "path", "Version of the set.", &huma.Schema{Type: "string"}, "1.1.7"))
	both := []*huma.Param{set, version}
	return []operation{
		d.read("list-standards", "/api/v1/standards", "registry", "Criteria sets", "Every version of every set of criteria that goods are held against.",
			nil, f.listSets, d.of(reflect.TypeFor[SetList]())),
		d.read("get-standard", "/api/v1/standards/{set}/{version}", "registry", "What one version asks", "Indicators, questions, conditions, help and accepted licences, in every language it is in.",
			both, f.oneSet, d.of(reflect.TypeFor[standard.Set]()), 404),
		d.operation("get-standard-yaml", "/api/v1/standards/{set}/{version}/set.yaml", "registry", "What one version asks, as YAML", "The same document as without set.yaml.",
			both, f.setYAML, "application/yaml", &huma.Schema{Type: "object"}, 404),
		d.read("get-standard-changes", "/api/v1/standards/{set}/{version}/changes", "registry", "What changed since another version", "Texts are compared in English.",
			append(both, param("from", "query", "The version to compare with; the one before, unless said.", &huma.Schema{Type: "string"}, "1.1.6")), f.setChanges, d.of(reflect.TypeFor[SetChanges]()), 404),
	}
}

// unchangedSets marks the answer and answers 304 where the asker holds it.
func (f *face) unchangedSets(w http.ResponseWriter, r *http.Request) bool {
	edge.Public(w.Header(), 0)
	return edge.NotModified(w, r, `W/"`+f.cfg.Standards.Digest()+"."+f.cfg.Version+`"`)
}

func (f *face) findSet(id, version string) (*standard.Set, error) {
	if s, ok := f.cfg.Standards.Set(id, version); ok && version != "" {
		return s, nil
	}
	var keys []string
	for _, s := range f.cfg.Standards.Sets() {
		keys = append(keys, s.Key())
	}
	return nil, &good.Error{Kind: good.NotFound, Key: "standard.unknown", Args: map[string]any{"Key": clip(id + "@" + version), "Keys": strings.Join(keys, ", ")}}
}

func (f *face) listSets(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r); err != nil {
		return err
	}
	if f.unchangedSets(w, r) {
		return nil
	}
	out := SetList{Items: []SetSummary{}}
	for _, s := range f.cfg.Standards.Sets() {
		state := "older"
		if now, _ := f.cfg.Standards.Set(s.ID, ""); now == s {
			state = "current"
		} else if s.Draft {
			state = "draft"
		}
		path := "/standards/" + s.ID + "/" + s.Version
		out.Items = append(out.Items, SetSummary{s.ID, s.Version, s.Name, string(s.Released), state, s.About, s.Advisory, f.base + "/api/v1" + path, f.base + path})
	}
	return f.write(w, r, out)
}

func (f *face) oneSet(w http.ResponseWriter, r *http.Request) error {
	s, err := f.askedSet(r)
	if err != nil || f.unchangedSets(w, r) {
		return err
	}
	return f.write(w, r, s)
}

func (f *face) askedSet(r *http.Request) (*standard.Set, error) {
	if err := onlyKnown(r); err != nil {
		return nil, err
	}
	return f.findSet(r.PathValue("set"), r.PathValue("version"))
}

func (f *face) setYAML(w http.ResponseWriter, r *http.Request) error {
	s, err := f.askedSet(r)
	if err != nil || f.unchangedSets(w, r) {
		return err
	}
	raw, err := s.YAML()
	if err != nil {
		return err
	}
	f.send(w, r, yamlType, raw)
	return nil
}

func (f *face) setChanges(w http.ResponseWriter, r *http.Request) error {
	if err := onlyKnown(r, "from"); err != nil {
		return err
	}
	to, err := f.findSet(r.PathValue("set"), r.PathValue("version"))
	if err != nil {
		return err
	}
	from, ok := f.cfg.Standards.Before(to)
	if v := r.URL.Query().Get("from"); v != "" {
		if from, err = f.findSet(to.ID, v); err != nil {
			return err
		}
	} else if !ok {
		return &good.Error{Kind: good.NotFound, Key: "standard.first", Args: map[string]any{"Version": to.Version}}
	}
	if f.unchangedSets(w, r) {
		return nil
	}
	return f.write(w, r, SetChanges{from.Version, to.Version, append([]standard.Change{}, standard.Diff(from, to)...)})
}
