package check

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strings"
)

var (
	tagMark   = []byte("SPDX-License-Identifier:")
	licenMark = []byte("icen")
	textMarks = [][]byte{[]byte("ermission is hereby granted"), []byte("edistribution and use in source"), []byte("ermission to use, copy")}
)

// seeHead looks at what a file says of its own licence.
func (l *licence) seeHead(f *File) {
	text := f.Text[:min(len(f.Text), HeadSize)]
	if slices.ContainsFunc(textMarks, func(m []byte) bool { return bytes.Contains(text, m) }) {
		l.headed.add(f, 0)
	}
	if i := bytes.Index(text, tagMark); i >= nearTop && forReaders[f.Ext] {
		return // it stands in an example
	} else if i >= 0 {
		raw, _, _ := bytes.Cut(text[i+len(tagMark):], []byte("\n"))
		s := strings.TrimSpace(strings.TrimRight(strings.TrimSpace(string(raw)), "*/->#\r\"'}) "))
		if strings.Contains(string(raw), "(") { // the bracket may belong to it
			s = strings.TrimRight(strings.TrimSpace(string(raw)), "*/->#\r\"'} ")
		}
		if e, ok := readExpression(s); ok {
			count(l.heads, e.spdx, f, f.Line(i))
		} else if c := closedName(s); c != nil {
			count(l.heads, c.id, f, f.Line(i))
		} else if strings.HasPrefix(s, "LicenseRef-") {
			count(l.heads, strings.Fields(s)[0], f, f.Line(i))
		}
		return
	}
	if e, line := l.statement(text, f); strings.HasPrefix(e, inProse) {
		count(l.prose, strings.TrimPrefix(e, inProse), f, line)
		l.silent++
	} else if e != "" {
		count(l.heads, e, f, line)
	} else {
		l.silent++
	}
}

// nearTop is how far down, in bytes, a text that people read may name its own
// licence with a tag; forReaders are the endings of such texts.
const nearTop = 300

var forReaders = map[string]bool{".md": true, ".mdx": true, ".markdown": true, ".rst": true, ".adoc": true, ".html": true, ".txt": true}

// inProse begins what a head says in words of its own.
const inProse = "prose "

// unknownLicence stands for one of which only that it is one is known.
const unknownLicence = "?"

// statement is the licence that the head of a file states in the words that
// licences give for that, or "". Only the lines around the word are looked at,
// and the same lines once.
func (l *licence) statement(text []byte, f *File) (spdx string, line int) {
	i := bytes.Index(text, licenMark)
	if i < 0 {
		return "", 0
	}
	from, to := i, i
	for n := 0; n < 5 && from > 0; n++ {
		from = bytes.LastIndexByte(text[:from], '\n')
		if from < 0 {
			from = 0
		}
	}
	for n := 0; n < 14 && to < len(text); n++ {
		next := bytes.IndexByte(text[to:], '\n')
		if next < 0 {
			to = len(text)
			break
		}
		to += next + 1
	}
	window := text[from:min(to, len(text))]
	hash := maphash.Bytes(l.seed, window)
	spdx, seen := l.windows[hash]
	if !seen && len(l.windows) < mostWindows {
		if banner.Match(window) {
			l.windows[hash] = ""
			return "", 0
		}
		cover := inHeads().Scan(window)
		for _, m := range cover.Match {
			if id := ownNames(m); id != "" && !m.IsURL && m.End-m.Start > 60 && !strings.HasPrefix(id, "LicenseRef-") {
				spdx = id
				break
			}
		}
		if c := closedPut(window); c != nil && choosable(plain(window)) && len(spokenIn(string(window))) > 0 {
			spdx = inProse + unknownLicence // one may choose an open one
		} else if c != nil {
			spdx = c.id
		} else if spdx == "" {
			if spdx = putUnder(window); spdx != "" {
				spdx = inProse + spdx
			} else if unknownHead(window) {
				spdx = inProse + unknownLicence
			}
		}
		l.windows[hash] = spdx
	}
	if spdx == "" {
		return "", 0
	}
	return spdx, f.Line(i)
}
