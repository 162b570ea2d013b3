package standards

import (
	"testing"

	"stoa/internal/standard"
)

func TestTheSetsLoad(t *testing.T) {
	l, err := standard.Load(FS)
	if err != nil {
		t.Fatal(err)
	}
	dpg, ok := l.Set("dpg", "")
	if !ok || dpg.Key() != "dpg@1.1.7" || len(dpg.Judged()) != 11 {
		t.Fatalf("current DPG Standard: %v", dpg)
	}
}
