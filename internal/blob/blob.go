// Package blob keeps files that people attach, each under the SHA-256 of what
// is in it: in a directory, or in storage that speaks S3. What it says it keeps
// is durable.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"time"

	"stoa/internal/good"
)

// Keeper keeps files by the hash of what is in them.
type Keeper interface {
	// Put keeps a file that lies at path on this machine. It may move it away.
	Put(ctx context.Context, hash, path string, size int64) error
	// Open reads a file; an error with fs.ErrNotExist in its chain says that
	// there is none.
	Open(ctx context.Context, hash string) (io.ReadCloser, error)
	// Delete deletes a file; one that is not there is no error.
	Delete(ctx context.Context, hash string) error
	// Each names every file with the time at which it was last put.
	Each(ctx context.Context, f func(hash string, put time.Time) error) error
}

// Info is a file that was taken.
type Info struct {
	Hash string // SHA-256, in hexadecimal
	Size int64  // bytes
	Type string // media type, as its bytes have it
}

// Vault takes files in, after a look at them.
type Vault struct {
	Keeper Keeper
	Temp   string // directory for what is coming in; on the same disk as a Dir

	sweeping sync.RWMutex // held for writing while a file is swept
}

// Sweep runs fn while no file is between being kept and being referred to.
func (v *Vault) Sweep(fn func() error) error {
	v.sweeping.Lock()
	defer v.sweeping.Unlock()
	return fn()
}

// Take reads a file of at most max bytes that a person calls name, refuses what
// is not of a kind we keep or is not what its name says, and keeps it. Once
// it is durable, refer makes something refer to it.
func (v *Vault) Take(ctx context.Context, name string, r io.Reader, max int64, refer func(Info) error) (info Info, err error) {
	if err := os.MkdirAll(v.Temp, 0o700); err != nil {
		return info, fmt.Errorf("take a file: %w", err)
	}
	f, err := os.CreateTemp(v.Temp, ".taking-*") // a backup leaves out what begins with a dot
	if err != nil {
		return info, fmt.Errorf("take a file: %w", err)
	}
	defer func() {
		_ = f.Close() // closed below where it matters
		if gone := os.Remove(f.Name()); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}()
	sum := sha256.New()
	if info.Size, err = io.Copy(io.MultiWriter(f, sum), io.LimitReader(r, max+1)); err != nil {
		return info, fmt.Errorf("take a file: %w", err)
	}
	if info.Size > max {
		return info, &good.Error{Kind: good.Limited, Key: "mail.error.file-large", Field: "file", Args: map[string]any{"Max": max >> 20}}
	}
	if info.Size == 0 {
		return info, &good.Error{Kind: good.Invalid, Key: "mail.error.file-empty", Field: "file"}
	}
	if info.Type, err = judge(name, f, info.Size); err != nil {
		return info, err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return info, fmt.Errorf("take a file: %w", err)
	}
	info.Hash = hex.EncodeToString(sum.Sum(nil))
	v.sweeping.RLock()
	defer v.sweeping.RUnlock()
	if err := v.Keeper.Put(ctx, info.Hash, f.Name(), info.Size); err != nil {
		return info, fmt.Errorf("keep a file: %w", err)
	}
	return info, refer(info)
}

// Dir is a directory of files. Each lies in a folder named by the first two
// letters of its hash.
type Dir struct {
	Path string
	Now  func() time.Time // to tell what was left half taken long ago
}

// hashed is what a hash looks like.
var hashed = regexp.MustCompile(`^[0-9a-f]{64}$`)

func (d Dir) path(hash string) (folder, file string, err error) {
	if !hashed.MatchString(hash) {
		return "", "", fmt.Errorf("%q is no hash: %w", hash, fs.ErrNotExist)
	}
	folder = filepath.Join(d.Path, hash[:2])
	return folder, filepath.Join(folder, hash[2:]), nil
}

// Put implements Keeper. The file is synced; its name is, too, before it returns.
func (d Dir) Put(_ context.Context, hash, path string, _ int64) error {
	folder, file, err := d.path(hash)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := os.Rename(path, file); err != nil {
		return err
	}
	return errors.Join(syncDir(folder), syncDir(d.Path))
}

// syncDir makes new names in a directory durable.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Open implements Keeper.
func (d Dir) Open(_ context.Context, hash string) (io.ReadCloser, error) {
	_, file, err := d.path(hash)
	if err != nil {
		return nil, err
	}
	return os.Open(file)
}

// Delete implements Keeper.
func (d Dir) Delete(_ context.Context, hash string) error {
	_, file, err := d.path(hash)
	if err != nil {
		return err
	}
	if err := os.Remove(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Each implements Keeper. What a killed process left half taken is deleted after
// a day.
func (d Dir) Each(ctx context.Context, f func(hash string, put time.Time) error) error {
	err := filepath.WalkDir(d.Path, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return errors.Join(err, ctx.Err())
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // taken meanwhile
		}
		if err != nil {
			return err
		}
		if hash := filepath.Base(filepath.Dir(path)) + e.Name(); hashed.MatchString(hash) {
			return f(hash, info.ModTime())
		}
		if e.Name()[0] == '.' && d.Now().Sub(info.ModTime()) > 24*time.Hour {
			return os.Remove(path)
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil // nothing was ever put
	}
	return err
}
