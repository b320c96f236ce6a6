//go:build tools

// Package kubelet pins what makes a Kubernetes node of the machine: kubelet and kube-proxy of the control plane's version.
package kubelet

import (
	_ "k8s.io/kubernetes/cmd/kube-proxy"
	_ "k8s.io/kubernetes/cmd/kubelet"
)
