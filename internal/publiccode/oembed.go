package publiccode

import (
	_ "embed"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"stoa/internal/packed"
)

//go:embed oembed.txt
var oembedTXT string

// provider is where one provider's videos are: its host, with or without
// anything before it, and its paths.
type provider struct {
	host      string // without "*."
	sub       bool   // hosts below it too
	path      *regexp.Regexp
	wholeHost *regexp.Regexp // where "*" stands elsewhere in the host
}

var providers = sync.OnceValue(func() []provider {
	var out []provider
	for line := range strings.Lines(packed.Text(oembedTXT)) {
		_, rest, ok := strings.Cut(strings.TrimSpace(line), "://")
		if strings.HasPrefix(line, "#") || !ok {
			continue
		}
		host, path, _ := strings.Cut(rest, "/")
		p := provider{path: glob("/"+path, ".*")}
		p.host, p.sub = strings.CutPrefix(host, "*.")
		if strings.Contains(p.host, "*") {
			p.wholeHost = glob(host, `[^/]*`)
		}
		out = append(out, p)
	}
	return out
})

func glob(pattern, star string) *regexp.Regexp {
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, star) + "$")
}

// video is an address at a place from which others can embed it. The list of
// such places is the one kept for oEmbed; it is not asked for anew, so that a
// verdict does not depend on the day.
func video(s string) error {
	if err := webAddress(s); err != nil {
		return err
	}
	u, err := url.Parse(s)
	if err != nil {
		return errWeb
	}
	host, rest := strings.ToLower(u.Host), u.RequestURI()
	if u.Fragment != "" {
		rest += "#" + u.EscapedFragment()
	}
	for _, p := range providers() {
		at := host == p.host || p.sub && strings.HasSuffix(host, "."+p.host) || p.wholeHost != nil && p.wholeHost.MatchString(host)
		if at && p.path.MatchString(rest) {
			return nil
		}
	}
	return errors.New("must be at a place that supports oEmbed (https://oembed.com)")
}
