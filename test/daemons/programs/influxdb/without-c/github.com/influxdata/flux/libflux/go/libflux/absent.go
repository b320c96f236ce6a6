// Package libflux in place of Flux's library, which is written in Rust: no Flux script can be parsed or run. What writes, stores and
// answers InfluxQL needs none of it.
package libflux

import (
	"context"
	"errors"

	"github.com/influxdata/flux/semantic"
)

var errAbsent = errors.New("this build holds no Flux: ask in InfluxQL")

type ASTPkg struct{}
type SemanticPkg struct{}
type Analyzer struct{}
type FluxError struct{}
type Options struct {
	Features []string `json:"features,omitempty"`
}

func SemanticPackages() (map[string]*semantic.Package, error) { return nil, errAbsent }
func NewOptions(context.Context) Options                      { return Options{} }

func (*SemanticPkg) MarshalFB() ([]byte, error) { return nil, errAbsent }
func (*SemanticPkg) Free()                      {}

func Analyze(*ASTPkg) (*SemanticPkg, error)                     { return nil, errAbsent }
func AnalyzeWithOptions(*ASTPkg, Options) (*SemanticPkg, error) { return nil, errAbsent }
func AnalyzeString(string) (*SemanticPkg, error)                { return nil, errAbsent }
func FindVarType(*ASTPkg, string) (semantic.MonoType, error) {
	return semantic.MonoType{}, errAbsent
}
func FindVarTypes(string, []string) ([]semantic.MonoType, error) { return nil, errAbsent }

func NewAnalyzerWithOptions(Options) (*Analyzer, error)              { return nil, errAbsent }
func (*Analyzer) AnalyzeString(string) (*SemanticPkg, *FluxError)    { return nil, &FluxError{} }
func (*Analyzer) Analyze(string, *ASTPkg) (*SemanticPkg, *FluxError) { return nil, &FluxError{} }
func (*Analyzer) Free()                                              {}

func EnvStdlib() []byte { return nil }

func (*FluxError) Free()          {}
func (*FluxError) Print()         {}
func (*FluxError) GoError() error { return errAbsent }

func (ASTPkg) ASTHandle()                    {}
func (ASTPkg) Format() (string, error)       { return "", errAbsent }
func (ASTPkg) GetError(Options) error        { return errAbsent }
func (*ASTPkg) MarshalJSON() ([]byte, error) { return nil, errAbsent }
func (*ASTPkg) Free()                        {}
func (*ASTPkg) String() string               { return "" }

func ParseString(string) *ASTPkg           { return &ASTPkg{} }
func Parse(string, string) *ASTPkg         { return &ASTPkg{} }
func ParseJSON([]byte) (*ASTPkg, error)    { return nil, errAbsent }
func MergePackages(*ASTPkg, *ASTPkg) error { return errAbsent }
