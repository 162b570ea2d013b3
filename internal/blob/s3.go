package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"stoa/internal/good"
)

// S3 is a bucket of storage that speaks S3. Each file is an object under a
// prefix.
type S3 struct {
	client *minio.Client
	bucket string
	prefix string
}

// NewS3 reads the address of a bucket, https://key:secret@host/bucket/prefix
// with ?region=… where the storage wants one. http is for tests and one's own
// network.
func NewS3(address string) (*S3, error) {
	invalid := &good.Error{Kind: good.Invalid, Key: "mail.error.s3", Field: "s3", Args: map[string]any{"Form": "https://key:secret@host/bucket"}} // it may hold a secret: not repeated
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User == nil {
		return nil, invalid
	}
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	secret, has := u.User.Password()
	if bucket == "" || !has {
		return nil, invalid
	}
	if prefix != "" {
		prefix += "/"
	}
	client, err := minio.New(u.Host, &minio.Options{Creds: credentials.NewStaticV4(u.User.Username(), secret, ""), Secure: u.Scheme == "https", Region: u.Query().Get("region"), BucketLookup: minio.BucketLookupPath})
	if err != nil {
		return nil, fmt.Errorf("reach the storage: %w", err)
	}
	return &S3{client: client, bucket: bucket, prefix: prefix}, nil
}

// Put implements Keeper. The storage has the file when it answers.
func (s *S3) Put(ctx context.Context, hash, path string, _ int64) error {
	if !hashed.MatchString(hash) {
		return fmt.Errorf("%q is no hash", hash)
	}
	_, err := s.client.FPutObject(ctx, s.bucket, s.prefix+hash, path, minio.PutObjectOptions{ContentType: "application/octet-stream"})
	return err
}

// Open implements Keeper.
func (s *S3) Open(ctx context.Context, hash string) (io.ReadCloser, error) {
	if !hashed.MatchString(hash) {
		return nil, fmt.Errorf("%q is no hash: %w", hash, fs.ErrNotExist)
	}
	o, err := s.client.GetObject(ctx, s.bucket, s.prefix+hash, minio.GetObjectOptions{})
	if err != nil {
		return nil, err
	}
	if _, err := o.Stat(); err != nil {
		err = errors.Join(err, o.Close())
		if minio.ToErrorResponse(err).StatusCode == http.StatusNotFound || strings.Contains(err.Error(), "does not exist") {
			err = errors.Join(fs.ErrNotExist, err)
		}
		return nil, err
	}
	return o, nil
}

// Delete implements Keeper.
func (s *S3) Delete(ctx context.Context, hash string) error {
	if !hashed.MatchString(hash) {
		return fmt.Errorf("%q is no hash", hash)
	}
	return s.client.RemoveObject(ctx, s.bucket, s.prefix+hash, minio.RemoveObjectOptions{})
}

// Each implements Keeper.
func (s *S3) Each(ctx context.Context, f func(hash string, put time.Time) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for o := range s.client.ListObjects(ctx, s.bucket, minio.ListObjectsOptions{Prefix: s.prefix, Recursive: true}) {
		if o.Err != nil {
			return o.Err
		}
		if hash := strings.TrimPrefix(o.Key, s.prefix); hashed.MatchString(hash) {
			if err := f(hash, o.LastModified); err != nil {
				return err
			}
		}
	}
	return nil
}
