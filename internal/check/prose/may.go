package prose

import "bytes"

// MayLink says whether a text in Markdown may hold a link or a picture whose
// address is no whole one and no place in the text itself, so that it may lead
// to a file beside the text. Where it says no there is none: to read the text for
// them would be in vain.
func MayLink(raw []byte) bool {
	raw = raw[:min(len(raw), MaxSize)]
	for rest := raw; ; {
		at := bytes.IndexByte(rest, ']')
		if at < 0 || at+1 == len(rest) {
			break
		}
		rest = rest[at+1:]
		if (rest[0] == '(' || rest[0] == ':') && !elsewhere(bytes.TrimPrefix(bytes.TrimLeft(rest[1:], " \t\r\n"), []byte("<"))) {
			return true
		}
	}
	for rest := raw; ; {
		at := bytes.IndexByte(rest, '=')
		if at < 0 {
			return false
		}
		name := bytes.TrimRight(rest[:at], " \t\r\n\f\v")
		named := len(name) >= 3 && (bytes.EqualFold(name[len(name)-3:], []byte("src")) || len(name) >= 4 && bytes.EqualFold(name[len(name)-4:], []byte("href")))
		rest = rest[at+1:]
		if value := bytes.TrimLeft(rest, " \t\r\n\f\v"); named && len(value) > 0 && (value[0] == '"' || value[0] == '\'') && !elsewhere(value[1:]) {
			return true
		}
	}
}

// elsewhere says whether an address leads to the web, to a mailbox or to a place
// in the same text.
func elsewhere(address []byte) bool {
	for _, begin := range []string{"#", "http:", "https:", "mailto:"} {
		if len(address) >= len(begin) && bytes.EqualFold(address[:len(begin)], []byte(begin)) {
			return true
		}
	}
	return false
}
