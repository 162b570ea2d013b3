// Package worldmap holds the outlines of the world's countries as SVG paths,
// made once from Natural Earth's public-domain data by gen. The
// outlines say nothing about who owns what: they are drawn as the data draws
// them, and every page that shows them says so.
package worldmap

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"

	"stoa/internal/packed"
)

// Width and Height are the view box of the world map, in the units of its
// paths. The projection is Equal Earth.
const Width, Height = 1000, 487

// Shape is the outline of a country.
type Shape struct {
	Country       string // ISO 3166-1 alpha-2; "" for land without a code of its own
	Path          string // the d attribute of an SVG path, in whole units
	Width, Height int    // the view box
}

// Point is where a country's middle lies on the world map.
type Point struct {
	Country string
	X, Y    int
}

//go:embed world.tsv
var worldTSV string

//go:embed points.tsv
var pointsTSV string

//go:embed countries.tsv
var countriesTSV string

// World returns the outlines of the world map (1:110 million). Countries too
// small to be seen have none: show their Point.
var World = sync.OnceValue(func() []Shape {
	var out []Shape
	for line := range strings.Lines(worldTSV) {
		code, path, _ := strings.Cut(strings.TrimSpace(line), "\t")
		out = append(out, Shape{Country: strings.Trim(code, "-"), Path: path, Width: Width, Height: Height})
	}
	return out
})

// Points returns the middle of every country there is an outline of, by code.
var Points = sync.OnceValue(func() map[string]Point {
	out := map[string]Point{}
	for line := range strings.Lines(pointsTSV) {
		c := strings.Split(strings.TrimSpace(line), "\t")
		x, _ := strconv.Atoi(c[1]) // the generator writes only numbers; a test reads them all
		y, _ := strconv.Atoi(c[2])
		out[c[0]] = Point{Country: c[0], X: x, Y: y}
	}
	return out
})

// Country returns a country's own outline (1:50 million).
func Country(code string) (Shape, bool) {
	for line := range strings.Lines(packed.Text(countriesTSV)) {
		if !strings.HasPrefix(line, code+"\t") || len(code) != 2 {
			continue
		}
		c := strings.Split(strings.TrimSpace(line), "\t")
		w, _ := strconv.Atoi(c[1])
		h, _ := strconv.Atoi(c[2])
		return Shape{Country: code, Path: c[3], Width: w, Height: h}, true
	}
	return Shape{}, false
}
