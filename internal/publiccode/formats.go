package publiccode

import (
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/github/go-spdx/v2/spdxexp"
	"github.com/rivo/uniseg"
	"golang.org/x/text/language"

	"stoa/internal/vocab"
)

// formats are the checks of single texts, by the name the schema gives them.
func formats() map[string]func(string) error {
	return map[string]func(string) error{
		"address": address, "web-address": webAddress, "path-or-address": pathOrAddress, "logo": logo, "video-address": video,
		"day": day, "e-mail": email, "language": languageTag, "country": country, "spdx-expression": licence,
		"organisation-uri": organisationURI, "supports-id": supportsID, "media-type": mediaType, "ipa-code": ipaCode,
		"at-most-35-characters": length(0, 35), "at-most-150-characters": length(0, 150), "150-to-10000-characters": length(150, 10_000),
	}
}

// length counts characters as readers do: a letter with its accents is one.
func length(least, most int) func(string) error {
	return func(s string) error {
		switch n := uniseg.GraphemeClusterCount(s); {
		case n < least:
			return fmt.Errorf("must have at least %d characters, has %d", least, n)
		case n > most:
			return fmt.Errorf("must have at most %d characters, has %d", most, n)
		}
		return nil
	}
}

var (
	errAddress = errors.New("must be an address with its scheme, such as https://")
	errWeb     = errors.New("must be an http or https address")
	errURI     = errors.New("must be a URI: an address, or a URN such as urn:x-example:name")
)

// address is any absolute URL: repositories are also at git:// and ssh://.
func address(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "" && (u.Scheme != "file" || u.Path == "") {
		return errAddress
	}
	return nil
}

func webAddress(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return errWeb
	}
	return nil
}

// pathOrAddress is a path relative to the file, or an address. Whether
// something is there is not looked at.
func pathOrAddress(s string) error {
	switch {
	case strings.HasPrefix(s, "/"):
		return errors.New("must be relative to the repository, or an http(s) address; it begins at the root of a disk")
	case strings.HasPrefix(strings.ToLower(s), "file:"):
		return errors.New("must be relative to the repository, or an http(s) address; others cannot read a file: address")
	}
	return nil
}

func logo(s string) error {
	if s == "" {
		return nil
	}
	if err := pathOrAddress(s); err != nil {
		return err
	}
	u, err := url.Parse(s)
	if err != nil || u.IsAbs() { // an address may serve the picture under any name
		return nil
	}
	if !slices.Contains([]string{".svg", ".svgz", ".png"}, strings.ToLower(path.Ext(u.Path))) {
		return errors.New("must be an SVG, SVGZ or PNG file")
	}
	return nil
}

func day(s string) error {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		return errors.New("must be a date, YYYY-MM-DD")
	}
	return nil
}

func email(s string) error {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || !strings.Contains(s[strings.LastIndexByte(s, '@')+1:], ".") {
		return errors.New("must be an e-mail address")
	}
	return nil
}

func languageTag(s string) error {
	if _, err := language.Parse(s); err != nil || s == "" || strings.ContainsRune(s, '_') {
		return errors.New("must be a language tag of BCP 47, such as en or pt-BR")
	}
	return nil
}

// country takes both cases: small letters are only out of date.
func country(s string) error {
	c, ok := vocab.CountryByCode(strings.ToUpper(s))
	if !ok || s != c.Alpha2 && s != strings.ToLower(c.Alpha2) {
		return errors.New("must be a country code of ISO 3166-1 alpha-2, such as KE")
	}
	return nil
}

func licence(s string) error {
	if ok, _ := spdxexp.ValidateLicenses([]string{s}); !ok && strings.TrimSpace(s) != "" {
		return errors.New("must be an SPDX licence expression, such as EUPL-1.2 OR MIT (https://spdx.org/licenses)")
	}
	return nil
}

// urn is the syntax of RFC 2141.
var urn = regexp.MustCompile(`(?i)^urn:([a-z0-9][a-z0-9-]{0,31}):(?:[a-z0-9()+,\-.:=@;$_!*']|%[0-9a-f]{2})+$`)

func uri(s string) error {
	if m := urn.FindStringSubmatch(s); m != nil && !strings.EqualFold(m[1], "urn") {
		return nil
	}
	u, err := url.ParseRequestURI(s)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return errURI
	}
	return nil
}

// italianPA is the URN of an Italian public administration. Whether the code is
// given out is for Italy's register to say: it changes daily.
const italianPA = "urn:x-italian-pa:"

func organisationURI(s string) error {
	if n := len(italianPA); len(s) >= n && strings.EqualFold(s[:n], italianPA) {
		return ipaCode(s[n:])
	}
	return uri(s)
}

var ipa = regexp.MustCompile(`^[A-Za-z0-9_-]{1,16}$`)

func ipaCode(s string) error {
	if s != "" && !ipa.MatchString(s) {
		return errors.New("must be a code of the Italian register of public administrations (iPA)")
	}
	return nil
}

// aliases are the names the format gives to what software may support.
var aliases = map[string]string{
	"gdpr": "https://eur-lex.europa.eu/eli/reg/2016/679/oj", "eidas": "https://eur-lex.europa.eu/eli/reg/2014/910/oj",
	"nis2": "https://eur-lex.europa.eu/eli/dir/2022/2555/oj", "cra": "https://eur-lex.europa.eu/eli/reg/2024/2847/oj",
	"spid": "https://www.spid.gov.it/", "cie": "https://www.cartaidentita.interno.gov.it/", "anpr": "https://www.anpr.interno.it/",
	"pagopa": "https://www.pagopa.gov.it/", "io": "https://io.italia.it/",
}

func supportsID(s string) error {
	if name, ok := strings.CutPrefix(s, "alias:"); ok {
		if aliases[name] == "" {
			return errors.New("is no alias of the format's list")
		}
		return nil
	}
	return uri(s)
}

// media is the syntax of RFC 6838.
var media = regexp.MustCompile(`^\s*[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\s*$`)

func mediaType(s string) error {
	if !media.MatchString(s) {
		return errors.New("must be a media type, such as text/plain")
	}
	return nil
}
