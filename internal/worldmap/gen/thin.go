package main

import "math"

// rough is how far, in units of the world map, an outline there may lie from
// where it is: all of it goes with every page that shows it.
const rough = 1.7

// thin leaves out the points of each arc without which no line moves by more
// than most. An arc is shared by the countries on both sides, so that these
// still touch.
func (t *topology) thin(most float64) {
	for i, arc := range t.Arcs {
		at := make([]point, len(arc))
		for k, c := range arc {
			at[k] = toWorld(point{c[0], c[1]})
		}
		keep := make([]bool, len(arc))
		keep[0], keep[len(arc)-1] = true, true
		var split func(from, to int)
		split = func(from, to int) {
			far, d := 0, most
			for k := from + 1; k < to; k++ {
				if e := off(at[k], at[from], at[to]); e > d {
					far, d = k, e
				}
			}
			if far > 0 {
				keep[far] = true
				split(from, far)
				split(far, to)
			}
		}
		split(0, len(arc)-1)
		var out [][2]float64
		for k, c := range arc {
			if keep[k] {
				out = append(out, c)
			}
		}
		t.Arcs[i] = out
	}
}

// off is how far p lies from the line between a and b.
func off(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	share := 0.0
	if n := dx*dx + dy*dy; n > 0 {
		share = max(0, min(1, ((p.x-a.x)*dx+(p.y-a.y)*dy)/n))
	}
	return math.Hypot(p.x-a.x-share*dx, p.y-a.y-share*dy)
}
