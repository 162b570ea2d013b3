package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"stoa/cmd/stoa/line"
)

// ConfigCmd prints the configuration that serve would run with.
type ConfigCmd struct {
	Serve ServeCmd `embed:""`
}

// Run prints every setting, as a file that --config reads, and where it is
// from. Secrets are masked.
func (ConfigCmd) Run(env *Env) error {
	for _, f := range env.line.Settings() {
		value := f.Text()
		if f.Secret {
			value = masked(value)
		}
		if !f.IsBool() {
			value = strconv.Quote(value)
		}
		if _, err := fmt.Fprintf(env.Stdout, "%s: %s # %s\n", f.Name, value, origin(f)); err != nil {
			return err
		}
	}
	return nil
}

// origin says what set a flag.
func origin(f *line.Value) string {
	switch f.From {
	case line.FromFile:
		return "from the file"
	case line.FromLine:
		return "from --" + f.Name
	case line.FromEnvironment:
		return "from " + f.Env
	}
	return "default"
}

// masked is a database's address without its secrets.
func masked(address string) string {
	if address == "" {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" || strings.Contains(u.Host+u.Path+u.RawQuery+u.Fragment, "@") {
		return "***" // it cannot be told where in it the secret is
	}
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), "secret")
	}
	query := u.Query()
	for name := range query {
		if strings.Contains(strings.ToLower(name), "pass") {
			query.Set(name, "***")
		}
	}
	u.RawQuery = strings.ReplaceAll(query.Encode(), "%2A%2A%2A", "***")
	return strings.Replace(u.String(), ":secret@", ":***@", 1)
}

// maxConfig is how large a configuration file may be, in bytes.
const maxConfig = 1 << 20

// loadConfig reads a configuration file: YAML, one flat list of settings.
func loadConfig(path string) (map[string]any, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	if len(raw) > maxConfig {
		return nil, errors.New("the configuration file is too large")
	}
	c := map[string]any{}
	if err := yaml.Unmarshal(raw, &c); err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	for name, v := range c {
		switch v.(type) {
		case string, bool, int, nil:
		default:
			return nil, fmt.Errorf("configuration: %s must be a single value", name)
		}
	}
	return c, nil
}
