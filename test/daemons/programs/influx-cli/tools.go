//go:build tools

// Package tools names what is built from this module: the influx command line, at the commit that InfluxDB 2.7.12 requires.
package tools

import _ "github.com/influxdata/influx-cli/v2/cmd/influx"
