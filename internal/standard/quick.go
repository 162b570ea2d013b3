package standard

import (
	"encoding/json"
	"io/fs"
	"strings"
)

// Quick is every set of a folder in English, as JSON by its key and, for the
// current version, by its id: what OneOf reads.
func Quick(folder fs.FS) ([]byte, error) {
	keys, err := Keys(folder)
	if err != nil {
		return nil, err
	}
	out := map[string]*Set{}
	for _, key := range keys {
		id, _, _ := strings.Cut(key, "@")
		for _, k := range []string{key, id} {
			if s, ok := One(folder, k, "en"); ok {
				out[k] = s
			}
		}
	}
	return json.Marshal(out)
}

// OneOf reads what Quick made: the set that One would, in English. ok is false
// where it is not there.
func OneOf(quick []byte, key string) (s *Set, ok bool) {
	if len(quick) == 0 {
		return nil, false
	}
	var all map[string]json.RawMessage
	if json.Unmarshal(quick, &all) != nil || all[key] == nil {
		return nil, false
	}
	s = &Set{}
	if json.Unmarshal(all[key], s) != nil {
		return nil, false
	}
	s.index()
	return s, true
}
