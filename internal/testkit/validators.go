package testkit

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Document is one text for other people's readers and validators. Kind is one
// of jsonld, xml, openapi, cff, bibtex, html and svg.
type Document struct {
	Name string `json:"name"`
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// Judge returns what the validators find wrong, by the document's name; the
// documents are judged together, as starting a validator costs more than a
// document does. Without the validators the test is skipped.
func Judge(t testing.TB, docs []Document) map[string]string {
	t.Helper()
	dir := filepath.Join(Root(t), "internal", "testkit", "validators")
	_, err := os.Stat(filepath.Join(dir, "node_modules", "vnu-jar"))
	node, nodeErr := exec.LookPath("node")
	_, javaErr := exec.LookPath("java")
	Need(t, "validators from npm (npm ci in internal/testkit/validators), node and java", err == nil && nodeErr == nil && javaErr == nil)
	in, err := json.Marshal(docs)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "judge.mjs")
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(in)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	var found []struct{ Name, Problem string }
	if err := json.Unmarshal(out, &found); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	wrong := map[string]string{}
	for _, f := range found {
		wrong[f.Name] += f.Problem
	}
	return wrong
}
