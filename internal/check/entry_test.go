package check

import "testing"

// TestWhatOthersMadeIsToldByItsFolder.
func TestWhatOthersMadeIsToldByItsFolder(t *testing.T) {
	for name, want := range map[string]bool{
		"node_modules/a/b.js":               true,
		"web/Vendor/a.php":                  true,
		"src/public/plugins/draw/dev/t.js":  true,
		"App/wwwroot/lib/draw/LICENSE":      true,
		"static/libs/draw.js":               false, // the good's own, as far as a name tells
		"lib/draw/a.js":                     false,
		"plugins/public/a.js":               false,
		"public/library/plugins/own/a.html": false,
		"src/main.go":                       false,
	} {
		if got := At(name, 1).Vendored; got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
