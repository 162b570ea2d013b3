package good

import (
	"cmp"
	"slices"
	"strings"
)

// Merge makes the public facts of one good of what every source says of it.
// Records may come in any order; the result depends only on their content. It
// sets Facts, From, Records, Recognitions and Stage of the returned Good; the
// rest is the caller's.
//
// The most trusted record that states a field gives it whole: a person before a
// machine, then the source's priority for that field, then the later day seen.
// Names, repositories, deployments, identifiers and summaries by language are
// united, each item with its origin.
func Merge(records []Record, sources map[string]Source) Good {
	m := merger{g: Good{From: map[Field]Origin{}}, sources: sources}
	m.recs = m.order(records, "")
	for _, r := range m.recs {
		whole := originOf(r, "")
		whole.Gone = r.Gone
		m.g.Records = append(m.g.Records, whole)
		for scheme, id := range r.Facts.Identifiers {
			if m.g.Identifiers == nil {
				m.g.Identifiers = map[string]string{}
			}
			if _, ok := m.g.Identifiers[scheme]; !ok {
				m.g.Identifiers[scheme] = id
			}
		}
	}
	for _, field := range Merging {
		recs := m.recs
		if m.apart(field) {
			recs = m.order(recs, field)
		}
		for _, r := range recs {
			m.state(field, r)
		}
	}
	m.g.Recognitions = recognitions(m.recs, sources)
	m.g.Stage = stageOf(m.g.Recognitions)
	return m.g
}

type merger struct {
	g       Good
	recs    []Record // the most trusted first
	sources map[string]Source
}

// order is records with the one first whose word counts most for a field, "" for
// all those that no source has a priority of its own for.
func (m *merger) order(records []Record, field Field) []Record {
	recs := slices.Clone(records)
	slices.SortFunc(recs, func(a, b Record) int {
		sa, sb := m.sources[a.Source], m.sources[b.Source]
		if sa.Person != sb.Person {
			if sa.Person {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(sb.Worth(field), sa.Worth(field)), cmp.Compare(b.Seen, a.Seen), cmp.Compare(a.Key(), b.Key()))
	})
	return recs
}

// apart says whether a source has a priority of its own for a field.
func (m *merger) apart(field Field) bool {
	return slices.ContainsFunc(m.recs, func(r Record) bool {
		_, own := m.sources[r.Source].Fields[field]
		return own
	})
}

// Merging are the fields that are merged, in the order they are shown; for each
// of them a source can have a priority of its own.
var Merging = []Field{FieldName, FieldAliases, FieldKinds, FieldSummary, FieldWebsite, FieldRepositories, FieldDocumentation, FieldLicences, FieldGoals,
	FieldSectors, FieldLanguages, FieldParties, FieldDevelopedIn, FieldDeployments, FieldStandards, FieldAnswers}

// originOf says where a record has a field from.
func originOf(r Record, field Field) Origin {
	return Origin{Source: r.Source, ForeignID: r.ForeignID, URL: cmp.Or(r.Facts.Cite[field], r.Facts.Cite[""]), Seen: r.Seen}
}

// state takes one field of a record where nobody more trusted stated it, or
// unites it.
func (m *merger) state(field Field, r Record) {
	f, g := &r.Facts, &m.g
	switch field {
	case FieldName:
		take(m, r, field, &g.Name, f.Name)
	case FieldAliases:
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			unite(m, r, field, name, &g.Aliases, name, func(s string) string { return s })
		}
	case FieldKinds:
		takeList(m, r, field, &g.Kinds, f.Kinds)
	case FieldSummary:
		m.summary(f.Summary, r)
	case FieldWebsite:
		take(m, r, field, &g.Website, f.Website)
	case FieldRepositories:
		for _, l := range f.Repositories {
			unite(m, r, field, l.URL, &g.Repositories, l, func(l Link) string { return l.URL })
		}
	case FieldDocumentation:
		takeList(m, r, field, &g.Documentation, f.Documentation)
	case FieldLicences:
		takeList(m, r, field, &g.Licences, f.Licences)
	case FieldGoals:
		takeList(m, r, field, &g.Goals, f.Goals)
	case FieldSectors:
		takeList(m, r, field, &g.Sectors, f.Sectors)
	case FieldLanguages:
		takeList(m, r, field, &g.Languages, f.Languages)
	case FieldParties:
		takeList(m, r, field, &g.Parties, f.Parties)
	case FieldDevelopedIn:
		takeList(m, r, field, &g.DevelopedIn, f.DevelopedIn)
	case FieldDeployments:
		for _, d := range f.Deployments {
			unite(m, r, field, d.Country+d.By, &g.Deployments, d, func(d Deployment) string { return d.Country + d.By })
		}
	case FieldStandards:
		takeList(m, r, field, &g.Standards, f.Standards)
	case FieldAnswers:
		for _, a := range f.Answers {
			unite(m, r, field, a.Indicator+"."+a.Question, &g.Answers, a, func(a Answer) string { return a.Indicator + "." + a.Question })
		}
	}
}

