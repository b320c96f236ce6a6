//go:build tools

// Package tools pins the controller of Sealed Secrets and kubeseal.
package tools

import (
	_ "github.com/bitnami/sealed-secrets/cmd/controller"
	_ "github.com/bitnami/sealed-secrets/cmd/kubeseal"
)
