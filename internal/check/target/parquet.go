package target

import (
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"reflect"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"stoa/internal/check"
)

// mostElements is how many columns, and groups of them, a Parquet file may
// name: a list says how long it is before it has come, and memory is laid out
// for all of it.
const mostElements = 1 << 16

// footer is what is read of what a Parquet file says of itself at its end
// (FileMetaData in its format).
type footer struct {
	Schema  elements `thrift:"2,required"`
	NumRows int64    `thrift:"3,required"`
}

// element is a column, or a group of the columns after it (SchemaElement).
type element struct {
	Type        thrift.Null[format.Type] `thrift:"1,optional"`
	Name        string                   `thrift:"4,required"`
	NumChildren thrift.Null[int32]       `thrift:"5,optional"`
	LogicalType format.LogicalType       `thrift:"10,optional"`
}

// elements is a list no longer than mostElements.
type elements struct{ thrift.Slice[element] }

// DecodeFunc implements thrift.Value.
func (elements) DecodeFunc(cache thrift.DecodeFuncCache) thrift.DecodeFunc {
	one := thrift.DecodeFuncFor[element](cache)
	return func(r thrift.Reader, v reflect.Value, flags thrift.Flags) error {
		head, err := r.ReadList()
		if err != nil {
			return err
		}
		if head.Type != thrift.STRUCT || head.Size > mostElements {
			return fmt.Errorf("a schema of %d elements of type %s", head.Size, head.Type)
		}
		list := make([]element, head.Size)
		for i := range list {
			if err := one(r, reflect.ValueOf(&list[i]).Elem(), flags); err != nil {
				return err
			}
		}
		v.Set(reflect.ValueOf(elements{list}))
		return nil
	}
}

// columnar reads what a Parquet file says of itself at its end. Of the library
// it takes the format alone: the rest reads and writes values.
func columnar(f fs.File, size int64) *check.Dataset {
	in, ok := f.(io.ReaderAt)
	if !ok || size < 12 {
		return nil
	}
	end := make([]byte, 8)
	if _, err := in.ReadAt(end, size-8); err != nil || string(end[4:]) != "PAR1" {
		return nil
	}
	n := int64(binary.LittleEndian.Uint32(end))
	if n > mostFooter || n > size-8 {
		return nil
	}
	raw := make([]byte, n)
	if _, err := in.ReadAt(raw, size-8-n); err != nil {
		return nil
	}
	var said footer
	if err := thrift.NewDecoder(new(thrift.CompactProtocol).NewReaderFromBytes(raw)).Decode(&said); err != nil || len(said.Schema.Slice) == 0 {
		return nil
	}
	d := &check.Dataset{Form: check.Parquet, Rows: said.NumRows, Formats: []string{"Parquet"}}
	list := said.Schema.Slice
	for at := 1; at < len(list) && len(d.Columns) < mostColumns; at = after(list, at) {
		e := &list[at]
		kind := e.LogicalType.String()
		if t, leaf := e.Type.Get(); leaf && kind == "" {
			kind = t.String()
		}
		d.Columns = append(d.Columns, check.Column{Name: text(e.Name), Type: kind})
	}
	return d
}

// after is where the element stands that follows the one at i and what it
// groups.
func after(list []element, i int) int {
	for left := 1; left > 0 && i < len(list); i++ {
		within, _ := list[i].NumChildren.Get()
		left += max(int(within), 0) - 1
	}
	return i
}
