package good

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Clash is a conflict: a person corrected a field, and what the others say of it
// is not any more what they said then. The correction holds until people settle
// it.
type Clash struct {
	Field Field           `json:"field"` // FieldSummary+"/fr" for the text in one language
	Said  json.RawMessage `json:"said"`  // by the person
	Then  json.RawMessage `json:"then"`  // by the others when the person said so; null for nothing
	Now   json.RawMessage `json:"now"`   // by the others
	By    Origin          `json:"by"`    // who says so now, as most trusted of the others
}

// single are the fields that one source gives whole, and so can be corrected;
// what is united is only added to.
var single = []struct {
	field Field
	of    func(Facts) any
	none  func(*Facts)
}{
	{FieldName, func(f Facts) any { return f.Name }, func(f *Facts) { f.Name = "" }},
	{FieldKinds, func(f Facts) any { return f.Kinds }, func(f *Facts) { f.Kinds = nil }},
	{FieldWebsite, func(f Facts) any { return f.Website }, func(f *Facts) { f.Website = "" }},
	{FieldDocumentation, func(f Facts) any { return f.Documentation }, func(f *Facts) { f.Documentation = nil }},
	{FieldLicences, func(f Facts) any { return f.Licences }, func(f *Facts) { f.Licences = nil }},
	{FieldGoals, func(f Facts) any { return f.Goals }, func(f *Facts) { f.Goals = nil }},
	{FieldSectors, func(f Facts) any { return f.Sectors }, func(f *Facts) { f.Sectors = nil }},
	{FieldLanguages, func(f Facts) any { return f.Languages }, func(f *Facts) { f.Languages = nil }},
	{FieldParties, func(f Facts) any { return f.Parties }, func(f *Facts) { f.Parties = nil }},
	{FieldDevelopedIn, func(f Facts) any { return f.DevelopedIn }, func(f *Facts) { f.DevelopedIn = nil }},
	{FieldStandards, func(f Facts) any { return f.Standards }, func(f *Facts) { f.Standards = nil }},
}

// stated are the fields that f states of those that can be corrected, each as
// JSON, a summary language by language.
func stated(f Facts) map[Field]json.RawMessage {
	out := map[Field]json.RawMessage{}
	put := func(field Field, v any) {
		raw, err := json.Marshal(v)
		if s := string(raw); err == nil && s != "null" && s != `""` && s != "[]" {
			out[field] = raw
		}
	}
	for _, s := range single {
		put(s.field, s.of(f))
	}
	for lang, text := range f.Summary {
		put(FieldSummary+"/"+Field(lang), text)
	}
	return out
}

// alike says whether two values of a field are the same, in whatever order a
// list has them.
func alike(a, b json.RawMessage) bool {
	if bytes.Equal(a, b) {
		return true
	}
	var x, y []json.RawMessage
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	sorted := func(list []json.RawMessage) []json.RawMessage {
		slices.SortFunc(list, func(a, b json.RawMessage) int { return bytes.Compare(a, b) })
		return list
	}
	return slices.EqualFunc(sorted(x), sorted(y), func(a, b json.RawMessage) bool { return bytes.Equal(a, b) })
}

// silent says whether a value says nothing.
func silent(v json.RawMessage) bool { return len(v) == 0 || string(v) == "null" }

// Restated is a person's record r that states facts from now on. What the others
// say of each field that is stated anew is kept with it.
func (r Record) Restated(facts, others Facts) Record {
	had, theirs := stated(r.Facts), stated(others)
	over := map[Field]json.RawMessage{}
	for field, said := range stated(facts) {
		then, known := r.Over[field]
		if !known || !alike(had[field], said) {
			then = theirs[field]
		}
		if silent(then) {
			then = json.RawMessage("null")
		}
		over[field] = then
	}
	r.Facts, r.Over = facts, over
	return r
}

// Kept is a person's record r whose word on a field holds against what the
// others say now.
func (r Record) Kept(field Field, others Facts) Record {
	if _, ok := r.Over[field]; ok {
		r.Over = maps.Clone(r.Over)
		delete(r.Over, field)
	}
	return r.Restated(r.Facts, others)
}

// Without is a person's record r that does not state a field any more.
func (r Record) Without(field Field, others Facts) Record {
	f := r.Facts
	for _, s := range single {
		if s.field == field {
			s.none(&f)
		}
	}
	if lang, ok := strings.CutPrefix(string(field), string(FieldSummary)+"/"); ok {
		f.Summary = maps.Clone(f.Summary)
		delete(f.Summary, lang)
	}
	return r.Restated(f, others)
}

// States says whether r states a field.
func (r Record) States(field Field) bool {
	_, ok := stated(r.Facts)[field]
	return ok
}

// Others are the facts that everybody but persons states of a good.
func Others(records []Record, sources map[string]Source) Good {
	return Merge(slices.DeleteFunc(slices.Clone(records), func(r Record) bool { return sources[r.Source].Person }), sources)
}

// Clashes lists the conflicts of a good with these records, by field. They depend
// on the records' content alone, whatever came first.
func Clashes(records []Record, sources map[string]Source) []Clash {
	var persons []Record
	over := map[string]map[Field]json.RawMessage{}
	for _, r := range records {
		if sources[r.Source].Person {
			persons = append(persons, r)
			over[r.Key()] = r.Over
		}
	}
	if len(persons) == 0 {
		return nil
	}
	person, others := Merge(persons, sources), Others(records, sources)
	theirs := stated(others.Facts)
	var out []Clash
	for field, said := range stated(person.Facts) {
		from := person.From[field]
		then, known := over[from.Source+"/"+from.ForeignID][field]
		now := theirs[field]
		if !known || silent(now) || alike(now, then) || alike(now, said) {
			continue
		}
		out = append(out, Clash{Field: field, Said: said, Then: then, Now: now, By: others.From[field]})
	}
	slices.SortFunc(out, func(a, b Clash) int { return strings.Compare(string(a.Field), string(b.Field)) })
	return out
}
