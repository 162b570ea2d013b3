package tlog

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Key signs a log's checkpoints. Origin names the log for ever.
type Key struct {
	Origin   string
	Verifier string // the public key in the form of a note verifier
	signer   note.Signer
}

// Secret is a secret of the instance for one purpose, the same on every node
// that shares the key. Signatures of this scheme are the same each time and
// known to whoever holds the key alone; no text of the log begins like this one.
func (k *Key) Secret(purpose string) ([]byte, error) {
	signature, err := k.signer.Sign([]byte("stoa secret, never published\n" + purpose))
	if err != nil {
		return nil, fmt.Errorf("secret for %s: %w", purpose, err)
	}
	sum := sha256.Sum256(signature)
	return sum[:], nil
}

const keyFile = "log.key"

// LoadOrCreateKey reads the signing key of the log from dir, or makes one there
// that only its owner may read.
func LoadOrCreateKey(dir string, random io.Reader) (*Key, error) {
	k, err := LoadKey(dir)
	if errors.Is(err, os.ErrNotExist) {
		return createKey(filepath.Join(dir, keyFile), random)
	}
	return k, err
}

// LoadKey reads the signing key of the log from dir; without one the error is
// os.ErrNotExist.
func LoadKey(dir string) (*Key, error) {
	path := filepath.Join(dir, keyFile)
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the log's key: %w", err)
	}
	secret, verifier, ok := strings.Cut(strings.TrimSpace(string(raw)), "\n")
	if !ok {
		return nil, fmt.Errorf("the log's key in %s is not two lines", path)
	}
	return newKey(secret, verifier)
}

func createKey(path string, random io.Reader) (*Key, error) {
	id := make([]byte, 8)
	if _, err := io.ReadFull(random, id); err != nil {
		return nil, fmt.Errorf("name the log: %w", err)
	}
	secret, verifier, err := note.GenerateKey(random, fmt.Sprintf("stoa-%x", id))
	if err != nil {
		return nil, fmt.Errorf("make the log's key: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), keyFile+"-*") // mode 0600
	if err != nil {
		return nil, fmt.Errorf("keep the log's key: %w", err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(secret + "\n" + verifier + "\n")
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return nil, fmt.Errorf("keep the log's key: %w", err)
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, os.ErrExist) { // another process may be first
		return nil, fmt.Errorf("keep the log's key: %w", err)
	}
	return LoadKey(filepath.Dir(path))
}

func newKey(secret, verifier string) (*Key, error) {
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, fmt.Errorf("the log's key: %w", err)
	}
	return &Key{Origin: signer.Name(), Verifier: verifier, signer: signer}, nil
}

// Checkpoint is the state of a log at one size.
type Checkpoint struct {
	Origin string
	Size   int64
	Root   tlog.Hash
}

// Sign returns the checkpoint as a signed note (C2SP tlog-checkpoint).
func (k *Key) Sign(size int64, root tlog.Hash) (string, error) {
	body := fmt.Sprintf("%s\n%d\n%s\n", k.Origin, size, base64.StdEncoding.EncodeToString(root[:]))
	out, err := note.Sign(&note.Note{Text: body}, k.signer)
	if err != nil {
		return "", fmt.Errorf("sign a checkpoint: %w", err)
	}
	return string(out), nil
}

// OpenCheckpoint verifies a signed note against a public key and reads it.
func OpenCheckpoint(signed, verifier string) (Checkpoint, error) {
	v, err := note.NewVerifier(verifier)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("the log's public key: %w", err)
	}
	n, err := note.Open([]byte(signed), note.VerifierList(v))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("the checkpoint's signature: %w", err)
	}
	lines := strings.SplitN(n.Text, "\n", 4)
	if len(lines) < 4 || lines[0] != v.Name() {
		return Checkpoint{}, errors.New("the checkpoint has not the form of one of this log")
	}
	c := Checkpoint{Origin: lines[0]}
	c.Size, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || c.Size < 0 || lines[1] != strconv.FormatInt(c.Size, 10) {
		return Checkpoint{}, errors.New("the checkpoint's size is not a number")
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return Checkpoint{}, errors.New("the checkpoint's root is not a hash")
	}
	c.Root = tlog.Hash(root)
	return c, nil
}
