// Package lazy has regular expressions that are compiled when they are first
// used. A program has hundreds of them, and a short run of it uses few: to compile
// all at its start took longer than what many runs are for.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp is a regular expression; what it can do, package regexp says.
type Regexp struct {
	text string
	once sync.Once
	re   *regexp.Regexp
}

// all are those that New made.
var all []*Regexp

// New makes one of text, for a variable of a package. One that does not compile is
// a mistake of its author, which a test over All finds.
func New(text string) *Regexp {
	l := Of(text)
	all = append(all, l)
	return l
}

// Of makes one of a text that is known to compile.
func Of(text string) *Regexp { return &Regexp{text: text} }

// All are those of all packages.
func All() []*Regexp { return all }

// Compile compiles it, if nobody did.
func (l *Regexp) Compile() { l.the() }

func (l *Regexp) the() *regexp.Regexp {
	l.once.Do(func() { l.re = regexp.MustCompile(l.text) })
	return l.re
}

// String is the text it was made of.
func (l *Regexp) String() string { return l.text }

// Match is that of package regexp.
func (l *Regexp) Match(b []byte) bool { return l.the().Match(b) }

// MatchString is that of package regexp.
func (l *Regexp) MatchString(s string) bool { return l.the().MatchString(s) }

// Find is that of package regexp.
func (l *Regexp) Find(b []byte) []byte { return l.the().Find(b) }

// FindString is that of package regexp.
func (l *Regexp) FindString(s string) string { return l.the().FindString(s) }

// FindIndex is that of package regexp.
func (l *Regexp) FindIndex(b []byte) []int { return l.the().FindIndex(b) }

// FindStringIndex is that of package regexp.
func (l *Regexp) FindStringIndex(s string) []int { return l.the().FindStringIndex(s) }

// FindSubmatch is that of package regexp.
func (l *Regexp) FindSubmatch(b []byte) [][]byte { return l.the().FindSubmatch(b) }

// FindStringSubmatch is that of package regexp.
func (l *Regexp) FindStringSubmatch(s string) []string { return l.the().FindStringSubmatch(s) }

// FindStringSubmatchIndex is that of package regexp.
func (l *Regexp) FindStringSubmatchIndex(s string) []int { return l.the().FindStringSubmatchIndex(s) }

// FindAll is that of package regexp.
func (l *Regexp) FindAll(b []byte, n int) [][]byte { return l.the().FindAll(b, n) }

// FindAllString is that of package regexp.
func (l *Regexp) FindAllString(s string, n int) []string { return l.the().FindAllString(s, n) }

// FindAllIndex is that of package regexp.
func (l *Regexp) FindAllIndex(b []byte, n int) [][]int { return l.the().FindAllIndex(b, n) }

// FindAllStringIndex is that of package regexp.
func (l *Regexp) FindAllStringIndex(s string, n int) [][]int { return l.the().FindAllStringIndex(s, n) }

// FindAllSubmatch is that of package regexp.
func (l *Regexp) FindAllSubmatch(b []byte, n int) [][][]byte { return l.the().FindAllSubmatch(b, n) }

// FindAllStringSubmatch is that of package regexp.
func (l *Regexp) FindAllStringSubmatch(s string, n int) [][]string {
	return l.the().FindAllStringSubmatch(s, n)
}

// FindAllSubmatchIndex is that of package regexp.
func (l *Regexp) FindAllSubmatchIndex(b []byte, n int) [][]int {
	return l.the().FindAllSubmatchIndex(b, n)
}

// ReplaceAll is that of package regexp.
func (l *Regexp) ReplaceAll(src, with []byte) []byte { return l.the().ReplaceAll(src, with) }

// ReplaceAllString is that of package regexp.
func (l *Regexp) ReplaceAllString(src, with string) string {
	return l.the().ReplaceAllString(src, with)
}

// ReplaceAllStringFunc is that of package regexp.
func (l *Regexp) ReplaceAllStringFunc(src string, with func(string) string) string {
	return l.the().ReplaceAllStringFunc(src, with)
}

// ReplaceAllFunc is that of package regexp.
func (l *Regexp) ReplaceAllFunc(src []byte, with func([]byte) []byte) []byte {
	return l.the().ReplaceAllFunc(src, with)
}

// Split is that of package regexp.
func (l *Regexp) Split(s string, n int) []string { return l.the().Split(s, n) }
