// Command gen turns the world-atlas TopoJSON files (npm package
// world-atlas, made from Natural Earth) into the outlines that
// internal/worldmap embeds: one line per country, "ISO alpha-2<TAB>SVG path".
//
//	npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
//	go run ./internal/worldmap/gen package internal/worldmap internal/vocab/data/countries.tsv
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

type topology struct {
	Transform struct{ Scale, Translate [2]float64 }
	Arcs      [][][2]float64
	Objects   struct {
		Countries struct{ Geometries []geometry }
	}
}

type geometry struct {
	ID         string
	Type       string
	Arcs       json.RawMessage
	Properties struct{ Name string }
}

type point struct{ x, y float64 }

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Fatal("usage: gen ATLAS-DIR OUT-DIR COUNTRIES.tsv")
	}
	codes := readCodes(os.Args[3])
	coarse := load(filepath.Join(os.Args[1], "countries-110m.json"))
	coarse.thin(rough)
	fine := load(filepath.Join(os.Args[1], "countries-50m.json"))
	each := fine.byCode(codes)
	finest := load(filepath.Join(os.Args[1], "countries-10m.json"))
	for code, rings := range finest.byCode(codes) { // the smallest are only there
		if _, ok := each[code]; !ok {
			each[code] = rings
		}
	}
	write(filepath.Join(os.Args[2], "world.tsv"), world(coarse, codes))
	write(filepath.Join(os.Args[2], "points.tsv"), points(each))
	write(filepath.Join(os.Args[2], "countries.tsv"), outlines(each))
}

// readCodes maps ISO numeric codes, and names of what has none, to alpha-2.
func readCodes(path string) map[string]string {
	f, err := os.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	out := map[string]string{}
	for s := bufio.NewScanner(f); s.Scan(); {
		c := strings.Split(s.Text(), "\t")
		if len(c) >= 4 && len(c[0]) == 2 && !strings.HasPrefix(c[0], "#") {
			out[cmp.Or(c[2], c[3])] = c[0] // what has no number has a name
		}
	}
	return out
}

// byCode joins the outlines of each code: an atlas may draw a country's far
// islands apart.
func (t *topology) byCode(codes map[string]string) map[string][][]point {
	out := map[string][][]point{}
	for _, g := range t.Objects.Countries.Geometries {
		if code := codes[cmp.Or(g.ID, g.Properties.Name)]; code != "AQ" {
			out[code] = append(out[code], t.rings(g)...)
		}
	}
	return out
}

func load(path string) topology {
	raw, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	var t topology
	if err := json.Unmarshal(raw, &t); err != nil {
		log.Fatal(err)
	}
	for _, arc := range t.Arcs { // deltas to degrees
		var x, y float64
		for i := range arc {
			x, y = x+arc[i][0], y+arc[i][1]
			arc[i] = [2]float64{x*t.Transform.Scale[0] + t.Transform.Translate[0], y*t.Transform.Scale[1] + t.Transform.Translate[1]}
		}
	}
	return t
}

// rings are the outlines of a geometry in degrees.
func (t *topology) rings(g geometry) [][]point {
	var polygons [][][]int
	if g.Type == "Polygon" {
		var p [][]int
		must(json.Unmarshal(g.Arcs, &p))
		polygons = [][][]int{p}
	} else {
		must(json.Unmarshal(g.Arcs, &polygons))
	}
	var out [][]point
	for _, polygon := range polygons {
		for _, ring := range polygon {
			var ps []point
			for _, i := range ring {
				arc := t.Arcs[max(i, ^i)]
				for k := range arc {
					c := arc[k]
					if i < 0 {
						c = arc[len(arc)-1-k]
					}
					if k > 0 || len(ps) == 0 {
						ps = append(ps, point{c[0], c[1]})
					}
				}
			}
			out = append(out, ps)
		}
	}
	return out
}

// equalEarth is the Equal Earth projection (Šavrič, Patterson and Jenny 2018):
// every country at its true share of the land.
func equalEarth(p point) point {
	const a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
	m := math.Sqrt(3) / 2
	t := math.Asin(m * math.Sin(p.y*math.Pi/180))
	t2 := t * t
	t6 := t2 * t2 * t2
	return point{p.x * math.Pi / 180 * math.Cos(t) / (m * (a1 + 3*a2*t2 + t6*(7*a3+9*a4*t2))), -t * (a1 + a2*t2 + t6*(a3+a4*t2))}
}

// Width and Height of the world's view box.
const width, height = 1000, 487

func toWorld(p point) point {
	q := equalEarth(p)
	return point{(q.x/2.7066 + 1) * width / 2, (q.y/1.3173 + 1) * height / 2}
}

// least is the area in square units of the world map below which a country has
// no outline there: it could not be seen, and is pressed as a point.
const least = 15

func world(t topology, codes map[string]string) []string {
	var out []string
	for code, rings := range t.byCode(codes) {
		rings = parted(rings)
		if code == "" {
			code = "-" // land without a code of its own: drawn, not named
		}
		if d, area := path(rings, toWorld, 1.1, false); area >= least || code == "-" && d != "" {
			out = append(out, code+"\t"+d)
		}
	}
	return out
}

