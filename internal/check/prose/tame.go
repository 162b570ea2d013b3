package prose

import "bytes"

// A parser of Markdown takes time by the square of the signs that may open
// something, within what hangs together. No text for people comes near these.
const (
	mostSigns = 1500     // of one sort in lines that hang together; of some twice or three times as many
	mostNests = 40       // signs of quotation or of lists before a line
	mostLine  = 20 << 10 // bytes of a line
)

// tame empties the lines of a text that pass the limits, and keeps their number.
func tame(body []byte) []byte {
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
