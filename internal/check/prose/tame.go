package prose

import "bytes"

// A parser of Markdown takes time by the square of the signs that may open
// something, within what hangs together. No text for people comes near these.
const (
	mostSigns = 1500     // of one sort in lines that hang together; of some twice or three times as many
	mostNests = 40       // signs of quotation or of lists before a line
	mostLine  = 20 << 10 // bytes of a line
)

// isTame says of most texts, soon, that they pass no limit: they have too few signs
// in all, and no line that is long or begins with many.
func isTame(body []byte) bool {
	for signs, most := range map[string]int{"[!": mostSigns, "*_~": 2 * mostSigns, "`": mostSigns, "<": 3 * mostSigns} {
		all := 0
		for i := range len(signs) {
			all += bytes.Count(body, []byte(signs[i:i+1]))
		}
		if all > most {
			return false
		}
	}
	for len(body) > 0 {
		end := bytes.IndexByte(body, '\n') + 1
		if end == 0 {
			end = len(body)
		}
		if end > mostLine || end > 2*mostNests && len(bytes.TrimLeft(body[:2*mostNests+1], ">-+* \t")) == 0 {
			return false
		}
		body = body[end:]
	}
	return true
}

// tame empties the lines of a text that pass the limits, and keeps their number.
func tame(body []byte) []byte {
	if isTame(body) {
		return body
	}
	var out []byte // nil as long as nothing was emptied
	var open, strong, code, tags int
	at := 0
	for line := range bytes.Lines(body) {
		at += len(line)
		if len(bytes.TrimSpace(line)) == 0 {
			open, strong, code, tags = 0, 0, 0, 0
		}
		nests := 0
		for i, b := range line {
			switch b {
			case '[', '!':
				open++
			case '*', '_', '~':
				strong++
			case '`':
				code++
			case '<':
				tags++
			}
			if nests == i && (b == '>' || b == '-' || b == '+' || b == '*' || b == ' ' || b == '\t') {
				nests++
			}
		}
		wild := len(line) > mostLine || nests > 2*mostNests && bytes.ContainsAny(line[:nests], ">+*-") && !bytes.HasPrefix(bytes.TrimSpace(line), []byte("---")) ||
			max(open, strong/2, code, tags/3) > mostSigns
		switch {
		case wild && out == nil:
			out = append(make([]byte, 0, len(body)), body[:at-len(line)]...)
			fallthrough
		case wild:
			out = append(out, '\n')
		case out != nil:
			out = append(out, line...)
		}
	}
	if out == nil {
		return body
	}
	return out
}
