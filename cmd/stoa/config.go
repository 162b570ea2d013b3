package main

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v4"
)

// ConfigCmd prints the configuration that serve would run with.
type ConfigCmd struct {
	Serve ServeCmd `embed:""`
}

// Run prints every setting, as a file that --config reads, and where it is
// from. Secrets are masked.
func (ConfigCmd) Run(env *Env, k *kong.Context) error {
	for _, f := range settings(k) {
		value := fmt.Sprint(f.Target.Interface())
		if f.IsSlice() { // as it is given: one text with commas
			var each []string
			for i := range f.Target.Len() {
				each = append(each, fmt.Sprint(f.Target.Index(i).Interface()))
			}
			value = strings.Join(each, ",")
		}
		if f.Tag.Has("secret") {
			value = masked(value)
		}
		if !f.IsBool() {
			value = strconv.Quote(value)
		}
		if _, err := fmt.Fprintf(env.Stdout, "%s: %s # %s\n", f.Name, value, origin(k, f)); err != nil {
			return err
		}
	}
	return nil
}

// settings are the flags that a file or the environment may set as well: those
// with a variable.
func settings(k *kong.Context) []*kong.Flag {
	var out []*kong.Flag
	for _, p := range k.Path {
		for _, f := range p.Flags {
			if len(f.Tag.Envs) > 0 && !slices.Contains(out, f) {
				out = append(out, f)
			}
		}
	}
	return out
}

// origin says what set a flag.
func origin(k *kong.Context, f *kong.Flag) string {
	for _, p := range k.Path {
		if p.Flag == f && p.Resolved {
			return "from the file"
		}
		if p.Flag == f {
			return "from --" + f.Name
		}
	}
	if name, ok := variable(f); ok {
		return "from " + name
	}
	return "default"
}

// variable is the environment variable that sets f.
func variable(f *kong.Flag) (name string, ok bool) {
	for _, name := range f.Tag.Envs {
		if _, ok := os.LookupEnv(name); ok {
			return name, true
		}
	}
	return "", false
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

// configFile is what a configuration file sets, by name of the flag.
type configFile map[string]any

// loadConfig reads a configuration file: YAML, one flat list of settings.
func loadConfig(r io.Reader) (kong.Resolver, error) {
	raw, err := io.ReadAll(io.LimitReader(r, maxConfig+1))
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	if len(raw) > maxConfig {
		return nil, errors.New("the configuration file is too large")
	}
	c := configFile{}
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

// Validate implements kong.Resolver: what no command knows is a mistake.
func (c configFile) Validate(app *kong.Application) error {
	known := map[string]bool{}
	nodes := []*kong.Node{app.Node}
	for len(nodes) > 0 {
		n := nodes[0]
		nodes = append(nodes[1:], n.Children...)
		for _, f := range n.Flags {
			known[f.Name] = known[f.Name] || len(f.Tag.Envs) > 0
		}
	}
	for name := range c {
		if !known[name] {
			return fmt.Errorf("configuration: there is no setting %q; stoa config lists them", name)
		}
	}
	return nil
}

// Resolve implements kong.Resolver. The environment comes before the file, and
// flags before both.
func (c configFile) Resolve(_ *kong.Context, _ *kong.Path, f *kong.Flag) (any, error) {
	v, ok := c[f.Name]
	if _, set := variable(f); !ok || v == nil || set || len(f.Tag.Envs) == 0 {
		return nil, nil
	}
	if n, ok := v.(int); ok {
		return strconv.Itoa(n), nil
	}
	return v, nil
}
