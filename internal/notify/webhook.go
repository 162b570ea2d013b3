package notify

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// secretSize is how many random bytes a webhook's secret has; the scheme wants
// 24 to 64.
const secretSize = 32

// NewSecret makes a secret with which messages to one endpoint are signed, in
// the form in which the libraries of Standard Webhooks take it.
func NewSecret(rand io.Reader) (string, error) {
	b := make([]byte, secretSize)
	if _, err := io.ReadFull(rand, b); err != nil {
		return "", fmt.Errorf("make a webhook's secret: %w", err)
	}
	return "whsec_" + base64.StdEncoding.EncodeToString(b), nil
}

// Sign returns the headers of a webhook's message by the scheme of Standard
// Webhooks. While a secret is being replaced the message is signed with both.
func Sign(id string, at time.Time, body []byte, secrets ...string) (map[string]string, error) {
	var signatures []string
	for _, secret := range secrets {
		if secret == "" {
			continue
		}
		w, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			return nil, fmt.Errorf("sign a webhook: %w", err)
		}
		s, err := w.Sign(id, at, body)
		if err != nil {
			return nil, fmt.Errorf("sign a webhook: %w", err)
		}
		signatures = append(signatures, s)
	}
	return map[string]string{
		"Content-Type":                          "application/json",
		standardwebhooks.HeaderWebhookID:        id,
		standardwebhooks.HeaderWebhookTimestamp: strconv.FormatInt(at.Unix(), 10),
		standardwebhooks.HeaderWebhookSignature: strings.Join(signatures, " "),
	}, nil
}

// SignPlain returns the headers of a webhook's message as the publiccode
// catalogue API sends them: HMAC-SHA256 of the body in hexadecimal, where there
// is a secret.
func SignPlain(body []byte, secret string) map[string]string {
	header := map[string]string{"Content-Type": "application/json"}
	if secret != "" {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		header["X-Webhook-Signature"] = hex.EncodeToString(mac.Sum(nil))
	}
	return header
}
