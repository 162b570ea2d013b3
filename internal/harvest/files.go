package harvest

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"stoa/internal/good"
)

// eachRecord calls do with every element of the JSON array at path.
func eachRecord(path string, do func(raw []byte, n int) bool) error {
	f, err := os.Open(path)
	if err != nil {
		return notFound(path, err)
	}
	defer f.Close()
	s := newRecords(f)
	for {
		raw, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if !do(raw, s.count) {
			return nil
		}
	}
}

// v1File reads the registry's API body twice: once for the texts that stand in
// several records, once for the records.
func v1File(path string) *Input {
	in := &Input{Format: DPGAv1, Sources: []good.Source{dpgaV1Source}, Complete: true, Count: -1}
	in.Each = func(yield func(Candidate, error) bool) {
		sh := newShifts()
		count := 0
		err := eachRecord(path, func(raw []byte, _ int) bool {
			var r v1Record
			if json.Unmarshal(raw, &r) == nil {
				sh.learn(&r)
			}
			count++
			return true
		})
		// A broken end is said when the records before it have been read.
		in.Count = count
		stopped := false
		again := eachRecord(path, func(raw []byte, n int) bool {
			stopped = !yield(readV1(append([]byte(nil), raw...), n, sh), nil)
			return !stopped
		})
		if err := cmp.Or(again, err); err != nil && !stopped {
			yield(Candidate{}, err)
		}
	}
	return in
}

var dpgaV0Source = good.Source{ID: string(DPGAv0), Name: "DPG Registry, static API", URL: "https://api.digitalpublicgoods.net/",
	Issuer: dpgaIssuer, Licence: "Unlicense", Priority: 20}

// dpgaV0Frozen is the last commit of the static API's repository.
const dpgaV0Frozen good.Date = "2023-02-20"

// v0 reads the static API: its folder, or one of its lists.
func v0(path string, folder bool) (*Input, error) {
	files := []string{path}
	if folder {
		files = nil
		for _, name := range []string{"dpgs/index.json", "nominees/index.json"} {
			if p := filepath.Join(path, name); exists(p) {
				files = append(files, p)
			}
		}
		if p := filepath.Join(path, "index.json"); len(files) == 0 && exists(p) {
			files = append(files, p)
		}
		if len(files) == 0 {
			return nil, broke("error.import.unknown-format", nil)
		}
	}
	in := &Input{Format: DPGAv0, Sources: []good.Source{dpgaV0Source}, Frozen: dpgaV0Frozen, Count: -1}
	in.Each = func(yield func(Candidate, error) bool) {
		for _, file := range files {
			stopped := false
			err := eachRecord(file, func(raw []byte, n int) bool {
				stopped = !yield(readV0(append([]byte(nil), raw...), n), nil)
				return !stopped
			})
			if stopped {
				return
			}
			if err != nil {
				yield(Candidate{}, err)
				return
			}
		}
	}
	return in, nil
}

func exists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// readV0 makes a candidate of one element of the static API.
func readV0(raw []byte, n int) Candidate {
	var r legacyRecord
	if reason := object(raw, &r); reason != "" {
		return broken(dpgaV0Source.ID, ordinal(n), reason, raw)
	}
	m := &mend{}
	f := r.facts(m)
	id := m.id(r.ID)
	st := &good.Standing{Issuer: dpgaIssuer, State: good.Nominated}
	kind := "nominee/"
	if strings.EqualFold(string(r.Stage), "DPG") {
		st.State, kind = good.Recognised, "dpg/"
	}
	f.Standing = st
	if id == "" {
		m.hold("id-missing", "")
		id = ordinal(n)
	} else {
		f.Identifiers["dpga-v0"] = id
		f.Cite = map[good.Field]string{"": dpgaV0Source.URL + kind + id + "/"}
	}
	return m.finish(dpgaV0Source.ID, id, f, raw)
}

var dpgaHistorySource = good.Source{ID: string(DPGAHistory), Name: "DPG Registry, builds", URL: "https://github.com/DPGAlliance/publicgoods-website",
	Issuer: dpgaIssuer, Priority: 10}

// historyFile reads the index of who was listed when. What it says of a day is
// true of that day, so each record's own last day is the day it was seen.
func historyFile(path string) *Input {
	in := &Input{Format: DPGAHistory, Sources: []good.Source{dpgaHistorySource}, Complete: true, Count: -1}
	in.Each = func(yield func(Candidate, error) bool) {
		f, err := os.Open(path)
		if err != nil {
			yield(Candidate{}, notFound(path, err))
			return
		}
		defer f.Close()
		n, stopped := 0, errors.New("stopped")
		var last good.Date
		err = newRecords(f).members(func(key string, raw []byte) error {
			switch key {
			case "records_by_build":
				var b struct{ Date good.Date }
				if json.Unmarshal(raw, &b) == nil && IsDay(b.Date) {
					last = max(last, b.Date)
				}
			case "applications":
				n++
				if !yield(readHistory(append([]byte(nil), raw...), n), nil) {
					return stopped
				}
			}
			return nil
		})
		if errors.Is(err, stopped) {
			return
		}
		if err != nil {
			yield(Candidate{}, err)
			return
		}
		in.AsOf = last
	}
	return in
}

func readHistory(raw []byte, n int) Candidate {
	var r struct {
		ID    text `json:"id"`
		DPGID text `json:"dpgid"`
		Name  text `json:"name"`
		First text `json:"first_seen"`
		Last  text `json:"last_seen"`
	}
	if reason := object(raw, &r); reason != "" {
		return broken(dpgaHistorySource.ID, ordinal(n), reason, raw)
	}
	m := &mend{}
	f := good.Facts{Name: m.name("name", string(r.Name)), Identifiers: map[string]string{}}
	id := m.id(r.ID)
	if id == "" {
		m.hold("id-missing", "")
		id = ordinal(n)
	} else {
		f.Identifiers["dpga"] = id
		f.Cite = map[good.Field]string{"": dpgaPage(id)}
	}
	if g := m.id(r.DPGID); g != "" {
		f.Identifiers["dpgid"] = g
	}
	first, last := good.Date(r.First), good.Date(r.Last)
	if !IsDay(first) || !IsDay(last) || first > last {
		m.hold("date-unknown", string(first)+" – "+string(last))
		first, last = "", ""
	}
	f.Standing = &good.Standing{State: good.Recognised, Issuer: dpgaIssuer, First: first, Last: last}
	c := m.finish(dpgaHistorySource.ID, id, f, raw)
	c.Seen = last
	return c
}

// IsDay says whether d is a whole calendar day.
func IsDay(d good.Date) bool {
	_, err := time.Parse(time.DateOnly, string(d))
	return err == nil
}
