package target

import (
	"encoding/binary"
	"testing"
	"testing/fstest"
)

func TestAFooterThatPromisesTooMuchIsLeft(t *testing.T) {
	// A struct whose second field is a list of 2,147,483,647 structs, and nothing after it.
	raw := []byte{0x15, 0x02, 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07}
	file := append([]byte("PAR1"), raw...)
	file = binary.LittleEndian.AppendUint32(file, uint32(len(raw)))
	file = append(file, "PAR1"...)
	f, err := fstest.MapFS{"t.parquet": {Data: file}}.Open("t.parquet")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if d := columnar(f, int64(len(file))); d != nil {
		t.Errorf("a footer without its schema says %+v", d)
	}
}
