package i18n

import (
	"slices"
	"testing"
)

func TestCountriesAreInTheOrderOfTheLanguage(t *testing.T) {
	for lang, want := range map[string][]string{
		"en": {"AF", "AX", "AL", "CI", "ZW", "??"},             // Åland and Côte d'Ivoire beside their letters
		"fr": {"AF", "CI", "EG", "EC", "ET", "ZW"},             // Égypte, Équateur and Éthiopie under e
		"es": {"AF", "BE", "ET", "UA", "ZW"},                   // Bélgica under b
		"zh": {"AL", "FR", "KE", "US", "CN"},                   // 阿 a, 法 fa, 肯 ken, 美 mei, 中 zhong
		"ar": {"AL", "BH", "CN", "GB"},                         // أ, ب, ص, م
		"ru": {"AU", "BG", "IN", "KE", "RU", "UA", "ET", "JP"}, // Э and Я come last
	} {
		l, _ := Get(lang)
		got := slices.Clone(want)
		slices.Reverse(got)
		slices.SortFunc(got, l.CompareCountries)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", lang, got, want)
		}
	}
}
