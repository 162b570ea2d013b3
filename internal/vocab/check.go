package vocab

import (
	"slices"
	"unicode/utf8"

	"stoa/internal/good"
)

// CheckFacts says, as *good.Error of kind Invalid naming the field, what of f cannot be
// stored: unknown codes, addresses that are no addresses, texts too long.
func CheckFacts(f *good.Facts) error {
	for _, check := range []func(*good.Facts) error{checkTexts, checkLists, checkCodes, checkLinks} {
		if err := check(f); err != nil {
			return err
		}
	}
	return nil
}

func wrong(field good.Field, key, value string) error {
	return &good.Error{Kind: good.Invalid, Key: key, Field: string(field), Args: map[string]any{"Field": string(field), "Value": value}}
}

func checkTexts(f *good.Facts) error {
	if utf8.RuneCountInString(f.Name) > good.MaxName {
		return wrong(good.FieldName, "error.fact.long", string([]rune(f.Name)[:40]))
	}
	for lang, s := range f.Summary {
		if !ValidLanguage(lang) {
			return wrong(good.FieldSummary, "error.fact.language", lang)
		}
		if utf8.RuneCountInString(s) > good.MaxSummary {
			return wrong(good.FieldSummary, "error.fact.long", lang)
		}
	}
	for _, a := range f.Answers {
		if utf8.RuneCountInString(a.Text) > good.MaxAnswer {
			return wrong(good.FieldAnswers, "error.fact.long", a.Question)
		}
	}
	return nil
}

func checkLists(f *good.Facts) error {
	for field, n := range map[good.Field]int{good.FieldAliases: len(f.Aliases), good.FieldRepositories: len(f.Repositories), good.FieldDocumentation: len(f.Documentation),
		good.FieldLicences: len(f.Licences), good.FieldGoals: len(f.Goals), good.FieldSectors: len(f.Sectors), good.FieldLanguages: len(f.Languages),
		good.FieldParties: len(f.Parties), good.FieldDevelopedIn: len(f.DevelopedIn), good.FieldDeployments: len(f.Deployments), good.FieldStandards: len(f.Standards), good.FieldAnswers: len(f.Answers)} {
		if n > good.MaxItems {
			return wrong(field, "error.fact.many", "")
		}
	}
	return nil
}

func checkCodes(f *good.Facts) error {
	for _, k := range f.Kinds {
		if !slices.Contains(good.Kinds, k) {
			return wrong(good.FieldKinds, "error.fact.kind", string(k))
		}
	}
	for _, l := range f.Licences {
		if id, ok := FindLicence(l.SPDX); !ok || id != l.SPDX {
			return wrong(good.FieldLicences, "error.fact.licence", l.SPDX)
		}
	}
	for _, s := range f.Goals {
		if s.SDG < 1 || s.SDG > 17 {
			return wrong(good.FieldGoals, "error.fact.sdg", "")
		}
	}
	for _, l := range f.Languages {
		if !ValidLanguage(l) {
			return wrong(good.FieldLanguages, "error.fact.language", l)
		}
	}
	for _, c := range f.DevelopedIn {
		if _, ok := CountryByCode(c); !ok {
			return wrong(good.FieldDevelopedIn, "error.fact.country", c)
		}
	}
	for _, d := range f.Deployments {
		if _, ok := CountryByCode(d.Country); !ok {
			return wrong(good.FieldDeployments, "error.fact.country", d.Country)
		}
	}
	return nil
}

func checkLinks(f *good.Facts) error {
	links := map[good.Field][]string{good.FieldWebsite: {f.Website}}
	for _, l := range f.Repositories {
		links[good.FieldRepositories] = append(links[good.FieldRepositories], l.URL)
	}
	for _, l := range f.Documentation {
		links[good.FieldDocumentation] = append(links[good.FieldDocumentation], l.URL)
	}
	for _, l := range f.Licences {
		links[good.FieldLicences] = append(links[good.FieldLicences], l.URL)
	}
	for field, urls := range links {
		for _, s := range urls {
			if s != "" && !good.WebAddress(s) {
				return wrong(field, "error.fact.url", s)
			}
		}
	}
	return nil
}
