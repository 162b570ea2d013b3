package support_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"stoa/internal/good"
	"stoa/internal/support"
	"stoa/internal/vocab"
)

func TestEachKindOfHelpIsAskedWhatIsItsOwn(t *testing.T) {
	said := map[string]map[string]string{
		"channel":             {"channel_type": "ussd sms", "channel_code": "* 123 #", "channel_operator": "Safari Mobile", "channel_price": "KES 0.50", "channel_unit": "session", "channel_languages": "Swahili"},
		"zero-rating":         {"zero_operator": "Safari Mobile", "zero_domains": "https://learn.example.org/", "zero_until": "2030-12"},
		"device-programme":    {"device_models": "Tablets of 10 inches", "device_number": "200"},
		"cloud-credits":       {"credit_amount": "5000 usd", "credit_until": "2027"},
		"security-audit":      {"audit_method": "code, penetration"},
		"accessibility-audit": {"access_method": "users"},
	}
	for kind, own := range said {
		for _, k := range vocab.SupportKinds() {
			a := support.Ask{Title: "Help", Kind: k.Code, Details: maps.Clone(own)}
			if err := a.Check(today); (err == nil) != (k.Code == kind) {
				t.Errorf("of %s said of %s: %v", kind, k.Code, err)
			}
			o := support.Terms{Title: "Help", Kinds: []string{"training", k.Code}, Details: maps.Clone(own)}
			if err := o.Check(); (err == nil) != (k.Code == kind) {
				t.Errorf("of %s offered with %s: %v", kind, k.Code, err)
			}
			d := support.Deal{Kind: k.Code, Since: "2026", Details: maps.Clone(own)}
			if err := d.Check(today); (err == nil) != (k.Code == kind) {
				t.Errorf("of %s agreed of %s: %v", kind, k.Code, err)
			}
		}
	}
	a := support.Ask{Title: "Help", Kind: "channel", Details: said["channel"]}
	if err := a.Check(today); err != nil || a.Details["channel_type"] != "sms ussd" || a.Details["channel_price"] != "0.5 KES" || a.Details["channel_code"] != "*123#" {
		t.Errorf("%v %v", a.Details, err)
	}
	if terms := support.DetailTerms(a.Details); !slices.Equal(terms, []string{"channel_type:sms", "channel_type:ussd", "channel_unit:session"}) || !support.IsDetailTerm(terms[1]) || support.IsDetailTerm("channel_type:pigeon") {
		t.Errorf("%v", terms)
	}
	for field, details := range map[string]map[string]string{
		"channel_unit":  {"channel_price": "1 KES"},
		"channel_price": {"channel_unit": "minute"},
		"channel_type":  {"channel_type": "pigeon"},
		"details":       {"colour": "red"},
	} {
		a := support.Ask{Title: "Help", Kind: "channel", Details: details}
		err := a.Check(today)
		if e, ok := err.(*good.Error); !ok || e.Kind != good.Invalid || e.Field != field {
			t.Errorf("%v: %v", details, err)
		}
	}
	free := support.Ask{Title: "Help", Kind: "channel", Details: map[string]string{"channel_price": "0 KES"}}
	if err := free.Check(today); err != nil {
		t.Errorf("free of charge: %v", err)
	}
	gap := support.Ask{Title: "Help", Indicator: "9a", Details: map[string]string{"audit_method": "code"}}
	if err := gap.Check(today); good.KindOf(err) != good.Invalid {
		t.Errorf("of no kind of help: %v", err)
	}
}

func TestHelpFitsKindsOfGoods(t *testing.T) {
	for _, c := range []struct {
		kind string
		of   []good.Kind
		fits bool
	}{{"model-evaluation", []good.Kind{good.AI}, true}, {"model-evaluation", []good.Kind{good.Software}, false}, {"model-evaluation", []good.Kind{good.Software, good.AI}, true}, {"model-evaluation", nil, true},
		{"content-adaptation", []good.Kind{good.Standard}, false}, {"conformance-testing", []good.Kind{good.Standard}, true}, {"data-preparation", []good.Kind{good.Data}, true}, {"training", []good.Kind{good.Standard}, true}, {"", []good.Kind{good.Data}, true}} {
		if err := support.CheckFit(c.kind, c.of); (err == nil) != c.fits {
			t.Errorf("%s for %v: %v", c.kind, c.of, err)
		}
	}
	for _, k := range good.Kinds {
		if n := len(support.KindsFor(k)); n < 4 || n == len(vocab.SupportKinds()) {
			t.Errorf("%d kinds of help for %s", n, k)
		}
	}
}

func TestTheDetailsOfHelpAreSaidInTheDocuments(t *testing.T) {
	text, err := os.ReadFile("../../docs/support.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range support.Details {
		if _, ok := vocab.SupportKindByCode(d.Of); !ok || !strings.Contains(string(text), "`"+d.Name+"`") || !strings.Contains(string(text), "`"+d.Of+"`") {
			t.Errorf("%+v", d)
		}
		for _, o := range d.Options {
			if !strings.Contains(string(text), "`"+o+"`") {
				t.Errorf("%s can be %s: docs/support.md does not say so", d.Name, o)
			}
		}
	}
}
