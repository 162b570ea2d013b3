package worldmap

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var pathForm = regexp.MustCompile(`^(M-?\d+ -?\d+l[-0-9 ]+z)+$`)

func TestOutlinesCanBeDrawn(t *testing.T) {
	shapes := World()
	if len(shapes) < 150 {
		t.Fatalf("%d countries", len(shapes))
	}
	size := 0
	for _, s := range shapes {
		if !pathForm.MatchString(s.Path) {
			t.Errorf("%s: %.60s", s.Country, s.Path)
		}
		if area := areaOf(t, s.Path); s.Country != "" && area < 15 {
			t.Errorf("%s has %g square units: nobody sees it", s.Country, area)
		}
		size += len(s.Path)
	}
	if size > 16_000 {
		t.Errorf("the world weighs %d bytes before compression", size)
	}
}

// areaOf is what a path covers, in square units.
func areaOf(t *testing.T, path string) (area float64) {
	t.Helper()
	for ring := range strings.SplitSeq(strings.Trim(path, "Mz"), "zM") {
		_, steps, _ := strings.Cut(ring, "l")
		x, y, twice := 0, 0, 0
		for step := range slices.Chunk(number.FindAllString(steps, -1), 2) {
			dx, err := strconv.Atoi(step[0])
			dy, wrong := strconv.Atoi(step[1])
			if err != nil || wrong != nil {
				t.Fatal(step)
			}
			twice += x*dy - y*dx
			x, y = x+dx, y+dy
		}
		area += math.Abs(float64(twice)) / 2
	}
	return area
}

// TestWhatHasNoCodeOfItsOwnIsNotDrawnAsWhatHasOne: Kosovo has no number by which
// an atlas could know it, as other land has none.
func TestWhatHasNoCodeOfItsOwnIsNotDrawnAsWhatHasOne(t *testing.T) {
	if at, beside := Points()["XK"], Points()["AL"]; max(at.X-beside.X, beside.X-at.X, at.Y-beside.Y, beside.Y-at.Y) > 10 {
		t.Errorf("Kosovo is at %v, Albania at %v", at, beside)
	}
	if s, ok := Country("XK"); !ok || strings.Count(s.Path, "M") != 1 {
		t.Errorf("Kosovo is in parts: %.80s", s.Path)
	}
}

// TestNoOutlineRunsAcrossTheMap follows each outline: a step of half the map's
// width is a country drawn around the back of the world.
func TestNoOutlineRunsAcrossTheMap(t *testing.T) {
	for _, s := range World() {
		for ring := range strings.SplitSeq(strings.Trim(s.Path, "Mz"), "zM") {
			_, steps, _ := strings.Cut(ring, "l")
			for i, step := range number.FindAllString(steps, -1) {
				if n, err := strconv.Atoi(step); err != nil || i%2 == 0 && (n > 300 || n < -300) {
					t.Errorf("%s goes %s to the side at once (%v)", s.Country, step, err)
				}
			}
		}
	}
}

var number = regexp.MustCompile(`-?\d+`)

func TestEveryCountryOnTheMapHasAMiddleWithinIt(t *testing.T) {
	points := Points()
	if len(points) < 230 {
		t.Fatalf("%d countries", len(points))
	}
	for code, p := range points {
		if p.X <= 0 || p.X >= Width || p.Y <= 0 || p.Y >= Height {
			t.Errorf("%s lies at %d,%d", code, p.X, p.Y)
		}
		if s, ok := Country(code); !ok || !pathForm.MatchString(s.Path) || s.Width < 1 || s.Height < 1 || s.Width > 301 || s.Height > 301 {
			t.Errorf("%s has no outline of its own: %v %d×%d", code, ok, s.Width, s.Height)
		}
	}
	for _, s := range World() {
		if _, ok := points[s.Country]; s.Country != "" && !ok {
			t.Errorf("%s has an outline and no middle", s.Country)
		}
	}
	for _, small := range []string{"TV", "MV", "SG", "ST", "FJ", "LU", "JM"} {
		if _, ok := points[small]; !ok {
			t.Errorf("%s is missing", small)
		}
	}
	if _, ok := Country("../etc"); ok {
		t.Error("an outline of nothing")
	}
}