// summary takes the texts in languages in which nobody more trusted wrote.
func (m *merger) summary(t Text, r Record) {
	for lang, s := range t {
		if m.g.Summary[lang] != "" || s == "" {
			continue
		}
		o := originOf(r, FieldSummary)
		if m.g.Summary == nil {
			m.g.Summary = Text{}
			m.g.From[FieldSummary] = o
		}
		m.g.Summary[lang] = s
		m.g.From[FieldSummary+"/"+Field(lang)] = o
	}
}

func take(m *merger, r Record, field Field, to *string, v string) {
	if *to == "" && v != "" {
		*to = v
		m.g.From[field] = originOf(r, field)
	}
}

func takeList[T any](m *merger, r Record, field Field, to *[]T, v []T) {
	if len(*to) == 0 && len(v) > 0 {
		*to = slices.Clone(v)
		m.g.From[field] = originOf(r, field)
	}
}

func unite[T any](m *merger, r Record, field Field, key string, to *[]T, v T, keyOf func(T) string) {
	if key == "" || (field == FieldAliases && strings.EqualFold(key, m.g.Name)) {
		return
	}
	for _, have := range *to {
		if strings.EqualFold(keyOf(have), key) {
			return
		}
	}
	*to = append(*to, v)
	m.g.From[field+"/"+Field(key)] = originOf(r, field)
}

// recognitions gathers what issuers are reported to have decided, one
// recognition per issuer.
func recognitions(recs []Record, sources map[string]Source) []Recognition {
	asOf := map[string]Date{} // issuer → newest complete listing
	for _, s := range sources {
		asOf[s.Issuer] = max(asOf[s.Issuer], s.AsOf)
	}
	byIssuer := map[string][]Record{}
	var issuers []string
	for _, r := range recs {
		if st := r.Facts.Standing; st != nil && st.Issuer != "" {
			if byIssuer[st.Issuer] == nil {
				issuers = append(issuers, st.Issuer)
			}
			byIssuer[st.Issuer] = append(byIssuer[st.Issuer], r)
		}
	}
	slices.Sort(issuers)
	out := make([]Recognition, 0, len(issuers))
	for _, issuer := range issuers {
		out = append(out, recognition(issuer, byIssuer[issuer], asOf[issuer]))
	}
	return out
}

