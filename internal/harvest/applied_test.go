package harvest

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stoa/internal/standard"
	"stoa/internal/standard/shape"
	"stoa/internal/testkit"
	"stoa/standards"
)

func dpgSet(t testing.TB) *standard.Set {
	t.Helper()
	l, err := standard.Load(shape.New(), standards.FS)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := l.Set("dpg", "")
	return s
}

// submitted is an application as the form sent it.
const submitted = `{"id":"10001","name":"Well Watch","stage":"DPG","aliases":["WW"],"categories":["Open Software","Open AI Model"],"description":"Finds dry wells. Ask jane.doe@wells.example.",
"website":"wellwatch.example.org","repositories":[{"name":"main","url":"https://github.com/ww/ww"}],"sectors":[],
"sdgs":{"sdg":["SDG6: Clean Water and Sanitation","SDG3: Good Health and Well-Being"],"relevance":"It finds water."},
"openlicenses":[{"openLicense":"GPL-3.0","openLicenseEvidenceURLs":"https://github.com/ww/ww/blob/main/LICENSE"},{"openLicense":"Beerware 9","openLicenseEvidenceURLs":"on request"}],
"clearOwnership":[{"clearOwnershipName":"Wells Trust","clearOwnershipURL":"https://wells.example.org"}],
"platformIndependence":{"isPlatformIndependent":"Yes","openAlternatives":["Any map server"]},"documentation":"Guide - https://docs.wells.example.org",
"NonPII":{"collectsNonPII":"Yes","nonPIIAccessMechanism":"CSV"},"privacy":[[],{"privacyCompliance":"GDPR","privacyComplianceURL":"https://wells.example.org/privacy"}],
"openStandards":["HTTP"],"bestPractices":["Review"],"dataPrivacySecurity":{"collectsPII":"PII data is collected and stored but NOT distributed.","typesOfPIIDataCollected":["Name"],"dataPrivacySecurity":"Encrypted."},
"userContent":{"contentManagement":"Content is collected stored and distributed.","contentTypes":["Photos"],"contentManagementPolicy":"An editor looks."},
"protectionFromHarassment":{"facilitatesUserInteraction":"Perhaps","harassmentPolicy":""},"locations":{"developmentCountries":["Kenya"],"deploymentCountries":["Kenya","Chad"]},
"deploymentOrganisations":"","otherDeploymentOrganisations":["County of Turkana"],"awardsReceived":["Best well"],"hobbies":"fishing",
"organizations":[{"name":"Wells Trust","website":"https://wells.example.org","org_type":"owner","contact_name":"Jane Doe","contact_email":"jane.doe@wells.example"}]}`

func TestAnApplicationsAnswersFindTheirQuestions(t *testing.T) {
	a := ReadApplication([]byte(submitted), "file", dpgSet(t))
	if !a.Held || !strings.HasPrefix(a.Reasons[0], "licence") || a.ForeignID != "10001" || a.Facts.Standing != nil {
		t.Fatalf("reasons %v, id %s, standing %v: an unknown licence is for a person, its stage is not believed", a.Reasons, a.ForeignID, a.Facts.Standing)
	}
	got := map[string]string{}
	for id, ans := range a.Answers {
		got[id] = sample(ans)
		for _, n := range slices.Sorted(maps.Keys(ans.Items)) {
			got[id] += n + "=" + ans.Items[n] + ";"
		}
	}
	want := map[string]string{
		"general.name": "Well Watch", "general.aliases": "WW", "general.kinds": "software, ai", "general.summary": "Finds dry wells. Ask .", "general.website": "https://wellwatch.example.org",
		"general.source": "https://github.com/ww/ww", "sdg.goals": "6, 3", "sdg.relevance": "3=It finds water.;6=It finds water.;",
		"licence.licences": "GPL-3.0-only", "licence.evidence": "on request https://github.com/ww/ww/blob/main/LICENSE", "owner.name": "Wells Trust", "owner.evidence": "https://wells.example.org",
		"platform.closed": "yes", "platform.alternatives": "Any map server", "docs.links": "Guide - https://docs.wells.example.org https://docs.wells.example.org",
		"data.handles": "yes", "data.export": "CSV", "law.list": "GDPR", "law.evidence": "https://wells.example.org/privacy", "standards.open": "HTTP", "standards.practices": "Review",
		"privacy.personal": "stored", "privacy.types": "Name", "privacy.security": "Encrypted.", "content.handled": "distributed", "content.types": "Photos", "content.moderation": "An editor looks.",
		"scale.countries": "KE, TD", "scale.developed": "KE", "scale.users": "County of Turkana",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var lost []string
	for _, l := range a.Lost {
		lost = append(lost, l.Field+": "+l.Value+" ("+l.Why+")")
	}
	wantLost := []string{"openlicenses.openLicense: Beerware 9 (not-an-answer: licences)", "protectionFromHarassment.facilitatesUserInteraction: Perhaps (not-an-answer: choice)",
		"awardsReceived: Best well (no-question)", "hobbies: fishing (no-question)", "stage: DPG (ignored)"}
	if diff := cmp.Diff(wantLost, lost); diff != "" {
		t.Error(diff)
	}
	if len(a.Contacts) == 0 || a.Contacts[0].Email != "jane.doe@wells.example" {
		t.Errorf("contacts %v", a.Contacts)
	}
	said, err := json.Marshal([]any{a.Answers, a.Lost, a.Repairs, a.Facts, a.Reasons})
	if err != nil || strings.Contains(strings.ToLower(string(said)), "jane") {
		t.Errorf("%v: the contact is in %s", err, said)
	}
}

// TestTheMappingIsWrittenDown holds docs/importing.md to the table.
func TestTheMappingIsWrittenDown(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join(testkit.Root(t), "docs", "importing.md"))
	if err != nil {
		t.Fatal(err)
	}
	set := dpgSet(t)
	for field, question := range applicationFields {
		if question == "" || question == "-" {
			continue
		}
		if _, ok := set.Question(question); !ok {
			t.Errorf("%s goes to %s, which nothing asks", field, question)
		}
		if row := fmt.Sprintf("| `%s` | `%s` |", field, question); !strings.Contains(string(doc), row) {
			t.Errorf("docs/importing.md lacks the row %s", row)
		}
	}
}

