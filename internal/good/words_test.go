package good_test

import (
	"strings"
	"testing"

	"stoa/internal/good"
)

func TestDisguises(t *testing.T) {
	for s, want := range map[string]bool{
		"paypal": false, "pаypal": true, // its second letter is Cyrillic
		"SMSом": false, "Жителям нужен DHIS2": false, "COVID и другие": false, "Ελλάδα 2026": false, "gοοgle": true, // two letters are Greek
		"": false, "شرح SMS": false, "用SMS通知": false,
	} {
		if got := good.Disguised(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestAdvertisements(t *testing.T) {
	for s, want := range map[string]bool{
		"": false, "We train nurses, see https://a.example and https://b.example.": false,
		"https://a.example http://b.example www.c.example https://d.example": true, "Buy <a href=x>this</a>": true, "[url=x]win[/url]": true, "<SCRIPT>x": true,
		strings.Repeat("z", 31): true, "----------------------------------------": false,
		strings.Repeat("win ", 21): true, strings.Repeat("we help people with maps ", 5): false,
	} {
		if got := good.Advertises(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}
