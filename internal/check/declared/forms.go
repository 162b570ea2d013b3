package declared

import (
	"bytes"
	"encoding/xml"
	"strings"

	"stoa/internal/lazy"
)

func npm(f *Facts, raw []byte) error {
	doc, err := readJSON(raw)
	if err != nil {
		return err
	}
	f.Private, _ = doc["private"].(bool)
	for _, v := range []any{doc["license"], doc["licenses"]} {
		for _, s := range texts(v) {
			// "SEE LICENSE IN file" declares no licence of its own.
			if !strings.HasPrefix(strings.ToUpper(s), "SEE LICEN") {
				f.claim(s)
			}
		}
		for _, t := range tables(v) {
			f.claim(first(t["type"], t["name"], t["url"]))
		}
	}
	f.Choice = true // the old list of licences was one of choices
	f.author(first(doc["author"], table(doc["author"])["name"]))
	for _, t := range tables(doc["contributors"]) {
		f.author(first(t["name"]))
	}
	for _, s := range texts(doc["contributors"]) {
		f.author(s)
	}
	return nil
}

// skeletons are the names of what frameworks of PHP start every work with: what
// they declare was written for the framework.
var skeletons = map[string]bool{
	"laravel/laravel": true, "laravel/lumen": true, "symfony/skeleton": true, "symfony/website-skeleton": true, "drupal/recommended-project": true, "drupal/legacy-project": true,
	"cakephp/app": true, "yiisoft/yii2-app-basic": true, "yiisoft/yii2-app-advanced": true, "slim/slim-skeleton": true, "codeigniter4/appstarter": true,
}

func composer(f *Facts, raw []byte) error {
	doc, err := readJSON(raw)
	if err != nil {
		return err
	}
	for _, s := range texts(doc["license"]) {
		f.claim(s)
	}
	f.Choice, f.Template = true, skeletons[first(doc["name"])]
	for _, t := range tables(doc["authors"]) {
		f.author(first(t["name"]))
	}
	return nil
}

func cargo(f *Facts, raw []byte) error {
	doc, err := readTOML(raw)
	if err != nil {
		return err
	}
	for _, t := range []map[string]any{table(doc["package"]), table(table(doc["workspace"])["package"])} {
		f.claim(first(t["license"]))
		for _, s := range texts(t["authors"]) {
			f.author(s)
		}
		if publish, set := t["publish"].(bool); set && !publish {
			f.Private = true
		}
	}
	return nil
}

// classifier is what Python's index calls a licence; a mere family of licences
// says nothing of which.
var classifier = lazy.New(`License :: (?:OSI Approved :: )?([^"'\n]+)`)

var ofClassifier = map[string]string{
	"MIT License": "MIT", "Apache Software License": "Apache-2.0", "ISC License (ISCL)": "ISC", "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
	"GNU General Public License v2 (GPLv2)": "GPLv2", "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
	"GNU General Public License v3 (GPLv3)": "GPLv3", "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
	"GNU Affero General Public License v3": "AGPLv3", "GNU Affero General Public License v3 or later (AGPLv3+)": "AGPL-3.0-or-later",
	"GNU Lesser General Public License v3 (LGPLv3)": "LGPLv3", "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
	"GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later", "The Unlicense (Unlicense)": "Unlicense",
	"European Union Public Licence 1.2 (EUPL 1.2)": "EUPL-1.2", "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication": "CC0-1.0",
	"Other/Proprietary License": "Proprietary",
}

// classifiers takes the licences of classifiers, where nothing better is said.
func (f *Facts) classifiers(lines ...string) {
	if len(f.Licences) > 0 {
		return
	}
	for _, l := range lines {
		for _, m := range classifier.FindAllStringSubmatch(l, -1) {
			if id := ofClassifier[strings.TrimSpace(m[1])]; id != "" {
				f.claim(id)
			}
		}
	}
}

func pyproject(f *Facts, raw []byte) error {
	doc, err := readTOML(raw)
	if err != nil {
		return err
	}
	p, poetry := table(doc["project"]), table(table(doc["tool"])["poetry"])
	for _, t := range []map[string]any{p, poetry} {
		if s := first(t["license"], table(t["license"])["text"]); len(s) <= 120 {
			f.claim(s) // longer ones are a whole licence
		}
		for _, a := range tables(t["authors"]) {
			f.author(first(a["name"]))
		}
		for _, a := range texts(t["authors"]) {
			f.author(a)
		}
	}
	f.classifiers(append(texts(p["classifiers"]), texts(poetry["classifiers"])...)...)
	return nil
}

var (
	cfgLine    = lazy.New(`(?m)^(license|author)\s*=\s*(.+?)\s*$`)
	setupField = lazy.New(`[\s(,](license|author)\s*=\s*['"]([^'"\n]+)['"]`)
)

func setupCfg(f *Facts, raw []byte) error { return f.fields(cfgLine, raw) }

// A setup.py is a program. Only texts that stand in it are taken.
func setupPy(f *Facts, raw []byte) error { return f.fields(setupField, raw) }

