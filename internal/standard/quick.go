package standard

import (
	"io/fs"
	"strings"

	"stoa/internal/quick"
)

// Quick is every set of a folder in English, by its key and, for the current
// version, by its id: what OneOf reads.
func Quick(folder fs.FS) ([]byte, error) {
	keys, err := Keys(folder)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, key := range keys {
		id, _, _ := strings.Cut(key, "@")
		for _, k := range []string{key, id} {
			if s, ok := One(folder, k, "en"); ok {
				written, err := quick.Marshal(s)
				if err != nil {
					return nil, err
				}
				out[k] = string(written)
			}
		}
	}
	return quick.Marshal(out)
}

// OneOf reads what Quick made: the set that One would, in English. ok is false
// where it is not there.
func OneOf(written, key string) (s *Set, ok bool) {
	var all map[string]string
	if written == "" || quick.Unmarshal(written, &all) != nil || all[key] == "" {
		return nil, false
	}
	if quick.Unmarshal(all[key], &s) != nil {
		return nil, false
	}
	s.index()
	return s, true
}
