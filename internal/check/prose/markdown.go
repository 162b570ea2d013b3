package prose

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"stoa/internal/lazy"
)

var reader = goldmark.New(goldmark.WithExtensions(extension.Table)).Parser()

// In raw HTML, which many a README begins with, only these are looked for.
var (
	htmlLink    = lazy.New(`(?i)<(a|img)\s[^>]*?(?:href|src)\s*=\s*["']([^"'>]+)["'][^>]*>`)
	htmlHeading = lazy.New(`(?is)<h([1-6])[^>]*>(.*?)</h[1-6]>`)
	htmlPara    = lazy.New(`(?is)<(?:p|summary)[^>]*>(.*?)</(?:p|summary)>`)
	htmlTag     = lazy.New(`(?s)<[^>]*>`)
	comment     = lazy.New(`(?s)<!--.*?-->`)
)

// walk reads a tree of Markdown.
type walk struct {
	*Doc
	body  []byte
	above int // lines before body
	at    int // an offset whose line is known
	line  int
}

// lineAt is the line that holds the byte at this offset. The tree is walked
// from its beginning to its end, so the count goes on from the last.
func (w *walk) lineAt(offset int) int {
	if offset < w.at {
		w.at, w.line = 0, 0
	}
	offset = min(offset, len(w.body))
	w.line += bytes.Count(w.body[w.at:offset], []byte("\n"))
	w.at = offset
	return w.above + w.line + 1
}

func (d *Doc) markdown(body []byte, above int) {
	body = tame(body)
	w := &walk{Doc: d, body: body, above: above}
	root := reader.Parse(text.NewReader(body))
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // the walker returns no error
		if !entering {
			return ast.WalkContinue, nil
		}
		return w.node(n), nil
	})
}

func (w *walk) node(n ast.Node) ast.WalkStatus {
	switch n := n.(type) {
	case *ast.Heading:
		w.heading(n.Level, w.words(n), w.where(n))
	case *ast.Paragraph:
		if n.Parent() != nil && n.Parent().Kind() == ast.KindDocument {
			w.paragraph(w.words(n), w.where(n))
		} else {
			w.Letters += len(w.words(n))
		}
	case *ast.Link:
		w.link(w.words(n), string(util.UnescapePunctuations(n.Destination)), w.where(n), false)
	case *ast.Image:
		w.link(w.words(n), string(util.UnescapePunctuations(n.Destination)), w.where(n), true)
	case *ast.AutoLink:
		w.link("", string(n.URL(w.body)), w.where(n), false)
	case *ast.FencedCodeBlock:
		w.code(n.Lines())
	case *ast.CodeBlock:
		w.code(n.Lines())
	case *ast.HTMLBlock:
		w.html(n)
	case *ast.RawHTML:
		for i := range n.Segments.Len() {
			s := n.Segments.At(i)
			w.htmlLinks(s.Value(w.body), s.Start)
		}
	}
	return ast.WalkContinue
}

// where is the line of a node; an inline one has the line of its first text,
// else of the block it stands in.
func (w *walk) where(n ast.Node) int {
	for c := n; c != nil; c = c.FirstChild() {
		if t, ok := c.(*ast.Text); ok {
			return w.lineAt(t.Segment.Start)
		}
	}
	for c := n; c != nil; c = c.Parent() {
		if c.Type() == ast.TypeBlock && c.Lines() != nil && c.Lines().Len() > 0 {
			return w.lineAt(c.Lines().At(0).Start)
		}
	}
	return 0
}

// words is the text of a node without its marks. Pictures say nothing here.
func (w *walk) words(n ast.Node) string {
	var b strings.Builder
	_ = ast.Walk(n, func(c ast.Node, entering bool) (ast.WalkStatus, error) { // the walker returns no error
		if !entering || b.Len() > 8000 {
			return ast.WalkContinue, nil
		}
		switch c := c.(type) {
		case *ast.Image:
			if c != n {
				return ast.WalkSkipChildren, nil
			}
		case *ast.Text:
			b.Write(c.Segment.Value(w.body))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(c.Value)
		case *ast.RawHTML:
			b.WriteString(w.lineEnd(n, c))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// lineEnd is how words are parted where HTML ends a line: in a heading as a name
// is from what is told of it.
func (w *walk) lineEnd(within ast.Node, tag *ast.RawHTML) string {
	if tag.Segments.Len() == 0 {
		return ""
	}
	s := tag.Segments.At(0)
	switch {
	case !bytes.HasPrefix(bytes.ToLower(s.Value(w.body)), []byte("<br")):
		return ""
	case within.Kind() == ast.KindHeading:
		return " | "
	}
	return " "
}

func (w *walk) code(lines *text.Segments) {
	for i := range lines.Len() {
		if s := lines.At(i); len(w.Commands) < most {
			w.command(string(s.Value(w.body)), w.lineAt(s.Start))
		}
	}
}

func (w *walk) html(n *ast.HTMLBlock) {
	if n.Lines().Len() == 0 {
		return
	}
	start := n.Lines().At(0).Start
	end := n.Lines().At(n.Lines().Len() - 1).Stop
	block := comment.ReplaceAllFunc(w.body[start:end], func(c []byte) []byte { return bytes.Repeat([]byte(" "), len(c)) })
	for _, h := range htmlHeading.FindAllSubmatchIndex(block, -1) {
		w.heading(int(block[h[2]]-'0'), stripped(block[h[4]:h[5]]), w.lineAt(start+h[0]))
	}
	for _, p := range htmlPara.FindAllSubmatchIndex(block, -1) {
		w.paragraph(stripped(block[p[2]:p[3]]), w.lineAt(start+p[0]))
	}
	w.htmlLinks(block, start)
}

func (w *walk) htmlLinks(block []byte, start int) {
	for _, f := range htmlLink.FindAllSubmatchIndex(block, -1) {
		name, after := block[f[2]:f[3]], ""
		if len(name) == 1 { // the text of a link, up to its end
			rest := block[f[1]:min(len(block), f[1]+longest)]
			if end := bytes.Index(bytes.ToLower(rest), []byte("</a>")); end >= 0 {
				after = stripped(rest[:end])
			}
		}
		w.link(after, string(block[f[4]:f[5]]), w.lineAt(start+f[0]), len(name) > 1)
	}
}

// stripped is what is left of HTML without its tags.
func stripped(s []byte) string { return string(htmlTag.ReplaceAll(s, []byte(" "))) }
