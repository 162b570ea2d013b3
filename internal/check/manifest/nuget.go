package manifest

import (
	"encoding/json"
	"strings"

	"stoa/internal/lazy"
)

// oldNET is a target that runs on Windows alone: .NET Framework, or a newer
// one bound to Windows.
var oldNET = lazy.New(`(?i)^(?:net[1-4]\d{0,2}|v[1-4]\.\d(?:\.\d)?|net\d+\.\d+-windows[\d.]*)$`)

// WindowsOnly is the name under which a project says that it runs on Windows
// alone.
const WindowsOnly = "Microsoft Windows"

// msbuild reads project files of .NET, those that list versions among them.
func msbuild(m *Manifest, raw []byte) error {
	type reference struct {
		Include       string `xml:"Include,attr"`
		Update        string `xml:"Update,attr"`
		Version       string `xml:"Version,attr"`
		Inner         string `xml:"Version"`
		PrivateAssets string `xml:"PrivateAssets,attr"`
		PrivateInner  string `xml:"PrivateAssets"`
		Condition     string `xml:"Condition,attr"`
	}
	var doc struct {
		Properties []struct {
			TargetFramework        string `xml:"TargetFramework"`
			TargetFrameworks       string `xml:"TargetFrameworks"`
			TargetFrameworkVersion string `xml:"TargetFrameworkVersion"`
			Description            string `xml:"Description"`
			ProjectURL             string `xml:"PackageProjectUrl"`
			RepositoryURL          string `xml:"RepositoryUrl"`
			IsTest                 string `xml:"IsTestProject"`
		} `xml:"PropertyGroup"`
		Items []struct {
			References []reference `xml:"PackageReference"`
			Versions   []reference `xml:"PackageVersion"`
		} `xml:"ItemGroup"`
	}
	if err := readXML(raw, &doc); err != nil {
		return err
	}
	use, targets := Runtime, ""
	if forWork.MatchString(m.Path) {
		use = Development
	}
	for _, p := range doc.Properties {
		m.Summary, m.Homepage, m.Source = first(m.Summary, p.Description), first(m.Homepage, p.ProjectURL), first(m.Source, p.RepositoryURL)
		targets = first(targets, p.TargetFrameworks, p.TargetFramework, p.TargetFrameworkVersion)
		if strings.EqualFold(strings.TrimSpace(p.IsTest), "true") {
			use = Development
		}
	}
	if onlyWindows(targets) {
		m.add(WindowsOnly, targets, use)
	}
	for _, item := range doc.Items {
		for _, r := range item.References {
			as := use
			if strings.EqualFold(first(r.PrivateAssets, r.PrivateInner), "all") {
				as = Development
			} else if r.Condition != "" && use == Runtime {
				as = Optional
			}
			m.add(first(r.Include, r.Update), first(r.Version, r.Inner), as)
		}
		for _, r := range item.Versions {
			m.add(first(r.Include, r.Update), first(r.Version, r.Inner), Listed)
		}
	}
	return nil
}

// onlyWindows says whether every target runs on Windows alone.
func onlyWindows(targets string) bool {
	any := false
	for t := range strings.SplitSeq(targets, ";") {
		if t = strings.TrimSpace(t); t == "" {
			continue
		}
		if any = true; !oldNET.MatchString(t) {
			return false
		}
	}
	return any
}

func packagesConfig(m *Manifest, raw []byte) error {
	var doc struct {
		Packages []struct {
			ID          string `xml:"id,attr"`
			Version     string `xml:"version,attr"`
			Development string `xml:"developmentDependency,attr"`
		} `xml:"package"`
	}
	if err := readXML(raw, &doc); err != nil {
		return err
	}
	for _, p := range doc.Packages {
		use := Runtime
		if p.Development == "true" || forWork.MatchString(m.Path) {
			use = Development
		}
		m.add(p.ID, p.Version, use)
	}
	return nil
}

func nugetLock(m *Manifest, raw []byte) error {
	var doc struct {
		Dependencies map[string]map[string]struct{ Resolved string }
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return err
	}
	for _, target := range sorted(doc.Dependencies) {
		for _, name := range sorted(doc.Dependencies[target]) {
			m.add(name, doc.Dependencies[target][name].Resolved, Listed)
		}
	}
	return nil
}
