//go:build tools

// Package kwok pins KWOK, which plays the kubelet of the model's nodes.
package kwok

import (
	_ "sigs.k8s.io/kwok/cmd/kwok"
)