func (f *Facts) fields(field *lazy.Regexp, raw []byte) error {
	for _, m := range field.FindAllSubmatch(raw, -1) {
		if string(m[1]) == "author" {
			f.author(string(m[2]))
		} else if len(m[2]) <= 120 && !bytes.HasPrefix(m[2], []byte("file:")) {
			f.claim(string(m[2]))
		}
	}
	f.classifiers(string(raw))
	return nil
}

func pom(f *Facts, raw []byte) error {
	var doc struct {
		Organisation string `xml:"organization>name"`
		Licences     []struct {
			Name string `xml:"name"`
			URL  string `xml:"url"`
		} `xml:"licenses>license"`
		Developers []struct {
			Name string `xml:"name"`
		} `xml:"developers>developer"`
	}
	if err := xml.Unmarshal(raw, &doc); err != nil {
		return err
	}
	for _, l := range doc.Licences {
		f.claim(first(l.Name, l.URL))
	}
	f.Choice = true // as the format says
	f.owner(doc.Organisation)
	for _, d := range doc.Developers {
		f.author(d.Name)
	}
	return nil
}

func msbuild(f *Facts, raw []byte) error {
	var doc struct {
		Groups []struct {
			Licence   string `xml:"PackageLicenseExpression"`
			Authors   string `xml:"Authors"`
			Company   string `xml:"Company"`
			Copyright string `xml:"Copyright"`
		} `xml:"PropertyGroup"`
	}
	if err := xml.Unmarshal(raw, &doc); err != nil {
		return err
	}
	for _, g := range doc.Groups {
		f.claim(g.Licence)
		f.owner(g.Company)
		for a := range strings.SplitSeq(g.Authors, ",") {
			f.author(a)
		}
	}
	return nil
}

func nuspec(f *Facts, raw []byte) error {
	var doc struct {
		Licence struct {
			Type string `xml:"type,attr"`
			Text string `xml:",chardata"`
		} `xml:"metadata>license"`
		Owners  string `xml:"metadata>owners"`
		Authors string `xml:"metadata>authors"`
	}
	if err := xml.Unmarshal(raw, &doc); err != nil {
		return err
	}
	if doc.Licence.Type != "file" {
		f.claim(doc.Licence.Text)
	}
	f.owner(doc.Owners)
	f.author(doc.Authors)
	return nil
}

var specField = lazy.New(`\.(licenses?|authors?)\s*=\s*(\[[^\]\n]*\]|%w[\[({][^\])}\n]*[\])}]|\{[^}\n]*\}|['"][^'"\n]*['"])`)

var (
	inQuotes = lazy.New(`['"]([^'"\n]+)['"]`)
	typeOf   = lazy.New(`:type\s*=>\s*['"]([^'"\n]+)['"]`)
)

// A gemspec is a program, too.
func gemspec(f *Facts, raw []byte) error {
	for _, m := range specField.FindAllSubmatch(raw, -1) {
		var values []string
		switch v := string(m[2]); {
		case strings.HasPrefix(v, "%w"):
			values = strings.Fields(v[3 : len(v)-1])
		case strings.HasPrefix(v, "{"):
			for _, q := range typeOf.FindAllStringSubmatch(v, -1) {
				values = append(values, q[1])
			}
		default:
			for _, q := range inQuotes.FindAllStringSubmatch(v, -1) {
				values = append(values, q[1])
			}
		}
		for _, v := range values {
			if m[1][0] == 'l' {
				f.claim(v)
			} else {
				f.author(v)
			}
		}
	}
	f.Choice = true
	return nil
}

func pubspec(f *Facts, raw []byte) error {
	doc, err := readYAML(raw)
	if err != nil {
		return err
	}
	f.claim(first(doc["license"]))
	f.Private = first(doc["publish_to"]) == "none"
	return nil
}

var (
	descriptionField = lazy.New(`(?m)^(License|Author|Maintainer):[ \t]*(.+?)\s*$`)
	ofVersion        = lazy.New(`^(.*?)\s*\((>=|==)\s*([0-9.]+)\)$`)
)

// description is that of a package of R, which names its licences in words of
// its own: "GPL (>= 3) | file LICENSE".
func description(f *Facts, raw []byte) error {
	for _, m := range descriptionField.FindAllSubmatch(raw, -1) {
		if string(m[1]) != "License" {
			f.author(string(m[2]))
			continue
		}
		for part := range strings.SplitSeq(string(m[2]), "|") {
			part, _, _ = strings.Cut(part, "+ file")
			part = strings.TrimSpace(part)
			if v := ofVersion.FindStringSubmatch(part); v != nil {
				part = v[1] + "-" + v[3]
				if v[2] == ">=" {
					part += "+"
				}
			}
			if !strings.HasPrefix(part, "file ") {
				f.claim(part)
			}
		}
	}
	f.Choice = true
	return nil
}

var cabalField = lazy.New(`(?im)^(license|author|copyright):[ \t]*(.+?)\s*$`)

func cabal(f *Facts, raw []byte) error {
	for _, m := range cabalField.FindAllSubmatch(raw, -1) {
		switch strings.ToLower(string(m[1])) {
		case "license":
			f.claim(string(m[2]))
		case "author":
			f.author(string(m[2]))
		}
	}
	return nil
}
