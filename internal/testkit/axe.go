package testkit

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Violation is one rule of axe-core that the page breaks.
type Violation struct {
	Rule   string   `json:"id"`
	Impact string   `json:"impact"`
	Help   string   `json:"help"`
	Where  []string `json:"where"` // the elements, each with the reason
}

// String is one line for a test's log.
func (v Violation) String() string {
	return fmt.Sprintf("%s (%s): %s\n    %s", v.Rule, v.Impact, v.Help, strings.Join(v.Where, "\n    "))
}

// axeRun asks for every rule, best practices included. Stylesheets are not
// fetched anew: the page's content security policy forbids it.
const axeRun = `axe.run(document, {resultTypes: ['violations'], preload: false}).then(r => r.violations.map(v => ({
	id: v.id, impact: v.impact || '', help: v.help,
	where: v.nodes.map(n => n.target.join(' ') + ': ' + (n.failureSummary || '').replace(/\s+/g, ' '))})))`

// Axe checks the page in the tab for accessibility and returns what is wrong.
func Axe(ctx context.Context) ([]Violation, error) {
	script, err := axeScript()
	if err != nil {
		return nil, err
	}
	if p, _ := ctx.Value(tabKey{}).(*tab); p != nil && p.screen.NoScript {
		// The page has been laid out without scripts; the checker is one.
		if err := scripts(ctx, true); err != nil {
			return nil, err
		}
		defer scripts(ctx, false) // should it fail, the next step of the test fails too
	}
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](script)); err != nil {
		return nil, fmt.Errorf("load axe-core: %w", err)
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]Violation](axeRun, func(p *runtime.EvaluateParams) {
		wait := true
		p.AwaitPromise = &wait
	}))
	if err != nil {
		return nil, fmt.Errorf("run axe-core: %w", err)
	}
	return found, nil
}

// scripts lets the page's scripts run, or not.
func scripts(ctx context.Context, run bool) error {
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !run}); err != nil {
		return fmt.Errorf("switch scripts: %w", err)
	}
	return nil
}

// Accessible fails the test for every rule of axe-core that the page in the
// tab breaks; without axe-core the test is skipped.
func Accessible(t testing.TB, ctx context.Context) {
	t.Helper()
	_, err := axeScript()
	Need(t, "axe-core (npm ci in internal/testkit/axe)", err == nil)
	found, err := Axe(ctx)
	if err != nil {
		t.Fatal(err)
	}
	where, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range found {
		t.Errorf("%s breaks %v", where, v)
	}
}

// axeScript is the checker, as npm installed it.
var axeScript = sync.OnceValues(func() (string, error) {
	dir, err := root()
	if err != nil {
		return "", err
	}
	b, err := os.ReadFile(filepath.Join(dir, "internal", "testkit", "axe", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		return "", fmt.Errorf("axe-core is not installed; run npm ci in internal/testkit/axe: %w", err)
	}
	return string(b), nil
})
