package testkit

import (
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// ThreadTime is the processor time the thread used so far, which counts less of
// what else the machine does than the clock does. The caller is locked to its
// thread.
func ThreadTime() time.Duration {
	const clockThreadCPU = 3
	var t syscall.Timespec
	if _, _, errno := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, clockThreadCPU, uintptr(unsafe.Pointer(&t)), 0); errno != 0 {
		panic(errno)
	}
	return time.Duration(t.Nano())
}

// ProcessTime is the processor time of all threads of the program so far.
func ProcessTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Against measures do beside floor, by turns, in what clock counts (ThreadTime
// or ProcessTime), and reports the median of both and how many times the
// floor's time do takes.
func Against(b *testing.B, clock func() time.Duration, floor, do func()) {
	b.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const turn = 100
	var floors, takes []time.Duration
	measure := func(f func()) time.Duration {
		begun := clock()
		for range turn {
			f()
		}
		return (clock() - begun) / turn
	}
	for b.Loop() {
		for range 10 {
			floors, takes = append(floors, measure(floor)), append(takes, measure(do))
		}
	}
	slices.Sort(floors)
	slices.Sort(takes)
	f, d := floors[len(floors)/2], takes[len(takes)/2]
	b.ReportMetric(float64(f), "floor-cpu-ns")
	b.ReportMetric(float64(d), "cpu-ns")
	b.ReportMetric(float64(d)/float64(f), "times-floor")
	b.ReportMetric(0, "ns/op") // of a thousand of both: it says nothing
}
