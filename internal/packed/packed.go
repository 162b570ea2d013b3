// Package packed reads what the program brings along, which a build may have
// packed (tools/pack.sh) so that the program is smaller.
package packed

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"strings"
)

// magic is how gzip begins, and no text does.
const magic = "\x1f\x8b\x08"

// Text is an embedded file as it was written. It panics if the file was packed
// badly, which is a fault of the build that any start of the program finds.
func Text(data string) string {
	if !strings.HasPrefix(data, magic) {
		return data
	}
	r, err := gzip.NewReader(strings.NewReader(data))
	if err != nil {
		panic(fmt.Errorf("a file of the program: %w", err))
	}
	var out strings.Builder
	if _, err := io.Copy(&out, r); err != nil {
		panic(fmt.Errorf("a file of the program: %w", err))
	}
	return out.String()
}

// Files is a folder of embedded files, each as it was written.
func Files(f embed.FS) fs.FS { return folder{f} }

type folder struct{ embed.FS }

func (f folder) Open(name string) (fs.File, error) {
	opened, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := opened.Stat(); err != nil || info.IsDir() {
		return opened, err
	}
	data, err := f.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return file{opened, bytes.NewReader(data)}, nil
}

func (f folder) ReadFile(name string) ([]byte, error) {
	data, err := f.FS.ReadFile(name)
	if err != nil || !bytes.HasPrefix(data, []byte(magic)) {
		return data, err
	}
	return []byte(Text(string(data))), nil
}

// file is one of them; what it says of its size is what it takes packed.
type file struct {
	fs.File
	data *bytes.Reader
}

func (f file) Read(p []byte) (int, error) { return f.data.Read(p) }
