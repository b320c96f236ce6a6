package runtime

import "github.com/influxdata/flux/semantic"

// LookupBuiltinType gives every function of Flux's standard library the type of one without arguments: none can be called.
func LookupBuiltinType(pkg, name string) (semantic.MonoType, error) {
	return semantic.NewFunctionType(semantic.BasicInt, nil), nil
}

// MustLookupBuiltinType is LookupBuiltinType, which cannot fail here.
func MustLookupBuiltinType(pkg, name string) semantic.MonoType {
	builtin, _ := LookupBuiltinType(pkg, name)
	return builtin
}
