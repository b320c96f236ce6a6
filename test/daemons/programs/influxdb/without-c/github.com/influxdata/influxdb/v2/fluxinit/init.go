// Package fluxinit of an InfluxDB without Flux.
package fluxinit

// FluxInit has nothing to prepare.
func FluxInit() {}
