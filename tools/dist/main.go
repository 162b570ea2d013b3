// Command dist writes a container image of Stoa as an OCI archive, without a
// container engine and without the network: one static program on nothing,
// for several architectures under one name.
package main

import (
	"archive/tar"
	"bytes"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// user is whom the program runs as in the container: nobody in particular.
const user = 65532

func main() {
	out := flag.String("out", "", "archive to write")
	version := flag.String("version", "", "version of the program")
	epoch := flag.Int64("epoch", 0, "time of every file, Unix seconds")
	flag.Parse() // then: architecture and root directory, in turns
	made := time.Unix(*epoch, 0).UTC()
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for i := 0; i+1 < flag.NArg(); i += 2 {
		img, err := image(flag.Arg(i), flag.Arg(i+1), *version, made)
		if err != nil {
			log.Fatal(err)
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: img, Descriptor: v1.Descriptor{
			Platform:    &v1.Platform{OS: "linux", Architecture: flag.Arg(i)},
			Annotations: map[string]string{"org.opencontainers.image.ref.name": *version}}})
	}
	if err := archive(*out, index, made); err != nil {
		log.Fatal(err)
	}
}

// image is a root directory as one layer, and how it is run.
func image(arch, root, version string, made time.Time) (v1.Image, error) {
	var files bytes.Buffer
	if err := pack(&files, root, made); err != nil {
		return nil, err
	}
	layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(files.Bytes())), nil },
		tarball.WithMediaType(types.OCILayer))
	if err != nil {
		return nil, err
	}
	img := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	if img, err = mutate.Append(img, mutate.Addendum{Layer: layer, History: v1.History{Created: v1.Time{Time: made}, CreatedBy: "make dist"}}); err != nil {
		return nil, err
	}
	cfg, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	cfg = cfg.DeepCopy()
	cfg.OS, cfg.Architecture, cfg.Created = "linux", arch, v1.Time{Time: made}
	cfg.Config = v1.Config{
		User: fmt.Sprintf("%d:%d", user, user), WorkingDir: "/var/lib/stoa",
		Env:          []string{"PATH=/usr/bin", "STOA_DATA=/var/lib/stoa", "STOA_ADDR=:8080"},
		Entrypoint:   []string{"/usr/bin/stoa"},
		Cmd:          []string{"serve"},
		ExposedPorts: map[string]struct{}{"8080/tcp": {}},
		Volumes:      map[string]struct{}{"/var/lib/stoa": {}},
		StopSignal:   "SIGTERM",
		Labels: map[string]string{"org.opencontainers.image.title": "Stoa", "org.opencontainers.image.version": version,
			"org.opencontainers.image.licenses": "Apache-2.0"},
	}
	return mutate.ConfigFile(img, cfg)
}

// pack writes the files below dir in the order of their names. /var/lib/stoa
// and below belong to the program.
func pack(to io.Writer, dir string, made time.Time) error {
	w := tar.NewWriter(to)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		h := &tar.Header{Name: name, Typeflag: tar.TypeReg, Size: info.Size(), Mode: int64(info.Mode().Perm()), ModTime: made, Format: tar.FormatUSTAR}
		if name == "var/lib/stoa" {
			h.Uid, h.Gid = user, user
		}
		if d.IsDir() {
			h.Name, h.Typeflag, h.Size = name+"/", tar.TypeDir, 0
			if name == "tmp" {
				h.Mode = 0o1777
			}
			return w.WriteHeader(h)
		}
		if err := w.WriteHeader(h); err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(w, f)
		return err
	})
	if err != nil {
		return err
	}
	return w.Close()
}

// archive writes the index as an OCI layout in one tar file.
func archive(out string, index v1.ImageIndex, made time.Time) error {
	dir, err := os.MkdirTemp("", "stoa-image-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if _, err := layout.Write(dir, index); err != nil {
		return err
	}
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := pack(f, dir, made); err != nil {
		return err
	}
	return f.Sync()
}
