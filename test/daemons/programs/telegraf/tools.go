//go:build tools

// Package telegraf pins the real Telegraf; the catalogue says which of its plug-ins are built in.
package telegraf

import _ "github.com/influxdata/telegraf/cmd/telegraf"
