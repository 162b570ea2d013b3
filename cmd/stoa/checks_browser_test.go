package main

import (
	"archive/tar"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"stoa/internal/testkit"
)

// smallForge is a forge on loopback with one repository, o/wells, under MIT.
func smallForge(t *testing.T) (address, port string) {
	t.Helper()
	const commit = "1212121212121212121212121212121212121212"
	tree := map[string]string{"README.md": "# Wells\n\nWells keeps a register of wells for offices that have no network most of the day.\n\n## Installation\n\nDownload the program and start it.\n\n## Usage\n\nOpen the page.\n",
		"LICENSE": mitText, "package.json": `{"name":"wells","license":"MIT"}`, "SECURITY.md": "# Security\n\nWrite to security@wells.example.\n", "src/main.js": "// SPDX-License-Identifier: MIT\n"}
	line := func(s string) string { return fmt.Sprintf("%04x%s", len(s)+4, s) }
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/o/wells.git/info/refs":
			w.Header().Set("Content-Type", "application/x-git-upload-pack-advertisement")
			_, _ = fmt.Fprint(w, line("# service=git-upload-pack\n"), "0000", line(commit+" HEAD\x00\n"), "0000")
		case strings.HasSuffix(r.URL.Path, commit+".tar.gz"):
			z := gzip.NewWriter(w)
			out := tar.NewWriter(z)
			for name, text := range tree {
				_ = out.WriteHeader(&tar.Header{Name: "wells-1/" + name, Typeflag: tar.TypeReg, Size: int64(len(text)), Mode: 0o644})
				_, _ = io.WriteString(out, text)
			}
			_, _ = out.Close(), z.Close()
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL + "/o/wells", s.URL[strings.LastIndex(s.URL, ":")+1:]
}

// mitText is the MIT licence, for something of this test's own.
const mitText = `MIT License

Copyright (c) 2026 Wells Foundation

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`

