package runs

import "stoa/internal/harvest/connect"

// Kind is a kind of source that can be read.
type Kind struct {
	Name    string   `json:"name"`
	Options []Option `json:"options"`
}

// Option is what a kind of source asks for besides its address.
type Option struct {
	Name     string   `json:"name"`
	Required bool     `json:"required"`
	Long     bool     `json:"long"`            // a text of many lines
	Words    []string `json:"words,omitempty"` // the values it may have, the first where nobody says; none for any
}

// Kinds lists the kinds of source in the order in which they are offered.
func Kinds() []Kind {
	var out []Kind
	for _, k := range connect.Kinds() {
		kind := Kind{Name: k.Name, Options: []Option{}}
		for _, o := range k.Options {
			kind.Options = append(kind.Options, Option(o))
		}
		out = append(out, kind)
	}
	return out
}
