package harvest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"stoa/internal/good"
)

// peeked is how much of a file is read to find out what it is.
const peeked = 256 << 10

// Detect finds the format of the file or folder at path, as an error of kind
// Invalid where it is none that can be read.
func Detect(path string) (Format, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", notFound(path, err)
	}
	if info.IsDir() {
		return detectFolder(os.DirFS(path), filepath.Base(path))
	}
	if isPubliccode(filepath.Base(path)) {
		return Publiccode, nil
	}
	if isTable(path) {
		return Table, nil
	}
	if format := describing(filepath.Base(path)); format != "" {
		return format, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return "", notFound(path, err)
	}
	defer f.Close()
	return DetectReader(f)
}

func notFound(path string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return &good.Error{Kind: good.NotFound, Key: "error.import.no-such-file", Args: map[string]any{"Path": path}}
	}
	return fmt.Errorf("open %s: %w", path, err)
}

// DetectReader finds the format of what r begins with.
func DetectReader(r io.Reader) (Format, error) {
	br := bufio.NewReaderSize(r, peeked)
	head, err := br.Peek(peeked)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
		return "", fmt.Errorf("read the beginning: %w", err)
	}
	s := strings.TrimSpace(strings.TrimPrefix(string(head), "\xEF\xBB\xBF"))
	if s == "" {
		return "", broke("error.import.empty", nil)
	}
	array := s[0] == '['
	if !array && publiccodeKey.MatchString(s) {
		return Publiccode, nil
	}
	if !array && citationKey.MatchString(s) {
		return CitationFile, nil
	}
	if !array && (strings.HasPrefix(s, "@prefix") || strings.Contains(s, "<rdf:RDF")) {
		return DCATFile, nil
	}
	if !array && s[0] != '{' {
		return "", broke("error.import.not-json", nil)
	}
	keys := firstKeys(s)
	has := func(k string) bool { return slices.Contains(keys, k) }
	switch {
	case !array && has("applications") && has("records_by_build"), !array && has("applications"), !array && has("records_by_build"):
		return DPGAHistory, nil
	case !array && has("foreign_id") && has("facts"):
		return StoaCatalogue, nil
	case !array && has("openlicenses") && has("clearOwnership"):
		return DPGAApplications, nil
	case !array && has("user") && has("timestamp"), !array && has("SDG[0]"):
		return DPGAReviews, nil
	case !array && has("releases") && (has("agency") || has("measurementType")):
		return CodeFile, nil
	case has("@context") && (has("codeRepository") || has("codemeta") || strings.Contains(s[:min(len(s), 4096)], "codemeta")):
		return CodeMetaFile, nil
	case has("@context"), has("@graph"):
		return DCATFile, nil
	case array && (has("openlicenses") || has("dpgid") || has("sdgs")):
		return DPGAv1, nil
	case array && (has("license") || has("SDGs")):
		return DPGAv0, nil
	case array && len(keys) == 0 && strings.Trim(s, "[] \r\n\t") == "":
		return "", broke("error.import.no-records", nil)
	}
	return "", broke("error.import.unknown-format", nil)
}

// publiccodeKey is the key without which no file is a publiccode.yml.
var publiccodeKey = regexp.MustCompile(`(?m)^[{\s]*["']?publiccodeYmlVersion["']?\s*:`)

// citationKey is the key without which no file is a CITATION.cff.
var citationKey = regexp.MustCompile(`(?m)^["']?cff-version["']?\s*:`)

// firstKeys are the keys of the object that s is, or whose list it is; s may be
// cut anywhere.
func firstKeys(s string) []string {
	dec := json.NewDecoder(strings.NewReader(s))
	var keys []string
	depth, base := 0, 0
	key := false
	for {
		tok, err := dec.Token()
		if err != nil {
			return keys
		}
		switch t := tok.(type) {
		case json.Delim:
			switch t {
			case '{', '[':
				depth++
				if t == '{' && base == 0 {
					base, key = depth, true
					continue
				}
			case '}', ']':
				depth--
				if base > 0 && depth < base {
					return keys
				}
			}
			if base > 0 && depth == base {
				key = true
			}
			if depth > MaxDepth {
				return keys
			}
		default:
			if base == 0 || depth != base {
				continue
			}
			if k, ok := tok.(string); ok && key {
				keys = append(keys, k)
				key = false
			} else {
				key = true
			}
		}
	}
}

// detectFolder finds the format of a folder by what it holds.
func detectFolder(fsys fs.FS, base string) (Format, error) {
	isFile := func(name string) bool {
		info, err := fs.Stat(fsys, name)
		return err == nil && info.Mode().IsRegular()
	}
	if isFile("dpgs/index.json") || isFile("nominees/index.json") {
		return DPGAv0, nil
	}
	if isDump(fsys) {
		return Stoa, nil
	}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return "", fmt.Errorf("read the folder: %w", err)
	}
	for _, e := range entries {
		if e.IsDir() && isLegacyFolder(e.Name()) {
			return DPGAFolders, nil
		}
	}
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".json") {
			continue
		}
		if isLegacyFolder(base) {
			return DPGAFolders, nil
		}
		f, err := fsys.Open(e.Name())
		if err != nil {
			return "", fmt.Errorf("open %s: %w", e.Name(), err)
		}
		format, err := DetectReader(f)
		_ = f.Close()
		if err == nil && slices.Contains([]Format{StoaCatalogue, DPGAApplications, DPGAReviews}, format) {
			return format, nil
		}
	}
	if holdsPubliccode(fsys) {
		return Publiccode, nil
	}
	return "", broke("error.import.unknown-format", nil)
}

var dayInName = regexp.MustCompile(`(?:^|[^0-9])((?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?:[^0-9]|$)`)

// DayIn is the day a file's name says, or "".
func DayIn(path string) good.Date {
	if m := dayInName.FindStringSubmatch(filepath.Base(path)); m != nil {
		return good.Date(m[1])
	}
	return ""
}

// Open opens the file or folder at path; format "" means to find it out.
func Open(path string, format Format) (*Input, error) {
	if format == "" {
		found, err := Detect(path)
		if err != nil {
			return nil, err
		}
		format = found
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, notFound(path, err)
	}
	var in *Input
	switch {
	case format == DPGAv1 && !info.IsDir():
		in = v1File(path)
	case format == DPGAHistory && !info.IsDir():
		in = historyFile(path)
	case format == DPGAv0:
		in, err = v0(path, info.IsDir())
	case format == DPGAFolders && info.IsDir():
		if base := filepath.Base(path); isLegacyFolder(base) {
			in, err = folders(os.DirFS(filepath.Dir(path)), []string{base})
		} else {
			in, err = folders(os.DirFS(path), legacyFolders)
		}
	case format == StoaCatalogue && info.IsDir():
		in, err = Catalogue(os.DirFS(path))
	case format == StoaCatalogue:
		in, err = catalogueFile(path)
	case format == Stoa && info.IsDir():
		in, err = dump(path)
	case format == Table && !info.IsDir():
		in, err = OpenTable(path, "")
	case format == Publiccode:
		in, err = publiccodeFiles(path, info.IsDir())
	case descriptionSources[format].ID != "" && !info.IsDir():
		in, err = descriptionFile(path, format)
	default:
		return nil, &good.Error{Kind: good.Invalid, Key: "error.import.format", Args: map[string]any{"Format": string(format), "Path": path}}
	}
	if err != nil {
		return nil, err
	}
	if in.AsOf == "" {
		in.AsOf = DayIn(path)
	}
	return in, nil
}