// TestAPastedAddressFillsTheForm has an owner paste the address of a
// repository into the real program, with a script and without: the form is
// filled in and says so, an answer against what is there is marked for them
// and at the desk, and they dispute a finding.
func TestAPastedAddressFillsTheForm(t *testing.T) {
	for lang, look := range map[string]testkit.Screen{"": {}, "/ar": {Width: 360, Height: 780, Phone: true, NoScript: true}} {
		t.Run("language "+lang, func(t *testing.T) {
			address, port := smallForge(t)
			silent, another := silentHost(t)
			p := newPost(t, "--check-networks", "127.0.0.1/32", "--check-ports", port+","+another)
			p.run("", "user", "add", "kofi@wells.example", "--name", "Kofi")
			p.run("", "user", "add", "ines@desk.example", "--name", "Ines")
			p.run("", "user", "role", "ines@desk.example", "coordinator", "--reason", "a test")
			p.start()
			defer func() { p.kill(); p.buried() }()
			enter := func(who string) screen {
				s := screen{t, testkit.Browser(t, look)}
				s.do(chromedp.Navigate(address1(p.run("", "user", "link", who, "--base-url", p.live.url))))
				s.turn(chromedp.Click(chromedp.CSS("form[action$='/signin/link'] button")))
				return s
			}
			kofi := enter("kofi@wells.example")
			kofi.do(chromedp.Navigate(p.live.url+lang+"/apply/new"), chromedp.SendKeys(chromedp.CSS("input[name=link]"), address), chromedp.Click(chromedp.CSS("input[name=kind][value=software]")))
			kofi.fine()
			kofi.turn(chromedp.Click(chromedp.CSS("form:has(input[name=link]) button")))
			at := strings.TrimSuffix(ask[string](kofi, "location.href"), "#seen")
			for n := 0; ask[bool](kofi, `document.querySelectorAll("#seen .seen").length === 0`); n++ {
				if n == 10 {
					t.Fatalf("nothing is seen: %s", ask[string](kofi, "document.body.innerText"))
				}
				kofi.do(chromedp.Sleep(500e6), chromedp.Navigate(at)) // as its link does
			}
			kofi.fine()
			picture(t, kofi, "overview"+strings.ReplaceAll(lang, "/", "-"))
			kofi.do(chromedp.Navigate(at + "/part/2"))
			if got := ask[string](kofi, `document.querySelector("[data-question='licence.licences'] textarea").value`); !strings.Contains(got, "MIT") {
				t.Errorf("the licence is %q", got)
			}
			if n := ask[int](kofi, `document.querySelectorAll("[data-question='licence.licences'] .from").length`); n != 1 {
				t.Errorf("%d marks that a machine filled it in", n)
			}
			kofi.fine()
			picture(t, kofi, "part"+strings.ReplaceAll(lang, "/", "-"))
			// The owner says another thing than what is there.
			kofi.do(chromedp.SetValue(chromedp.CSS("[data-question='licence.licences'] textarea"), "Apache-2.0"))
			kofi.turn(chromedp.Click(chromedp.CSS("form[action*='/part/2'] .btns button.line")))
			kofi.do(chromedp.Navigate(at + "/part/2"))
			if n := ask[int](kofi, `document.querySelectorAll("[data-question='licence.licences'] .warn").length`); n != 1 {
				t.Errorf("%d marks that the answer says another thing", n)
			}
			kofi.fine()
			// And disputes what was found.
			kofi.do(chromedp.Navigate(at))
			kofi.do(chromedp.Click(chromedp.CSS("#seen details.seen:has(form) > summary")), chromedp.Click(chromedp.CSS("#seen details.seen[open] details > summary")))
			kofi.do(chromedp.SendKeys(chromedp.CSS("#seen details[open] details[open] textarea[name=reason]"), "That file is an example."))
			kofi.turn(chromedp.Click(chromedp.CSS("#seen details[open] details[open] form[action$='/dispute'] button")))
			if got := ask[string](kofi, "document.body.textContent"); !strings.Contains(got, "That file is an example.") {
				t.Error("the dispute is not shown")
			}
			ines := enter("ines@desk.example")
			ines.do(chromedp.Navigate(strings.Replace(at, "/apply/", "/desk/applications/", 1)))
			if n := ask[int](ines, `document.querySelectorAll(".qa .seen").length`); n < 5 {
				t.Errorf("%d questions have findings at the desk: %s", n, ask[string](ines, "document.body.innerText.slice(0, 500)"))
			}
			if n := ask[int](ines, `document.querySelectorAll(".qa .warn").length`); n != 1 {
				t.Errorf("%d contradictions are marked at the desk", n)
			}
			if got := ask[string](ines, "document.body.textContent"); !strings.Contains(got, "That file is an example.") {
				t.Error("the desk does not read the dispute")
			}
			ines.fine()
			picture(t, ines, "desk"+strings.ReplaceAll(lang, "/", "-"))
			// Somebody without an account nominates it.
			anyone := screen{t, testkit.Browser(t, look)}
			anyone.do(chromedp.Navigate(p.live.url+lang+"/nominate"), chromedp.SendKeys(chromedp.CSS("input[name=address]"), address))
			anyone.turn(chromedp.Click(chromedp.CSS("form[action$='/nominate/look'] button")))
			for n := 0; ask[string](anyone, `document.querySelector("input[name=name]").value`) == ""; n++ {
				if n == 10 {
					t.Fatalf("nothing is filled in: %s", ask[string](anyone, "document.body.innerText"))
				}
				anyone.do(chromedp.Sleep(500e6), chromedp.Navigate(ask[string](anyone, "location.href")))
			}
			if got := ask[string](anyone, `["name", "link", "licence"].map((n) => document.querySelector("input[name=" + n + "]").value).join(" ")`); !strings.EqualFold(got, "wells "+address+" MIT") {
				t.Errorf("filled in: %q", got)
			}
			anyone.fine()
			picture(t, anyone, "nominate"+strings.ReplaceAll(lang, "/", "-"))
			// And has it look where nobody answers, and does not wait for it.
			anyone.do(chromedp.Navigate(p.live.url+lang+"/nominate"), chromedp.SendKeys(chromedp.CSS("input[name=address]"), silent+"/o/n"))
			anyone.turn(chromedp.Click(chromedp.CSS("form[action$='/nominate/look'] button")))
			anyone.fine()
			picture(t, anyone, "nominate-waits"+strings.ReplaceAll(lang, "/", "-"))
			anyone.turn(chromedp.Click(chromedp.CSS("form[action$='/nominate/look/end'] button")))
			if n := ask[int](anyone, `document.querySelectorAll(".look").length - document.querySelectorAll("form[action$='/nominate/look/end'], [data-look]").length`); n != 1 {
				t.Errorf("the look goes on: %s", ask[string](anyone, "document.body.innerText.slice(0, 500)"))
			}
			anyone.fine()
			for _, s := range []screen{kofi, ines, anyone} {
				if got := testkit.Complaints(s.ctx); len(got) > 0 {
					t.Errorf("the browser complains: %q", got)
				}
			}
		})
	}
}

// silentHost is a host at which nobody ever answers.
func silentHost(t *testing.T) (address, port string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	_, port, err = net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return "http://127.0.0.1:" + port, port
}

func address1(text string) string { return address.FindString(text) }

// picture keeps a picture of a page where STOA_PICTURES says.
func picture(t *testing.T, s screen, name string) {
	t.Helper()
	dir := os.Getenv("STOA_PICTURES")
	if dir == "" {
		return
	}
	shot, err := chromedp.Run(s.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "check-"+name+".png"), shot, 0o644); err != nil {
		t.Fatal(err)
	}
}
