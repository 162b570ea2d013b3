package good

import "testing"

func TestAWebAddressHasAHostThatCanBe(t *testing.T) {
	for s, want := range map[string]bool{
		"https://example.org": true, "http://example.org:8080/a,b?c=d#e": true, "https://пример.рф/": true, "https://[2001:db8::1]/": true, "https://a_b.example": true,
		"https://births, everywhere": false, "https://births,": false, "https://a;b.example": false, "https://exa%20mple.org": false, "https://(example.org)": false,
		"https://user@example.org": false, "ftp://example.org": false, "//example.org": false, "example.org": false, "https://": false, "": false,
	} {
		if WebAddress(s) != want {
			t.Errorf("%q: %v", s, !want)
		}
	}
}