// recognition sums up one issuer's standings. What was decided here stands as
// it was decided; our own clock ends it, by a new decision. Once recognised, a good that a
// later complete listing lacks has lapsed; only an explicit end said later than
// the last listing overrules that.
func recognition(issuer string, recs []Record, asOf Date) Recognition {
	out := Recognition{Issuer: issuer, Reported: true}
	var decided *Record
	for i, r := range recs {
		if st := r.Facts.Standing; st.Decided && (decided == nil || st.Until > decided.Facts.Standing.Until) {
			decided = &recs[i]
		}
	}
	if decided != nil {
		st := decided.Facts.Standing
		return Recognition{Issuer: issuer, State: st.State, First: st.First, Last: st.Last, Reason: st.Reason, Source: decided.Source, URL: st.URL,
			From: st.From, Until: st.Until, Standard: st.Standard, Renewing: st.Renewing}
	}
	var end Date // newest explicit end
	for _, r := range recs {
		st := r.Facts.Standing
		listed := st.State == Recognised || st.State == RenewalDue
		was := out.State == Recognised || out.State == RenewalDue
		switch {
		case listed && !was, listed == was && st.Last > out.Last, out.State == "":
			out.State, out.Last, out.Source, out.Reason = st.State, st.Last, r.Source, st.Reason
			out.URL = cmp.Or(st.URL, r.Facts.Cite[FieldStanding], r.Facts.Cite[""])
			if listed && !was {
				out.First = ""
			}
		}
		if listed == (out.State == Recognised || out.State == RenewalDue) && st.First != "" && (out.First == "" || st.First < out.First) {
			out.First = st.First
		}
		if st.State == Withdrawn || st.State == NotEligible || st.State == Removed || st.State == Retired {
			end = max(end, st.Last)
		}
	}
	if out.State != Recognised && out.State != RenewalDue {
		return out
	}
	if end > out.Last {
		for _, r := range recs {
			if st := r.Facts.Standing; st.Last == end && st.State != Recognised && st.State != RenewalDue && st.State != Nominated {
				out.State, out.Reason, out.Gone = st.State, st.Reason, end
				return out
			}
		}
	}
	if day := max(asOf, missed(recs)); day > out.Last {
		out.State, out.Gone = Lapsed, day
	}
	return out
}

// missed is the day on which a source was seen to list the good no more, "" if
// none was: one record of a source that lists it is enough, and a later word of
// another source too.
func missed(recs []Record) Date {
	listed := func(r Record) bool {
		return r.Facts.Standing.State == Recognised || r.Facts.Standing.State == RenewalDue
	}
	var out Date
	for _, gone := range recs {
		if gone.Gone == "" || !listed(gone) || slices.ContainsFunc(recs, func(r Record) bool {
			return r.Gone == "" && listed(r) && (r.Source == gone.Source || r.Facts.Standing.Last > gone.Gone)
		}) {
			continue
		}
		out = max(out, gone.Gone)
	}
	return out
}

// stageRank orders stages by what a reader must hear first.
var stageRank = []Stage{Recognised, RenewalDue, InReview, Applying, Lapsed, Nominated, Retired, Withdrawn, NotEligible, Removed}

// stageOf is the stage the recognitions together give; a good nobody decided
// on is a nominee.
func stageOf(rs []Recognition) Stage {
	best := -1
	for _, r := range rs {
		if i := slices.Index(stageRank, r.State); i >= 0 && (best < 0 || i < best) {
			best = i
		}
	}
	if best < 0 {
		return Nominated
	}
	return stageRank[best]
}

// Restate returns g with its facts, origins, recognitions and stage made anew
// of records; what is the good's own (id, slug, tombstone, times, version)
// stays. A good without any record, or under a tombstone, keeps its name and
// nothing else.
func (g Good) Restate(records []Record, sources map[string]Source) Good {
	m := Merge(records, sources)
	if m.Name == "" {
		m.Name = g.Name
	}
	if g.Tombstone != nil {
		m = Good{Facts: Facts{Name: m.Name}, From: map[Field]Origin{}, Stage: Removed}
		if g.Tombstone.Into != "" {
			m.Stage = Merged
		}
	}
	m.ID, m.Slug, m.Tombstone, m.Collections = g.ID, g.Slug, g.Tombstone, g.Collections
	m.Created, m.Updated, m.Version, m.Position = g.Created, g.Updated, g.Version, g.Position
	return m
}
