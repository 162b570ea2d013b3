package i18n

import "testing"

func TestX(t *testing.T) {
	for _, l := range All() {
		t.Log(l.Code, l.Number(1234567), l.Date("2026-07-01"), l.Date("2026-07"), l.Date("2026"), l.Country("KE"), l.Country("SZ"), l.Country("XK"), l.Language("sw"), l.Language("zh-Hans"), l.Language("pt-BR"), l.Language("quc"), l.SDG(3), l.Licence("MIT"), l.List([]string{"A", "B", "Italia"}))
	}
}
