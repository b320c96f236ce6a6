//go:build tools

// Package tools names what is built from this module.
package tools

import (
	_ "github.com/influxdata/influxdb/v2/cmd/influxd"
	_ "modernc.org/sqlite"
)
