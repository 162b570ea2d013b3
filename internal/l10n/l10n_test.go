package l10n

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"stoa/internal/good"
)

// sample is a file of each form with three texts, two of which are translated
// where the form holds translations.
var samples = map[Format]string{
	PO:         "msgid \"\"\nmsgstr \"Language: fr\\n\"\n\n#. on the door\nmsgid \"Open\"\nmsgstr \"Ouvrir\"\n\n#, fuzzy\nmsgid \"Close\"\nmsgstr \"Fermé\"\n\nmsgctxt \"menu\"\nmsgid \"Save \"\n\"all\"\nmsgstr \"Tout enregistrer\"\n\n#~ msgid \"gone\"\n#~ msgstr \"parti\"\n",
	XLIFF:      `<?xml version="1.0"?><xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file source-language="en" target-language="fr" original="a"><body><trans-unit id="1" approved="yes"><source>Open</source><target>Ouvrir</target></trans-unit><trans-unit id="2"><source>Close <x id="n"/></source><target state="needs-translation">Fermé</target></trans-unit><trans-unit id="3"><source>Save all</source><target state-qualifier="leveraged-mt">Tout enregistrer</target></trans-unit></body></file></xliff>`,
	ARB:        `{"@@locale": "en", "open": "Open", "@open": {"description": "on the door"}, "close": "Close", "save": "Save all"}`,
	JSON:       `{"door": {"open": "Open", "close": "Close"}, "menu": ["Save all"], "empty": ""}`,
	Android:    `<?xml version="1.0" encoding="utf-8"?><resources><string name="open">Open</string><string name="close">Don\'t <b>close</b></string><plurals name="n"><item quantity="one">Save all</item></plurals><string name="x" translatable="false">X</string></resources>`,
	Strings:    "/* on the door */\n\"open\" = \"Open\";\n// gone\nclose = \"Say \\\"Close\\\"\";\n\"save\" = \"Save all\";\n",
	XCStrings:  `{"sourceLanguage": "en", "strings": {"Open": {}, "Close": {"localizations": {"fr": {"stringUnit": {"state": "translated", "value": "Fermer"}}}}, "save": {"localizations": {"en": {"stringUnit": {"state": "new", "value": "x"}}}}, "X": {"shouldTranslate": false}}}`,
	Fluent:     "# on the door\nopen = Open\n\n-brand = Close\nsave = Save\n    all\n",
	Properties: "# on the door\nopen=Open\nclose : Cl\\u006fse\nsave = Save \\\n    all\n",
	YAML:       "en:\n  door:\n    open: Open\n    close: \"Close\"\n  save: Save all\n",
	Plain:      "Open\n\nClose\n\nSave all",
}