// parted cuts rings that cross the antimeridian in two, one for each side of
// the map; uncut they would be drawn right across it.
func parted(rings [][]point) [][]point {
	var out [][]point
	for _, r := range rings {
		whole := slices.Clone(r)
		for i := 1; i < len(whole); i++ { // along the ring no step is longer than half the world
			toward(whole[i:i+1], whole[i-1].x)
			toward(whole[i:i+1], whole[i-1].x)
		}
		lo, hi := bounds([][]point{whole})
		for _, turn := range []float64{-360, 0, 360} {
			if hi.x+turn <= -180 || lo.x+turn >= 180 {
				continue
			}
			part := make([]point, len(whole))
			for i, p := range whole {
				part[i] = point{p.x + turn, p.y}
			}
			part = cut(part, 180, 1)
			if part = cut(part, -180, -1); len(part) > 2 {
				out = append(out, part)
			}
		}
	}
	return out
}

// cut is the part of a ring on one side of a meridian: west of it for side 1,
// east of it for side -1.
func cut(ring []point, meridian, side float64) []point {
	within := func(p point) bool { return (meridian-p.x)*side >= 0 }
	var out []point
	for i, p := range ring {
		last := ring[(i+len(ring)-1)%len(ring)]
		if within(p) != within(last) {
			share := (meridian - last.x) / (p.x - last.x)
			out = append(out, point{meridian, last.y + share*(p.y-last.y)})
		}
		if within(p) {
			out = append(out, p)
		}
	}
	return out
}

// points places every country of the finer atlas, for those too small to press.
func points(each map[string][][]point) []string {
	var out []string
	for code, rings := range each {
		if code != "" {
			c := []point{centre(mainland(rings))}
			toward(c, 0)
			p := toWorld(c[0])
			out = append(out, fmt.Sprintf("%s\t%.0f\t%.0f", code, p.x, p.y))
		}
	}
	return out
}

// centre is the centroid of the largest ring.
func centre(rings [][]point) point {
	var best point
	var most float64
	for _, r := range rings {
		var a, cx, cy float64
		for i := range r {
			p, q := r[i], r[(i+1)%len(r)]
			w := p.x*q.y - q.x*p.y
			a, cx, cy = a+w, cx+(p.x+q.x)*w, cy+(p.y+q.y)*w
		}
		if math.Abs(a) > most {
			most, best = math.Abs(a), point{cx / (3 * a), cy / (3 * a)}
		}
	}
	return best
}

// outlines draws each country alone, in a box 300 wide or high.
func outlines(each map[string][][]point) []string {
	var out []string
	for code, rings := range each {
		if code == "" {
			continue
		}
		rings = mainland(rings)
		lo, hi := bounds(rings)
		shrink := math.Cos((lo.y + hi.y) / 2 * math.Pi / 180)
		scale := 300 / max((hi.x-lo.x)*shrink, hi.y-lo.y)
		d, _ := path(rings, func(p point) point { return point{(p.x - lo.x) * shrink * scale, (hi.y - p.y) * scale} }, 0.8, true)
		out = append(out, fmt.Sprintf("%s\t%.0f\t%.0f\t%s", code, math.Ceil((hi.x-lo.x)*shrink*scale), math.Ceil((hi.y-lo.y)*scale), d))
	}
	return out
}

// mainland drops rings more than 40 degrees from the largest, which would make
// a country a speck beside its far islands.
func mainland(rings [][]point) [][]point {
	for _, r := range rings {
		toward(r, r[0].x)
	}
	c := centre(rings)
	var out [][]point
	for _, r := range rings {
		toward(r, c.x)
		m := centre([][]point{r})
		if m == (point{}) {
			m = r[0] // a ring without an inside
		}
		if math.Abs(m.x-c.x) < 40 && math.Abs(m.y-c.y) < 40 {
			out = append(out, r)
		}
	}
	return out
}

// toward moves points across the antimeridian to x's side of the world, so that
// a country stays in one piece.
func toward(r []point, x float64) {
	for i := range r {
		if r[i].x-x > 180 {
			r[i].x -= 360
		} else if x-r[i].x > 180 {
			r[i].x += 360
		}
	}
}

func bounds(rings [][]point) (lo, hi point) {
	lo, hi = point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, r := range rings {
		for _, p := range r {
			lo, hi = point{min(lo.x, p.x), min(lo.y, p.y)}, point{max(hi.x, p.x), max(hi.y, p.y)}
		}
	}
	return lo, hi
}

// path is the rings as an SVG path in whole units, and the area that it has;
// points nearer than least to the last one are left out; rings that shrink to
// nothing are dots or nothing.
func path(rings [][]point, project func(point) point, least float64, dots bool) (d string, area float64) {
	var b strings.Builder
	for _, r := range rings {
		var px, py, fx, fy, twice int
		var steps []string
		var last point
		for i, p := range r {
			q := project(p)
			if i > 0 && math.Hypot(q.x-last.x, q.y-last.y) < least {
				continue
			}
			last = q
			x, y := int(math.Round(q.x)), int(math.Round(q.y))
			if i == 0 {
				steps = append(steps, "M"+pair(x, y)+"l")
				fx, fy, px, py = x, y, x, y
			} else if x != px || y != py {
				steps = append(steps, pair(x-px, y-py))
			}
			twice += (px-fx)*(y-fy) - (x-fx)*(py-fy)
			px, py = x, y
		}
		switch {
		case len(steps) > 3:
			area += math.Abs(float64(twice)) / 2
			b.WriteString(steps[0] + strings.Join(steps[1:], " ") + "z")
		case dots: // an island too small to have a shape
			b.WriteString(steps[0] + "2 0 0 2-2 0z")
		}
	}
	return strings.ReplaceAll(b.String(), " -", "-"), area
}

func pair(x, y int) string { return strconv.Itoa(x) + " " + strconv.Itoa(y) }

func write(path string, lines []string) {
	slices.Sort(lines)
	must(os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644))
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
