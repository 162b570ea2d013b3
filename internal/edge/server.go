package edge

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"strings"
	"time"
)

// NewServer returns a server for h that a slow or idle client cannot hold for
// long. Long answers (dumps) extend their own deadline with
// http.ResponseController.
func NewServer(h http.Handler, l *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    128 << 10, // room to answer an over-long address politely
		ErrorLog:          log.New(scrub{l}, "", 0),
	}
}

// Serve answers on l until ctx ends, then lets requests under way finish for
// up to grace.
func Serve(ctx context.Context, s *http.Server, l net.Listener, grace time.Duration) error {
	failed := make(chan error, 1)
	go func() { failed <- s.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	err := s.Shutdown(stop)
	if errors.Is(err, context.DeadlineExceeded) {
		err = errors.Join(fmt.Errorf("stop: requests were cut after %s", grace), s.Close())
	}
	<-failed
	return err
}

// scrub passes the server's own complaints on without the addresses of people.
type scrub struct{ log *slog.Logger }

// address finds IP addresses with ports, as net/http prints them.
var address = regexp.MustCompile(`(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:.%a-z]+\])(:\d+)?`)

// Write implements io.Writer.
func (s scrub) Write(b []byte) (int, error) {
	s.log.Warn("http server", "says", address.ReplaceAllString(strings.TrimSpace(string(b)), "client"))
	return len(b), nil
}