const review1 = `{"license":{"answer":true,"comment":"","confidence":5},"SDG[0]":{"answer":true,"comment":"Good for goal 6.","confidence":"4"},"SDG[1]":{"answer":false,"comment":"ask helpful-hand, me@x.org","confidence":""},
"clearOwnership":{"answer":true,"comment":"","confidence":4},"colour":{"answer":true},"documentation":{"answer":"maybe"},"user":"helpful-hand","timestamp":1633978455,"timeTaken":287}`

func TestACrowdReviewIsReadWithoutItsAuthor(t *testing.T) {
	r := ReadReview([]byte(review1), "Well Watch_helpful-hand")
	if r.Held || r.Name != "Well Watch" || r.Handle != "helpful-hand" || r.At.Format("2006-01-02") != "2021-10-11" || r.Took.Seconds() != 287 {
		t.Fatalf("%+v", r)
	}
	want := []CrowdFinding{{Indicator: "1", Part: 1, Agrees: true, Confidence: 4, Comment: "Good for goal 6."}, {Indicator: "1", Part: 2, Comment: "ask ,"},
		{Indicator: "2", Agrees: true, Confidence: 5}, {Indicator: "3", Agrees: true, Confidence: 4}}
	if diff := cmp.Diff(want, r.Findings); diff != "" {
		t.Error(diff)
	}
	if len(r.Lost) != 2 || r.Lost[0].Field != "colour" || r.Lost[1].Field != "documentation" {
		t.Errorf("lost %v", r.Lost)
	}
	for name, raw := range map[string]string{"other file": review1, "X_helpful-hand": `{"user":"helpful-hand","timestamp":1}`, "X_y": `{"user":"y"}`, "empty": "", "X_z": `[]`} {
		if r := ReadReview([]byte(raw), name); !r.Held || len(r.Reasons) == 0 || strings.Contains(r.ForeignID, "helpful") {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func TestRealApplicationsAndReviews(t *testing.T) {
	data := filepath.Join(testkit.RealData(t), "dpga")
	list, n, err := Applications(filepath.Join(data, "applications"), dpgSet(t))
	if err != nil {
		t.Fatal(err)
	}
	unreadable, answers := 0, 0
	why := map[string]int{}
	for a, err := range list {
		if err != nil {
			t.Fatal(err)
		}
		if len(a.Answers) == 0 {
			unreadable++
		}
		answers += len(a.Answers)
		for _, l := range a.Lost {
			why[l.Why]++
		}
	}
	t.Logf("%d applications, %d unreadable, %d answers, lost %v", n, unreadable, answers, why)
	if n != 195 || unreadable != 2 || answers < 4700 || why["ignored"] != 193 || why["no-question"] != 114 || why["not-an-answer: link"]+why["not-an-answer: too-long"] > 10 || len(why) > 4 {
		t.Error("the real applications map otherwise than they did")
	}
	reviews, n, err := CrowdReviews(filepath.Join(data, "reviews"))
	if err != nil {
		t.Fatal(err)
	}
	findings := 0
	for r, err := range reviews {
		if err != nil || r.Held || len(r.Lost) > 0 {
			t.Errorf("%s: %v %v %v", r.Name, err, r.Reasons, r.Lost)
		}
		findings += len(r.Findings)
	}
	t.Logf("%d reviews, %d findings", n, findings)
	if n != 168 || findings != 1220 {
		t.Errorf("%d reviews, %d findings", n, findings)
	}
}

// FuzzApplied holds that whatever was sent is read or said to be broken, and
// that what is taken over is sound.
func FuzzApplied(f *testing.F) {
	f.Add([]byte(submitted), "Well Watch_helpful-hand")
	f.Add([]byte(review1), "Well Watch_helpful-hand")
	f.Add([]byte(`{"sdgs":[{"sdg":"1","relevance":null}],"privacy":[[]]}`), "")
	set := dpgSet(f)
	f.Fuzz(func(t *testing.T, raw []byte, name string) {
		a := ReadApplication(raw, name, set)
		for id, ans := range a.Answers {
			if err := set.Check(id, ans); err != nil {
				t.Fatalf("%s: %v", id, err)
			}
		}
		if len(a.Answers) == 0 && !a.Held {
			t.Fatal("nothing was taken over, and nobody is told")
		}
		r := ReadReview(raw, name)
		if !r.Held && (len(r.Findings) == 0 || r.Name == "" || r.At.IsZero()) || r.Held && len(r.Reasons) == 0 {
			t.Fatalf("%+v", r)
		}
	})
}