func TestEveryFormIsRead(t *testing.T) {
	for f, text := range samples {
		got, err := Read(f, []byte(text))
		if err != nil || len(got.Units) != 3 {
			t.Errorf("%s: %+v, %v", f, got, err)
			continue
		}
		said := ""
		for _, u := range got.Units {
			said += "/" + u.Source
		}
		for _, want := range []string{"Open", "lose", "ave"} {
			if !strings.Contains(said, want) {
				t.Errorf("%s: %q without %q", f, said, want)
			}
		}
		if got.Pairs {
			if got.Language != "fr" || got.Units[1].State != Doubtful || got.Units[2].Target != "Tout enregistrer" {
				t.Errorf("%s: %+v", f, got)
			}
		}
	}
	po, _ := Read(PO, []byte(samples[PO]))
	if po.Units[0].Note != "on the door" || po.Units[2].Key != "menu" || po.Units[2].Source != "Save all" {
		t.Errorf("%+v", po.Units)
	}
	x, _ := Read(XLIFF, []byte(samples[XLIFF]))
	if x.Units[0].State != Reviewed || x.Units[2].Origin != Machine || x.Units[1].Source != "Close {n}" {
		t.Errorf("%+v", x.Units)
	}
	a, _ := Read(Android, []byte(samples[Android]))
	if a.Units[1].Source != "Don't close" || a.Units[2].Key != "n.one" {
		t.Errorf("%+v", a.Units)
	}
	p, _ := Read(Properties, []byte("a=\\ud83d\\ude00 caf\xe9"))
	if p.Units[0].Source != "😀 café" {
		t.Errorf("%+v", p.Units)
	}
	s, err := Read(Strings, []byte("\xff\xfe\"\x00a\x00\"\x00=\x00\"\x00b\x00\"\x00;\x00"))
	if err != nil || s.Units[0].Source != "b" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestWhatIsWrongWithAFileIsSaid(t *testing.T) {
	bomb := `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><xliff version="1.2"><file><body><trans-unit id="1"><source>&b;</source></trans-unit></body></file></xliff>`
	million := strings.Repeat("msgid \"a\"\nmsgstr \"b\"\n", 180_000)
	for _, c := range []struct {
		format Format
		text   string
		key    string
	}{
		{XLIFF, bomb, "l10n.error.doctype"}, {Android, strings.Replace(bomb, "xliff", "resources", 1), "l10n.error.doctype"},
		{XLIFF, `<?xml version="1.0" encoding="windows-1251"?><xliff/>`, "l10n.error.encoding"}, {XLIFF, "<html/>", "l10n.error.xliff"}, {XLIFF, "<xliff><file>", "l10n.error.xliff"},
		{XLIFF, "<xliff>" + strings.Repeat("<g>", 100) + "</xliff>", "l10n.error.xliff"}, {XLIFF, "<xliff>&other;</xliff>", "l10n.error.xliff"},
		{PO, "msgid \"\xe9\"\nmsgstr \"\"\n", "l10n.error.encoding"}, {PO, "msgid \"a\nmsgstr \"\"\n", "l10n.error.po"}, {PO, "hello", "l10n.error.po"}, {PO, "", "l10n.error.po"},
		{PO, "msgid \"a\"\nmsgstr[3] \"\"\n", "l10n.error.po"}, {PO, million, "l10n.error.units"}, {PO, strings.Repeat("#\n", MaxBytes), "l10n.error.large"},
		{PO, "msgid \"a\"\nmsgstr \"\u202egnp.exe\"\n", "l10n.error.hidden"}, {PO, "msgid \"a\"\nmsgstr \"\u2067x\"\n", "l10n.error.hidden"},
		{PO, "msgid \"a\"\nmsgstr \"" + strings.Repeat("x", MaxText+1) + "\"\n", "l10n.error.long"},
		{JSON, "[1]", "l10n.error.json"}, {JSON, "null", "l10n.error.json"}, {JSON, `{"a": "b`, "l10n.error.json"}, {XCStrings, "{}", "l10n.error.json"},
		{Android, "<html/>", "l10n.error.android"}, {Strings, `"a" = `, "l10n.error.strings"}, {Fluent, "what is this", "l10n.error.fluent"}, {"docx", "", "l10n.error.format"},
	} {
		_, err := Read(c.format, []byte(c.text))
		var e *good.Error
		if !errors.As(err, &e) || e.Key != c.key {
			t.Errorf("%s %.40q: %v, want %s", c.format, c.text, err, c.key)
		}
	}
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	units := []Unit{{Key: "a", Source: "Open \"it\"\n\\", Target: "Ouvrir", State: Translated, Origin: Person, Note: "on the door"}, {Source: "Close", State: New},
		{Source: "Save", Target: "<Sauver> & co\tx", State: Reviewed, Origin: Machine}, {Source: "Keep", Target: "Gar", State: Doubtful, Origin: Person}}
	for i := range units {
		units[i].N = i + 1
	}
	p := Project{Name: "Wells", Source: "en", Target: "fr"}
	x, err := WriteXLIFF(p, units)
	if err != nil {
		t.Fatal(err)
	}
	for format, data := range map[Format][]byte{PO: WritePO(p, units), XLIFF: x} {
		got, err := Read(format, data)
		if err != nil || len(got.Units) != len(units) || got.Language != "fr" {
			t.Fatalf("%s: %v\n%s", format, err, data)
		}
		for i, u := range got.Units {
			w := units[i]
			if u.Source != w.Source || u.Target != w.Target || u.Origin != w.Origin {
				t.Errorf("%s: %+v, want %+v", format, u, w)
			}
		}
		if got.Units[3].State != Doubtful || got.Units[0].State != Translated {
			t.Errorf("%s: %+v", format, got.Units)
		}
	}
}

func TestEachLanguageHasItsPluralForms(t *testing.T) {
	f, err := Read(PO, []byte("msgid \"a\"\nmsgstr \"\"\n\nmsgid \"%d well\"\nmsgid_plural \"%d wells\"\nmsgstr[0] \"\"\nmsgstr[1] \"\"\n\nmsgid \"b\"\nmsgstr \"\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	for lang, n := range map[string]int{"ar": 8, "ru": 5, "fr": 4, "zh": 3, "sw": 4} {
		units := For(lang, f.Units)
		again, err := Read(PO, WritePO(Project{Target: lang}, units))
		if len(units) != n || units[n-1].N != n || err != nil || len(again.Units) != n || units[1].One != "%d well" || units[1].Many != "%d wells" {
			t.Errorf("%s: %d units, want %d; %v", lang, len(units), n, err)
		}
	}
	if zh := For("zh", f.Units); zh[1].Source != "%d wells" {
		t.Errorf("%+v", zh)
	}
}

func TestATreeIsAddedUp(t *testing.T) {
	var tree Tree
	en, fr, ar := "", "", ""
	for i := range 10 {
		en += fmt.Sprintf("k%d=two words\n", i)
		if i < 7 {
			fr += fmt.Sprintf("k%d=deux mots\n", i)
		}
		ar += fmt.Sprintf("msgid \"text %d\"\nmsgstr \"%s\"\n", i, strings.Repeat("نص", i%2))
	}
	for name, text := range map[string]string{"src/messages.properties": en, "src/messages_en.properties": en, "src/messages_fr.properties": fr, "po/ar.po": ar, "po/de.po": strings.ReplaceAll(ar, "نص", "x")} {
		p, ok := PlaceOf(name)
		if !ok {
			t.Fatal(name)
		}
		tree.Add(p, name, []byte(text))
	}
	got := fmt.Sprint(tree.Shares())
	if want := "[{en 50 10 20} {fr 35 7 14} {ar 25 5 10} {de 25 5 10}]"; got != want || tree.Files() != 5 {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestWords(t *testing.T) {
	for s, n := range map[string]int{"": 0, "Don't open %s twice": 4, "打开文件": 4, "Ouvrir l’e-mail": 2, "افتح الملف": 2, "ภาษา": 4} {
		if got := Words(s); got != n {
			t.Errorf("%q: %d words, want %d", s, got, n)
		}
	}
}

func TestLanguagesAreThoseThereAre(t *testing.T) {
	for in, want := range map[string]string{"pt_BR": "pt-BR", "Swahili": "sw", "Klingonese": "", "": "", "xx": "", "zh-Hant": "zh-Hant"} {
		if got, err := Language(in); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range samples {
		f.Add([]byte(text))
	}
	f.Add([]byte("\xfe\xff\x00a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for format := range samples {
			got, err := Read(format, data)
			if err != nil {
				if good.KindOf(err) != good.Invalid {
					t.Fatalf("%s: %v", format, err)
				}
				continue
			}
			for _, u := range got.Units {
				if !utf8.ValidString(u.Source+u.Target) || strings.ContainsRune(u.Target+u.Source, 0x202e) || u.Target == "" && u.State != New {
					t.Fatalf("%s: %+v", format, u)
				}
			}
			if !got.Pairs {
				continue
			}
			if again, err := Read(PO, WritePO(Project{Target: "fr"}, got.Units)); len(got.Units) > 0 && (err != nil || len(again.Units) > len(got.Units)) {
				t.Fatalf("%s: written and read again, %v", format, err)
			}
		}
	})
}

func FuzzPlaces(f *testing.F) {
	f.Add("app/src/main/res/values-pt-rBR/strings.xml", []byte(samples[Android]))
	f.Add("a/b.xcstrings", []byte(samples[XCStrings]))
	f.Add("locale/fr/LC_MESSAGES/a.po", []byte(samples[PO]))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		var tree Tree
		p, ok := PlaceOf(name)
		if !ok {
			return
		}
		tree.Add(p, name, data)
		for _, s := range tree.Shares() {
			if s.Percent < 0 || s.Percent > 100 || s.Texts > len(data) {
				t.Fatalf("%+v of %q", s, name)
			}
		}
	})
}
