package finding

import (
	"strings"

	"stoa/internal/good"
)

// Speaker says sentences in a language.
type Speaker interface {
	T(key string, kv ...any) string
	List(items []string) string
	Kind(good.Kind) string
}

// In is the sentence in a language. A list is written as one, and a value named
// Kind as the kind of a good is called; a report that was stored and read again
// says the same.
func (t Text) In(s Speaker) string {
	kv := make([]any, 0, 2*len(t.Args))
	for name, v := range t.Args {
		switch x := v.(type) {
		case []string:
			v = s.List(x)
		case []any:
			items := make([]string, 0, len(x))
			for _, i := range x {
				if text, ok := i.(string); ok {
					items = append(items, text)
				}
			}
			v = s.List(items)
		case float64:
			if x == float64(int(x)) {
				v = int(x)
			}
		case string:
			if name == "Kind" {
				v = s.Kind(good.Kind(x))
			}
		}
		kv = append(kv, name, v)
	}
	return s.T(t.Key, kv...)
}

// Tell is why a finding is as it is, for people: where the sentence is said of many
// matters alike and something is lacking, the matter stands before it.
func (f Finding) Tell(s Speaker) string {
	why := f.Why.In(s)
	if f.State == Met || !strings.HasPrefix(f.Why.Key, "probe.") && !strings.HasPrefix(f.Why.Key, "check.alone") && f.Why.Key != "check.partial" {
		return why
	}
	return Say("probe.name."+f.Probe).In(s) + " — " + why
}
