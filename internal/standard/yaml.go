package standard

import (
	"encoding/json"

	"go.yaml.in/yaml/v4"
)

// YAML is the set as a document of the same keys as its JSON.
func (s *Set) YAML() ([]byte, error) {
	raw, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	var n yaml.Node // JSON is YAML; reading it as nodes keeps the order of its keys
	if err := yaml.Unmarshal(raw, &n); err != nil {
		return nil, err
	}
	plain(&n)
	return yaml.Marshal(&n)
}

// plain writes a node out in lines, quoted only where it has to be.
func plain(n *yaml.Node) {
	n.Style = 0
	for _, c := range n.Content {
		plain(c)
	}
}
