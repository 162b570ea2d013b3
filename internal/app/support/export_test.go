package support

// What the benchmarks call by itself.
var (
	Suited = (*App).suited
	Reach  = (*App).reach
)
