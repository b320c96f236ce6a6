//go:build tools

package tools

import _ "github.com/influxdata/influx-cli/v2/cmd/influx"
