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

// Bounced is what a mail server says of an address it could not deliver to.
type Bounced struct {
	Address   string
	Permanent bool   // it will never take letters; else it may later
	Reason    string // the status of RFC 3463, "5.1.1"
}

// The most that is read of a returned letter.
const (
	maxBounce  = 1 << 20
	maxBounced = 50 // addresses of one report
)

// ReadBounce reads a returned letter: a report of RFC 3464, as mail servers
// send them to the address that letters are from. It fails with an error of
// kind Invalid for anything else.
func ReadBounce(r io.Reader) ([]Bounced, error) {
	broken := &good.Error{Kind: good.Invalid, Key: "mail.error.bounce"}
	m, err := netmail.ReadMessage(io.LimitReader(r, maxBounce))
	if err != nil {
		broken.Err = err
		return nil, broken
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || params["boundary"] == "" {
		return nil, broken
	}
	var out []Bounced
	parts := multipart.NewReader(m.Body, params["boundary"])
	for range 10 { // three are usual
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			broken.Err = err
			return nil, broken
		}
		if kind, _, err := mime.ParseMediaType(p.Header.Get("Content-Type")); err == nil && (kind == "message/delivery-status" || kind == "message/global-delivery-status") {
			out = append(out, statuses(p)...)
		}
	}
	if len(out) == 0 {
		return nil, broken
	}
	return out, nil
}

// statuses reads the groups of fields of a delivery status: one about the
// message, then one for each recipient.
func statuses(r io.Reader) []Bounced {
	var out []Bounced
	fields := textproto.NewReader(bufio.NewReader(r))
	for len(out) < maxBounced {
		group, err := fields.ReadMIMEHeader()
		if b, ok := status(group); ok {
			out = append(out, b)
		}
		if err != nil { // the end, or what is no report
			return out
		}
	}
	return out
}

func status(group textproto.MIMEHeader) (Bounced, bool) {
	if !strings.EqualFold(strings.TrimSpace(group.Get("Action")), "failed") {
		return Bounced{}, false // delayed, delivered, relayed
	}
	_, address, typed := strings.Cut(group.Get("Final-Recipient"), ";")
	if original := group.Get("Original-Recipient"); original != "" { // the one we wrote to, where it forwards
		_, address, typed = strings.Cut(original, ";")
	}
	if !typed {
		return Bounced{}, false
	}
	a, err := netmail.ParseAddress(strings.TrimSpace(address))
	if err != nil || len(a.Address) > 254 {
		return Bounced{}, false
	}
	code, _, _ := strings.Cut(strings.TrimSpace(group.Get("Status")), " ")
	if len(code) > 9 || strings.Trim(code, "0123456789.") != "" {
		code = ""
	}
	return Bounced{Address: strings.ToLower(a.Address), Permanent: strings.HasPrefix(code, "5."), Reason: code}, true
}
