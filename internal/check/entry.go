package check

import (
	"path"
	"strings"
)

// At describes the file at this path of a target, which is size bytes long.
func At(name string, size int64) Entry {
	base := strings.ToLower(path.Base(name))
	return Entry{Path: name, Size: size, Name: base, Ext: path.Ext(base), Depth: strings.Count(name, "/"), Vendored: vendored(name)}
}

// carried are the names of folders that hold what others made.
var carried = map[string]bool{
	"vendor": true, "vendors": true, "vendored": true, "_vendor": true, "node_modules": true, "bower_components": true, "bower": true, "jspm_packages": true,
	"third_party": true, "third-party": true, "thirdparty": true, "3rdparty": true, "3rd-party": true, "3rd_party": true,
	"external": true, "externals": true, "extern": true, "deps": true, ".deps": true, "pods": true, "carthage": true, "site-packages": true, ".yarn": true,
	"cesium": true, "godeps": true, "_workspace": true, "submodules": true, "contrib-libs": true,
}

// shipped are folders, within one of what a site sends as it is, that hold what
// others made, each in a folder of its own.
var shipped = map[string]bool{"public/plugins": true, "static/plugins": true, "assets/plugins": true, "global/plugins": true, "wwwroot/plugins": true, "wwwroot/lib": true, "public/libs": true, "static/libs": true}

// vendored says whether a path lies in a folder of what others made.
func vendored(name string) bool {
	for above := ""; ; {
		dir, rest, more := strings.Cut(name, "/")
		if !more {
			return false
		}
		if len(dir) <= len("bower_components") && carried[strings.ToLower(dir)] || strings.HasPrefix(dir, "_vendor") {
			return true
		}
		if len(dir) <= len("wwwroot") { // as long as any of these
			lower := strings.ToLower(dir)
			if above != "" && shipped[above+"/"+lower] && strings.Contains(rest, "/") {
				return true
			}
			above = lower
		} else {
			above = ""
		}
		name = rest
	}
}
