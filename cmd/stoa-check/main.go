// Command stoa-check says what a program can see of a good: it is `stoa check`
// without the platform around it, small and quick to start, for a desk or for CI.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"stoa/cmd/look"
	"stoa/cmd/roots"
	"stoa/cmd/say"
	"stoa/cmd/stoa/line"
	_ "stoa/internal/check/index" // what is known of licences' texts, found at build time
	"stoa/internal/good"
	"stoa/internal/standard"
	"stoa/standards"
)

// version is set by the linker from the source's tag.
var version = "dev"

const name = "stoa-check"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is main without the process.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) == 1 && args[0] == "--version" {
		fmt.Fprintln(stdout, name, version)
		return 0
	}
	var cmd look.Cmd
	c, err := line.New(&cmd, name, "Say what a program can see of a good, question by question of a standard. --version prints the version of this program.", map[string]string{"registry": ""})
	if err != nil {
		panic(err) // the struct is wrong: found by any test
	}
	_, err = c.Read(args, line.Around{Env: os.LookupEnv})
	if asked := new(line.Asked); errors.As(err, asked) {
		if err := asked.WriteHelp(stdout, say.Columns(stdout)); err != nil {
			return 1
		}
		return 0
	}
	if err != nil {
		fmt.Fprintf(stderr, "%s: %v\nTry: %s --help\n", name, err, name)
		return 2
	}
	if err := cmd.Look(&look.World{Ctx: ctx, Program: name, Stdout: stdout, Stderr: stderr, Now: time.Now, Standard: brought, Trust: roots.Trust}); err != nil {
		return say.Fail(stderr, name, err)
	}
	return 0
}

// brought finds a version of a criteria set among those that come with the
// program. They are sound: nothing of them is tested here.
func brought(key, language string) (*standard.Set, error) {
	if s, ok := standard.OneOf(standards.Quick, key); ok && language == "en" {
		return s, nil
	}
	if s, ok := standard.One(standards.FS, key, language); ok {
		return s, nil
	}
	keys, err := standard.Keys(standards.FS)
	if err != nil {
		return nil, err
	}
	return nil, &good.Error{Kind: good.Invalid, Key: "standard.unknown", Field: "standard", Args: map[string]any{"Key": key, "Keys": strings.Join(keys, ", ")}}
}
