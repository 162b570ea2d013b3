package check

import (
	"bytes"
	"encoding/binary"
	"path"
	"strings"
	"unicode/utf16"

	"stoa/internal/check/declared"
)

// notText are extensions of files that no licence is named in.
var notText = func() map[string]bool {
	m := map[string]bool{}
	for _, e := range strings.Fields(`.png .jpg .jpeg .gif .webp .avif .ico .bmp .tif .tiff .psd .ai .eps .mp3 .mp4 .m4a .m4v .wav .ogg .webm .mov .avi .flac
		.zip .gz .tgz .bz2 .xz .zst .7z .rar .tar .jar .war .ear .whl .egg .gem .nupkg .apk .aab .ipa .deb .rpm .dmg .iso .exe .dll .so .dylib .a .o .obj .lib .class .pyc .pyo .wasm .bin .dat
		.pdf .doc .docx .xls .xlsx .ppt .pptx .odt .ods .odp .ttf .otf .woff .woff2 .eot .db .sqlite .sqlite3 .mdb .parquet .feather .arrow .h5 .hdf5 .nc .npy .npz .pkl .pt .pth .onnx .safetensors .gguf .tflite
		.csv .tsv .json .jsonl .geojson .ndjson .lock .sum .map .svg .po .pot .mo .snap .min .log .patch .diff .pem .crt .key .shp .dbf .shx .las .laz .ipynb`) {
		m[e] = true
	}
	return m
}()

// fixture says whether a file lies among examples that tests read: what it
// says, it says of nobody.
func fixture(e *Entry) bool {
	p := "/" + strings.ToLower(path.Dir(e.Path)) + "/"
	for _, d := range []string{"/testdata/", "/fixtures/", "/__fixtures__/", "/test-data/", "/test_data/", "/testfixtures/", "/golden/", "/test/resources/", "/tests/resources/"} {
		if strings.Contains(p, d) {
			return true
		}
	}
	return false
}

// Wants implements Probe.
func (l *licence) Wants(e *Entry) Want {
	if _, like := licenceLike(e); like {
		return Whole
	}
	if l.sealed == "" && !l.foreign(e) && sealedLicence(e) {
		l.sealed = e.Path
	}
	switch {
	case l.foreign(e) || fixture(e) || strings.HasPrefix(e.Path, ".idea/") || strings.HasPrefix(e.Path, ".vscode/"): // the last are forms of an editor
		return Nothing
	case e.Name == "reuse.toml" || e.Path == ".reuse/dep5" || maybeLicence(e):
		return Whole
	case declared.Known(e.Name) && e.Depth <= 3 && e.Size <= declared.MaxSize:
		return Whole
	case l.frontPage(e) || otherReadme(e) || frontElsewhere(e):
		return Whole
	case notText[e.Ext] || strings.HasSuffix(e.Name, ".min.js") || strings.HasSuffix(e.Name, ".min.css") || isReadme(e) || ofTools[e.Name]:
		return Nothing
	}
	return Head
}

// ofTools are files that a tool puts into every tree it builds.
var ofTools = map[string]bool{"gradlew": true, "gradlew.bat": true, "mvnw": true, "mvnw.cmd": true, "mavenwrapperdownloader.java": true, "gradle-wrapper.properties": true, "maven-wrapper.properties": true, "install-sh": true, "config.guess": true, "config.sub": true, "ltmain.sh": true}

func isReadme(e *Entry) bool {
	return strings.HasPrefix(e.Name, "readme") && (e.Ext == "" || e.Ext == ".md" || e.Ext == ".rst" || e.Ext == ".txt" || e.Ext == ".adoc" || e.Ext == ".markdown")
}

// otherReadme says whether a file is a front page of a form whose headings are
// not known here: a licence's text in it is seen all the same.
func otherReadme(e *Entry) bool {
	if e.Depth > 0 || !strings.HasPrefix(e.Name, "readme") {
		return false
	}
	switch e.Ext {
	case ".rdoc", ".org", ".textile", ".mkd", ".mdown", ".mdwn", ".mkdn", ".asciidoc", ".pod", ".html", ".htm", ".mdx", ".qmd", ".rmd", ".wiki", ".mediawiki":
		return true
	}
	return false
}

// frontElsewhere says whether a file is a front page in a folder from which forges
// show one where the root has none.
func frontElsewhere(e *Entry) bool {
	dir := strings.ToLower(path.Dir(e.Path))
	return e.Depth == 1 && (dir == "docs" || dir == ".github") && plainReadme(e)
}

// decoded is a file that is no text of UTF-8 and may be one of UTF-16, as editors
// on Windows write them; nil where it is none. What is named as a licence and is
// neither is noted, as is a front page.
func (l *licence) decoded(f *File) *File {
	_, like := licenceLike(&f.Entry)
	matters := !l.foreign(&f.Entry) && !fixture(&f.Entry) && (like && f.Depth <= 1 || maybeLicence(&f.Entry) || l.frontPage(&f.Entry) || otherReadme(&f.Entry))
	if !matters {
		return nil
	}
	text, ok := fromUTF16(f.Text)
	if !ok {
		if l.sealed == "" {
			l.sealed = f.Path
		}
		return nil
	}
	copied := File{Entry: f.Entry, Text: text, Cut: f.Cut, sum: f.SHA256()}
	return &copied
}

// fromUTF16 is a text of UTF-16 that begins with its mark, in UTF-8.
func fromUTF16(raw []byte) (text []byte, ok bool) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(raw, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(raw, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return nil, false
	}
	units := make([]uint16, 0, len(raw)/2)
	for raw = raw[2:]; len(raw) >= 2; raw = raw[2:] {
		units = append(units, order.Uint16(raw))
	}
	return []byte(string(utf16.Decode(units))), true
}
