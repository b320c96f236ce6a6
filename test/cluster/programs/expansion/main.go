// Command expansion does with texts what a kubelet does with those of a container's `env` and `args`: it reads a JSON list of texts and prints
// the list of what the container gets, with every variable that they name set to "LEAKED".
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/kubernetes/third_party/forked/golang/expansion"
)

// A digest of this file, so that another one is another program.
var digest string

func main() {
	_ = digest
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for i, text := range texts {
		texts[i] = expansion.Expand(text, func(string) string { return "LEAKED" })
	}
	if err := json.NewEncoder(os.Stdout).Encode(texts); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
