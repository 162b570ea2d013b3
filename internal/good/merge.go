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
// machine, then the source's priority, then the later day seen. Names,
// repositories, deployments, identifiers and summaries by language are united,
// each item with its origin.
func Merge(records []Record, sources map[string]Source) Good {
	recs := slices.Clone(records)
	slices.SortFunc(recs, func(a, b Record) int {
		sa, sb := sources[a.Source], sources[b.Source]
		if sa.Person != sb.Person {
			if sa.Person {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(sb.Priority, sa.Priority), cmp.Compare(b.Seen, a.Seen), cmp.Compare(a.Key(), b.Key()))
	})
	m := merger{g: Good{From: map[Field]Origin{}}, sources: sources}
	for _, r := range recs {
		m.add(r)
	}
	m.g.Recognitions = recognitions(recs, sources)
	m.g.Stage = stageOf(m.g.Recognitions)
	return m.g
}

type merger struct {
	g       Good
	sources map[string]Source
}

func (m *merger) add(r Record) {
	f, g := r.Facts, &m.g
	at := func(field Field) Origin {
		return Origin{Source: r.Source, ForeignID: r.ForeignID, URL: cmp.Or(f.Cite[field], f.Cite[""]), Seen: r.Seen}
	}
	whole := at("")
	whole.Gone = r.Gone
	g.Records = append(g.Records, whole)
	take(m, at, FieldName, &g.Name, f.Name)
	take(m, at, FieldWebsite, &g.Website, f.Website)
	takeList(m, at, FieldKinds, &g.Kinds, f.Kinds)
	takeList(m, at, FieldDocumentation, &g.Documentation, f.Documentation)
	takeList(m, at, FieldLicences, &g.Licences, f.Licences)
	takeList(m, at, FieldGoals, &g.Goals, f.Goals)
	takeList(m, at, FieldSectors, &g.Sectors, f.Sectors)
	takeList(m, at, FieldLanguages, &g.Languages, f.Languages)
	takeList(m, at, FieldParties, &g.Parties, f.Parties)
	takeList(m, at, FieldDevelopedIn, &g.DevelopedIn, f.DevelopedIn)
	takeList(m, at, FieldStandards, &g.Standards, f.Standards)
	m.summary(f.Summary, at(FieldSummary))
	for _, name := range append([]string{f.Name}, f.Aliases...) {
		unite(m, at(FieldAliases), FieldAliases, name, &g.Aliases, name, func(s string) string { return s })
	}
	for _, l := range f.Repositories {
		unite(m, at(FieldRepositories), FieldRepositories, l.URL, &g.Repositories, l, func(l Link) string { return l.URL })
	}
	for _, d := range f.Deployments {
		unite(m, at(FieldDeployments), FieldDeployments, d.Country+d.By, &g.Deployments, d, func(d Deployment) string { return d.Country + d.By })
	}
	for _, a := range f.Answers {
		unite(m, at(FieldAnswers), FieldAnswers, a.Indicator+"."+a.Question, &g.Answers, a, func(a Answer) string { return a.Indicator + "." + a.Question })
	}
	for scheme, id := range f.Identifiers {
		if g.Identifiers == nil {
			g.Identifiers = map[string]string{}
		}
		if _, ok := g.Identifiers[scheme]; !ok {
			g.Identifiers[scheme] = id
		}
	}
}

// summary takes the texts in languages in which nobody more trusted wrote.
func (m *merger) summary(t Text, o Origin) {
	for lang, s := range t {
		if m.g.Summary[lang] != "" || s == "" {
			continue
		}
		if m.g.Summary == nil {
			m.g.Summary = Text{}
			m.g.From[FieldSummary] = o
		}
		m.g.Summary[lang] = s
		m.g.From[FieldSummary+"/"+Field(lang)] = o
	}
}

func take(m *merger, at func(Field) Origin, field Field, to *string, v string) {
	if *to == "" && v != "" {
		*to = v
		m.g.From[field] = at(field)
	}
}

func takeList[T any](m *merger, at func(Field) Origin, field Field, to *[]T, v []T) {
	if len(*to) == 0 && len(v) > 0 {
		*to = slices.Clone(v)
		m.g.From[field] = at(field)
	}
}

func unite[T any](m *merger, o Origin, field Field, key string, to *[]T, v T, keyOf func(T) string) {
	if key == "" || (field == FieldAliases && strings.EqualFold(key, m.g.Name)) {
		return
	}
	for _, have := range *to {
		if strings.EqualFold(keyOf(have), key) {
			return
		}
	}
	*to = append(*to, v)
	m.g.From[field+"/"+Field(key)] = o
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
