package blob

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"

	"stoa/internal/good"
)

// kept are the kinds of file that are kept, by the end of their name, with the
// media types that their bytes may have.
var kept = map[string][]string{
	".pdf": {"application/pdf"}, ".png": {"image/png"}, ".jpg": {"image/jpeg"}, ".jpeg": {"image/jpeg"}, ".webp": {"image/webp"},
	".txt": {"text/plain"}, ".md": {"text/plain"}, ".csv": {"text/csv", "text/plain"},
	".odt":  {"application/vnd.oasis.opendocument.text"},
	".ods":  {"application/vnd.oasis.opendocument.spreadsheet"},
	".odp":  {"application/vnd.oasis.opendocument.presentation"},
	".docx": {"application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
	".xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	".pptx": {"application/vnd.openxmlformats-officedocument.presentationml.presentation"},
}

// Kinds says which files are kept, for people.
const Kinds = ".pdf .png .jpg .jpeg .webp .txt .md .csv .odt .ods .odp .docx .xlsx .pptx"

// judge returns the media type of a file, or why it is not kept: its name is of
// no kind we keep, or its bytes are of another kind than its name.
func judge(name string, f io.ReadSeeker, size int64) (string, error) {
	end := strings.ToLower(path.Ext(name))
	types, known := kept[end]
	if !known {
		return "", &good.Error{Kind: good.Invalid, Key: "mail.error.file-kind", Field: "file", Args: map[string]any{"Kinds": Kinds}}
	}
	other := &good.Error{Kind: good.Invalid, Key: "mail.error.file-other", Field: "file", Args: map[string]any{"End": end}}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return "", err
	}
	found, err := mimetype.DetectReader(f)
	if err != nil {
		return "", err
	}
	for _, t := range types {
		if !found.Is(t) {
			continue
		}
		switch {
		case strings.HasPrefix(t, "text/"):
			if !plain(f) {
				return "", other
			}
			return types[0] + "; charset=utf-8", nil
		case strings.Contains(t, "opendocument"), strings.Contains(t, "openxml"):
			if macros(f, size) {
				return "", &good.Error{Kind: good.Invalid, Key: "mail.error.file-macros", Field: "file"}
			}
		}
		return t, nil
	}
	return "", other
}

// plain says whether a file is text of UTF-8 from end to end.
func plain(f io.ReadSeeker) bool {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return false
	}
	rest := []byte(nil)
	buf := make([]byte, 64<<10)
	for {
		n, err := f.Read(buf)
		part := append(rest, buf[:n]...)
		cut := len(part)
		for i := 1; i < utf8.UTFMax && i <= len(part); i++ { // a character that goes on in the next piece
			if utf8.RuneStart(part[len(part)-i]) {
				if !utf8.FullRune(part[len(part)-i:]) {
					cut = len(part) - i
				}
				break
			}
		}
		if !utf8.Valid(part[:cut]) || bytes.IndexByte(part, 0) >= 0 {
			return false
		}
		rest = append([]byte(nil), part[cut:]...)
		if err == io.EOF {
			return len(rest) == 0
		}
		if err != nil {
			return false
		}
	}
}

// maxMembers is how many files an office document may be made of.
const maxMembers = 20_000

// macros says whether an office document holds a program, or is no sound
// archive, which no office program would open. Nothing of it is unpacked.
func macros(f io.ReadSeeker, size int64) bool {
	at, ok := f.(io.ReaderAt)
	if !ok {
		return true
	}
	z, err := zip.NewReader(at, size)
	if err != nil || len(z.File) > maxMembers {
		return true
	}
	for _, m := range z.File {
		name := strings.ToLower(m.Name)
		if strings.HasSuffix(name, "vbaproject.bin") || strings.HasPrefix(name, "basic/") || strings.HasPrefix(name, "scripts/") || strings.Contains(name, "activex/") || strings.HasSuffix(name, ".exe") {
			return true
		}
	}
	return false
}
