package ask

import "testing"

// An answer that was saved a thousand times is still locked by its version.
func TestVersionsAreReadHoweverHigh(t *testing.T) {
	for s, want := range map[string]int64{"7": 7, "999": 999, "1000": 1000, "1234567": 1234567, "": 0, "x": 0, "-3": 0} {
		if n := Number(s); n != want {
			t.Errorf("%q is %d, want %d", s, n, want)
		}
	}
}
