// Pins source-controller for its CRDs alone. No Go code imports it, so `go mod tidy` would drop it.
module millwright.test/cluster/source

go 1.25.0

require github.com/fluxcd/source-controller v1.7.0
