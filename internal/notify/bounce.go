package notify

import (
	"bufio"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"net/textproto"
	"strings"

	"stoa/internal/good"
)

// Report is a returned letter.
type Report struct {
	To     []string // the addresses it came back to, as its header names them
	Failed []Failed
}

// Failed is what a mail server says of an address it could not deliver to.
type Failed struct {
	Status string // of RFC 3463, "5.1.1"; "" where it says none
	Gone   bool   // the address takes no letters and never will; else it, or the letter, may be taken later
}

// The most that is read of a returned letter.
const (
	maxBounce  = 1 << 20
	maxBounced = 50 // addresses of one report
)

// paths are the fields of a header that say where a message came to, the most
// trustworthy first: what mail servers write, then what the sender wrote.
var paths = []string{"X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "To"}

// ReadBounce reads a returned letter: a report of RFC 3464, as mail servers
// send them to the return path of a letter. It fails with an error of kind
// Invalid for anything else.
func ReadBounce(r io.Reader) (Report, error) {
	broken := &good.Error{Kind: good.Invalid, Key: "mail.error.bounce"}
	m, err := netmail.ReadMessage(skipEnvelope(io.LimitReader(r, maxBounce)))
	if err != nil {
		broken.Err = err
		return Report{}, broken
	}
	var out Report
	for _, name := range paths {
		for _, line := range m.Header[textproto.CanonicalMIMEHeaderKey(name)] {
			if list, err := netmail.ParseAddressList(line); err == nil {
				for _, a := range list[:min(len(list), maxBounced)] {
					out.To = append(out.To, a.Address)
				}
			}
		}
	}
	out.To = out.To[:min(len(out.To), maxBounced)]
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || params["boundary"] == "" {
		return Report{}, broken
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for range 10 { // three are usual
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			broken.Err = err
			return Report{}, broken
		}
		if kind, _, err := mime.ParseMediaType(p.Header.Get("Content-Type")); err == nil && (kind == "message/delivery-status" || kind == "message/global-delivery-status") {
			out.Failed = append(out.Failed, statuses(p)...)
		}
	}
	if len(out.Failed) == 0 {
		return Report{}, broken
	}
	return out, nil
}

// skipEnvelope leaves out the line that mail servers put before a message they
// hand to a program, "From somebody Thu Nov 26 …".
func skipEnvelope(r io.Reader) io.Reader {
	b := bufio.NewReader(r)
	if begin, err := b.Peek(5); err == nil && string(begin) == "From " {
		_, _ = b.ReadSlice('\n') // a line longer than the buffer is no such line, and the message none
	}
	return b
}

// statuses reads the groups of fields of a delivery status: one about the
// message, then one for each recipient.
func statuses(r io.Reader) []Failed {
	var out []Failed
	fields := textproto.NewReader(bufio.NewReader(r))
	for len(out) < maxBounced {
		group, err := fields.ReadMIMEHeader()
		if strings.EqualFold(strings.TrimSpace(group.Get("Action")), "failed") { // not delayed, delivered, relayed
			code, _, _ := strings.Cut(strings.TrimSpace(group.Get("Status")), " ")
			if len(code) > 9 || strings.Trim(code, "0123456789.") != "" {
				code = ""
			}
			out = append(out, Failed{Status: code, Gone: gone(code)})
		}
		if err != nil { // the end, or what is no report
			return out
		}
	}
	return out
}

// gone says whether a status (RFC 3463) is about an address that takes no
// letters and never will. A full mailbox, a letter too large and a refusal of
// the sender are no fault of the address, however final the server calls them.
func gone(status string) bool {
	class, rest, _ := strings.Cut(status, ".")
	subject, detail, _ := strings.Cut(rest, ".")
	if class != "5" {
		return false
	}
	switch subject {
	case "0": // nothing is said but that it failed for good
		return true
	case "1": // the address; 7 and 8 are the sender's
		return detail != "7" && detail != "8"
	case "2": // the mailbox: disabled, or no more said
		return detail == "0" || detail == "1"
	case "4": // nobody answers for the domain, or there is no way to it
		return detail == "1" || detail == "4"
	}
	return false
}

// refusedForGood says whether what a mail server answers to an address, a reply
// code and perhaps a status, is about an address that never takes letters.
func refusedForGood(reply int, status string) bool {
	if status != "" {
		return gone(status)
	}
	return reply == 550 || reply == 551 || reply == 553 || reply == 556
}
