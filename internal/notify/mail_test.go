package notify

import (
	"crypto/tls"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"stoa/internal/good"
	"stoa/internal/testkit"
)

var letter = Letter{ID: "0123456789abcdef", To: "ada@example.org", Lang: "ar", Dir: "rtl", Subject: "سؤال\r\nBcc: eve@example.org", Hello: "مرحبًا",
	Body: []string{"Is 1 < 2?", "<script>alert(1)</script>"}, Act: "افتح", Link: "https://stoa.example/ar/apply/1?a=1&b=2", Why: "لأن",
	Leave: "إيقاف", LeaveAt: "https://stoa.example/ar/unsubscribe/x.y.z"}

// parts are the bodies of a message by type, decoded.
func parts(t *testing.T, m testkit.Mail) map[string]string {
	t.Helper()
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	r := multipart.NewReader(strings.NewReader(string(m.Body)), params["boundary"])
	for {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		kind, _, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
		if err != nil {
			t.Fatal(err)
		}
		out[kind] = strings.ReplaceAll(string(text), "\r\n", "\n")
	}
}

func TestALetterArrivesWhole(t *testing.T) {
	server := testkit.NewMailServer(t, "", "")
	s, err := NewSMTP("smtp+plain://"+server.Addr, `"Stoa, the library" <stoa@stoa.example>`, "desk@stoa.example", "bounce@stoa.example")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), letter); err != nil {
		t.Fatal(err)
	}
	m := server.Mails()[0]
	if m.From != "bounce@stoa.example" || m.To != "ada@example.org" {
		t.Errorf("envelope from %s to %s", m.From, m.To)
	}
	decode := func(s string) string {
		out, err := new(mime.WordDecoder).DecodeHeader(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, want := range map[string]string{
		"Message-Id": "<0123456789abcdef@stoa.example>", "List-Unsubscribe": "<https://stoa.example/ar/unsubscribe/x.y.z>",
		"List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Auto-Submitted": "auto-generated", "Content-Language": "ar",
		"Reply-To": "<desk@stoa.example>", "From": `"Stoa, the library" <stoa@stoa.example>`, "Subject": "سؤال Bcc: eve@example.org", "Bcc": "",
	} {
		if got := decode(m.Header.Get(name)); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if d, err := m.Header.Date(); err != nil || time.Since(d) > time.Minute {
		t.Errorf("dated %v: %v", d, err)
	}
	body := parts(t, m)
	want := "مرحبًا\n\nIs 1 < 2?\n\n<script>alert(1)</script>\n\nافتح\nhttps://stoa.example/ar/apply/1?a=1&b=2\n\n-- \nلأن\n\nإيقاف\nhttps://stoa.example/ar/unsubscribe/x.y.z\n"
	if body["text/plain"] != want {
		t.Errorf("plain text:\n%s\nwant:\n%s", body["text/plain"], want)
	}
	html := body["text/html"]
	for _, has := range []string{`<html lang="ar" dir="rtl">`, "&lt;script&gt;", `href="https://stoa.example/ar/apply/1?a=1&amp;b=2"`, `<bdi dir="ltr"`, "<main"} {
		if !strings.Contains(html, has) {
			t.Errorf("the page lacks %s:\n%s", has, html)
		}
	}
	if strings.Contains(html, "<script") || strings.Contains(html, "<img") {
		t.Errorf("the page holds a script or a picture:\n%s", html)
	}
}

func TestALetterThatCannotBeLeftSaysNoWayOut(t *testing.T) {
	server := testkit.NewMailServer(t, "", "")
	s, err := NewSMTP("smtp+plain://"+server.Addr, "stoa@stoa.example", "", "")
	if err != nil {
		t.Fatal(err)
	}
	l := letter
	l.LeaveAt = ""
	if err := s.Send(t.Context(), l); err != nil {
		t.Fatal(err)
	}
	m := server.Mails()[0]
	if m.Header.Get("List-Unsubscribe") != "" || strings.Contains(string(m.Raw), "unsubscribe") || m.From != "stoa@stoa.example" {
		t.Errorf("%s", m.Raw)
	}
}

func TestLoginOnlyOverTLS(t *testing.T) {
	server := testkit.NewMailServer(t, "stoa", "open sesame")
	try := func(address string) error {
		s, err := NewSMTP(address, "stoa@stoa.example", "", "")
		if err != nil {
			t.Fatal(err)
		}
		s.trust = &tls.Config{RootCAs: server.Roots, ServerName: "localhost"}
		return s.Send(t.Context(), letter)
	}
	if err := try("smtp://stoa:open%20sesame@" + server.Addr); err != nil {
		t.Fatal(err)
	}
	if m := server.Mails()[0]; !m.TLS || m.Login != "stoa" {
		t.Errorf("over TLS %v as %q", m.TLS, m.Login)
	}
	if err := try("smtp://stoa:wrong@" + server.Addr); err == nil || errors.Is(err, ErrRefused) || strings.Contains(err.Error(), "wrong@") {
		t.Errorf("a wrong password: %v", err)
	}
	if err := try("smtp+plain://stoa:open%20sesame@" + server.Addr); err == nil {
		t.Error("the password went in clear and was taken")
	}
	s, err := NewSMTP("smtp://"+server.Addr, "stoa@stoa.example", "", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Send(t.Context(), letter); err == nil {
		t.Error("an unknown certificate was trusted")
	}
}

func TestARefusalIsToldFromADelay(t *testing.T) {
	server := testkit.NewMailServer(t, "", "")
	s, err := NewSMTP("smtp+plain://"+server.Addr, "stoa@stoa.example", "", "")
	if err != nil {
		t.Fatal(err)
	}
	server.Rcpt = func(string) error {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user"}
	}
	if err := s.Send(t.Context(), letter); !errors.Is(err, ErrRefused) {
		t.Errorf("no such user: %v", err)
	}
	server.Rcpt = func(string) error { return &smtp.SMTPError{Code: 451, Message: "greylisted"} }
	if err := s.Send(t.Context(), letter); err == nil || errors.Is(err, ErrRefused) {
		t.Errorf("greylisted: %v", err)
	}
	away, err := NewSMTP("smtp+plain://127.0.0.1:1", "stoa@stoa.example", "", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := away.Send(t.Context(), letter); err == nil || errors.Is(err, ErrRefused) {
		t.Errorf("no server: %v", err)
	}
	if len(server.Mails()) != 0 {
		t.Error("something was taken")
	}
}

func TestAddressesOfMailServers(t *testing.T) {
	for _, bad := range []string{"", "mail.example.org", "http://mail.example.org", "smtp://", "smtp://host:70000", "smtp+plain://mail.example.org", "smtps://host/path"} {
		if _, err := NewSMTP(bad, "a@example.org", "", ""); good.KindOf(err) != good.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, bad := range [][3]string{{"nobody", "", ""}, {"a@example.org", "nobody", ""}, {"a@example.org", "", "B <b@example.org>"}, {"a@example.org", "", "a-very-long-name-for-bounces@example.org"}, {"a@example.org", "", "a+b@example.org"}} {
		if _, err := NewSMTP("smtp://host", bad[0], bad[1], bad[2]); good.KindOf(err) != good.Invalid {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

const report = "From: MAILER-DAEMON@example.net\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n" +
	"--b1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.net\r\n\r\n" +
	"Original-Recipient: rfc822;Ada@Example.org\r\nFinal-Recipient: rfc822;ada@inner.example.net\r\nAction: failed\r\nStatus: 5.1.1 (bad mailbox)\r\n\r\n" +
	"Final-Recipient: rfc822; full@example.org\r\nAction: failed\r\nStatus: 4.2.2\r\n\r\n" +
	"Final-Recipient: rfc822; slow@example.org\r\nAction: delayed\r\nStatus: 4.4.1\r\n\r\n--b1--\r\n"

func TestAReturnedLetterIsRead(t *testing.T) {
	got, err := ReadBounce(strings.NewReader("From MAILER-DAEMON Thu Nov 26 10:00:00 2026\nX-Original-To: Bounces+abc@stoa.example\nTo: \"Stoa\" <other@stoa.example>\n" + report))
	if want := (Report{[]string{"Bounces+abc@stoa.example", "other@stoa.example"}, []Failed{{"5.1.1", true}, {"4.2.2", false}}}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v %v", got, err)
	}
	for _, bad := range []string{"", "hello", "Content-Type: text/plain\r\n\r\nHello", strings.ReplaceAll(report, "failed", "relayed"), strings.Repeat("A: b\r\n", 1<<18), "From " + strings.Repeat("x", 1<<17)} {
		if _, err := ReadBounce(strings.NewReader(bad)); good.KindOf(err) != good.Invalid {
			t.Errorf("%.40q: %v", bad, err)
		}
	}
}

func TestWhatIsNoFaultOfTheAddress(t *testing.T) {
	for status, want := range map[string]bool{"5.1.1": true, "5.1.0": true, "5.1.10": true, "5.2.1": true, "5.0.0": true, "5.4.4": true, "5.4.1": true,
		"5.2.2": false, "5.3.4": false, "5.7.1": false, "5.7.26": false, "5.1.8": false, "5.6.0": false, "5.4.7": false, "4.1.1": false, "": false, "5": false, "2.0.0": false} {
		if got := gone(status); got != want {
			t.Errorf("%q: %v", status, got)
		}
	}
	server := testkit.NewMailServer(t, "", "")
	s, err := NewSMTP("smtp+plain://"+server.Addr, "stoa@stoa.example", "", "bounces@stoa.example")
	if err != nil {
		t.Fatal(err)
	}
	server.Rcpt = func(string) error {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "your server is on a list"}
	}
	if err := s.Send(t.Context(), letter); err == nil || errors.Is(err, ErrRefused) {
		t.Errorf("a refusal of the sender silences the address: %v", err)
	}
}

func FuzzReadBounce(f *testing.F) {
	f.Add(report)
	f.Add("From x\nTo: bounces+a@b.c, <d@e.f>\nDelivered-To: =?utf-8?q?x?= <g@h.i>\n" + report)
	f.Add("Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n\n\nAction: failed\nFinal-Recipient: rfc822; a@b.c\n--x--")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ReadBounce(strings.NewReader(s))
		if (err == nil) != (len(r.Failed) > 0) || len(r.Failed) > maxBounced*10 || len(r.To) > maxBounced {
			t.Errorf("%d failed, %d paths, %v", len(r.Failed), len(r.To), err)
		}
		for _, b := range r.Failed {
			if len(b.Status) > 9 || b.Gone && b.Status[0] != '5' {
				t.Errorf("%+v", b)
			}
		}
	})
}
