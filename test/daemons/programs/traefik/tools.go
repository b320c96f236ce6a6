//go:build tools

// Package traefik pins the real Traefik, the ingress of the centre.
package traefik

import _ "github.com/traefik/traefik/v3/cmd/traefik"
