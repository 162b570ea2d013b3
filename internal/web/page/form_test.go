package page

import (
	"net/url"
	"testing"
)

// TestAFormThatIsShownAgainIsOfTheVersionThatWasSeen has a second press of Save
// overwrite nothing that another wrote between.
func TestAFormThatIsShownAgainIsOfTheVersionThatWasSeen(t *testing.T) {
	for _, c := range []struct {
		form *Form
		want string
	}{{nil, "7"}, {&Form{}, "7"}, {&Form{Values: url.Values{"version": {"3"}}}, "3"}, {&Form{Values: url.Values{"version": {""}}}, "7"}} {
		if got := c.form.Version(7); got != c.want {
			t.Errorf("%+v: %s, want %s", c.form, got, c.want)
		}
	}
}
