package declared

import "stoa/internal/lazy"

// What tools with fewer users ask for. Those that are programs are read as text.
func init() {
	for name, f := range map[string]form{
		"mix.exs":      {"hex", listed(lazy.New(`\blicenses:\s*(?:\[([^\]\n]*)\]|~w[([{/|]([^)\]}/|\n]*)[)\]}/|])`))},
		"gleam.toml":   {"hex", keyed(readTOML, "licences", "licenses")},
		"shard.yml":    {"shards", keyed(readYAML, "license")},
		"elm.json":     {"elm", keyed(readJSON, "license")},
		"vcpkg.json":   {"vcpkg", keyed(readJSON, "license")},
		"fpm.toml":     {"fpm", keyed(readTOML, "license")},
		"project.clj":  {"clojars", listed(lazy.New(`:license\s+\{[^}]*?:name\s+("[^"\n]+")`))},
		"dune-project": {"opam", listed(lazy.New(`(?m)^\s*\(license\s+([^)\n]+)\)`))},
	} {
		byName[name] = f
	}
	byExt[".rockspec"] = form{"luarocks", listed(lazy.New(`\blicense\s*=\s*("[^"\n]+"|'[^'\n]+')`))}
	byExt[".nimble"] = form{"nimble", listed(lazy.New(`(?m)^\s*license\s*=\s*("[^"\n]+")`))}
	byExt[".opam"] = form{"opam", listed(lazy.New(`(?m)^license:\s*(\[[^\]\n]*\]|"[^"\n]+")`))}
}

// listed reads the licences that an expression finds in a program: those in
// quotes, or the words of a list without any.
func listed(field *lazy.Regexp) func(*Facts, []byte) error {
	return func(f *Facts, raw []byte) error {
		for _, m := range field.FindAllSubmatch(raw, 5) {
			for _, value := range m[1:] {
				quoted := inQuotes.FindAllSubmatch(value, 10)
				for _, q := range quoted {
					f.claim(string(q[1]))
				}
				if len(quoted) == 0 && len(value) < 80 {
					f.claim(string(value))
				}
			}
		}
		return nil
	}
}

// keyed reads the licence under one of these keys.
func keyed(read func([]byte) (map[string]any, error), keys ...string) func(*Facts, []byte) error {
	return func(f *Facts, raw []byte) error {
		doc, err := read(raw)
		if err != nil {
			return err
		}
		for _, k := range keys {
			for _, s := range texts(doc[k]) {
				f.claim(s)
			}
		}
		return nil
	}
}
