// Package quick writes values in a form that is read in a small part of the time
// that JSON takes: what a program brings along it reads each time it is started.
// It is for programs that read what their own build wrote, for no others: the form
// names neither types nor fields.
package quick

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Marshal writes a value of booleans, whole numbers, strings, and of slices,
// pointers, structs and maps by strings of those. Fields that begin with a small
// letter are left out.
func Marshal(v any) ([]byte, error) { return write(nil, reflect.ValueOf(v)) }

func write(to []byte, v reflect.Value) ([]byte, error) {
	var err error
	switch v.Kind() {
	case reflect.Bool:
		if v.Bool() {
			return append(to, 1), nil
		}
		return append(to, 0), nil
	case reflect.Int, reflect.Int64:
		return binary.AppendVarint(to, v.Int()), nil
	case reflect.String:
		to = binary.AppendUvarint(to, uint64(v.Len()))
		return append(to, v.String()...), nil
	case reflect.Struct:
		for i := range v.NumField() {
			if err == nil && v.Type().Field(i).IsExported() {
				to, err = write(to, v.Field(i))
			}
		}
		return to, err
	case reflect.Pointer, reflect.Slice, reflect.Map:
		if v.IsNil() {
			return append(to, 0), nil
		}
	default:
		return nil, fmt.Errorf("quick: a value of type %s cannot be written", v.Type())
	}
	if v.Kind() == reflect.Pointer {
		return write(append(to, 1), v.Elem())
	}
	to = binary.AppendUvarint(to, uint64(v.Len())+1)
	if v.Kind() == reflect.Slice {
		for i := range v.Len() {
			if err == nil {
				to, err = write(to, v.Index(i))
			}
		}
		return to, err
	}
	if v.Type().Key().Kind() != reflect.String {
		return nil, fmt.Errorf("quick: a map of type %s cannot be written", v.Type())
	}
	keys := map[string]reflect.Value{}
	for _, k := range v.MapKeys() {
		keys[k.String()] = k
	}
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		if err == nil {
			to, err = write(to, keys[name])
		}
		if err == nil {
			to, err = write(to, v.MapIndex(keys[name]))
		}
	}
	return to, err
}

// errCut is that what is read is not what was written.
var errCut = errors.New("quick: what is read was not written so")

// Unmarshal reads what Marshal wrote of a value of the same type into the one that
// the pointer leads to. Its strings are parts of data.
func Unmarshal(data string, into any) (err error) {
	defer func() {
		if failed := recover(); failed == errCut { //nolint:errorlint // thrown below as it is
			err = errCut
		} else if failed != nil {
			panic(failed)
		}
	}()
	r := reader{data}
	r.read(reflect.ValueOf(into).Elem())
	if r.rest != "" {
		return errCut
	}
	return nil
}

type reader struct{ rest string }

// number reads a number that is written as Marshal writes lengths.
func (r *reader) number() uint64 {
	var n uint64
	for i := 0; i < len(r.rest) && i < binary.MaxVarintLen64; i++ {
		b := r.rest[i]
		n |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			r.rest = r.rest[i+1:]
			return n
		}
	}
	panic(errCut)
}

// length reads how much there is of something of which each takes a byte at least.
func (r *reader) length() int {
	n := r.number()
	if n > uint64(len(r.rest))+1 {
		panic(errCut)
	}
	return int(n)
}

func (r *reader) text() string {
	n := r.length()
	if n > len(r.rest) {
		panic(errCut)
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

func (r *reader) read(v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.number() == 1)
	case reflect.Int, reflect.Int64:
		n := r.number()
		v.SetInt(int64(n>>1) ^ -int64(n&1))
	case reflect.String:
		v.SetString(r.text())
	case reflect.Struct:
		t := v.Type()
		for i := range v.NumField() {
			if t.Field(i).PkgPath == "" { // what IsExported asks, too
				r.read(v.Field(i))
			}
		}
	case reflect.Pointer:
		if r.length() > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			r.read(v.Elem())
		}
	case reflect.Slice:
		r.slice(v)
	case reflect.Map:
		r.table(v)
	default:
		panic(errCut)
	}
}

func (r *reader) slice(v reflect.Value) {
	n := r.length()
	if n == 0 {
		return
	}
	if list, ok := v.Addr().Interface().(*[]string); ok { // as most are
		*list = make([]string, n-1)
		for i := range *list {
			(*list)[i] = r.text()
		}
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), n-1, n-1))
	for i := range n - 1 {
		r.read(v.Index(i))
	}
}

func (r *reader) table(v reflect.Value) {
	n := r.length()
	if n == 0 {
		return
	}
	t := v.Type()
	if lists, ok := v.Addr().Interface().(*map[string][]string); ok { // as most are
		*lists = make(map[string][]string, n-1)
		for range n - 1 {
			name := r.text()
			list := make([]string, max(r.length(), 1)-1)
			for i := range list {
				list[i] = r.text()
			}
			(*lists)[name] = list
		}
		return
	}
	v.Set(reflect.MakeMapWithSize(t, n-1))
	for range n - 1 {
		key, value := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		r.read(key)
		r.read(value)
		v.SetMapIndex(key, value)
	}
}

// Table is what Tabulate made: a table that is looked up without being read.
type Table string

// Tabulate writes values by names that hold neither a tabulator nor a new line, and
// no new line either.
func Tabulate(all map[string]string) Table {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		b.WriteString(name + "\t" + all[name] + "\n")
	}
	return Table(b.String())
}

// Find is the value of a name.
func (t Table) Find(name string) (value string, ok bool) {
	for from, to := 0, len(t); from < to; {
		begin := from + strings.LastIndexByte(string(t[from:(from+to)/2]), '\n') + 1
		end := begin + strings.IndexByte(string(t[begin:to]), '\n')
		at, value, _ := strings.Cut(string(t[begin:max(end, begin)]), "\t")
		switch c := strings.Compare(at, name); {
		case c == 0 && end >= begin:
			return value, true
		case c < 0:
			from = end + 1
		default:
			to = begin
		}
	}
	return "", false
}
