//go:build tools

// Package flux pins Flux's real kustomize-controller, and sops and age as it uses them.
package flux

import (
	_ "filippo.io/age/cmd/age"
	_ "filippo.io/age/cmd/age-keygen"
	_ "github.com/fluxcd/kustomize-controller"
	_ "github.com/getsops/sops/v3/cmd/sops"
)
