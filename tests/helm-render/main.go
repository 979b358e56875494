// helm-render prints what `helm template` would, where no helm can be installed: it takes the same arguments, checks values against the chart's schema with
// the library that Helm uses, and knows the functions and objects that charts use. It knows no subcharts.
//
//	helm-render template RELEASE CHART [--namespace NS] [--values FILE]... [--set-string KEY=VALUE]... [--kube-version V]
//	            [--existing FILE]    objects that `lookup` finds, as in a cluster where the chart is upgraded
//	            [--notes]            prints NOTES.txt instead
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
)

type list []string

func (l *list) String() string     { return strings.Join(*l, ",") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

type request struct {
	release, chart, namespace, kubeVersion, existing string
	values, sets                                     list
	notes                                            bool
}

func main() {
	if len(os.Args) < 4 || os.Args[1] != "template" {
		fmt.Fprintln(os.Stderr, "usage: helm-render template RELEASE CHART [--namespace NS] [--values FILE]... [--notes]")
		os.Exit(2)
	}
	r := request{release: os.Args[2], chart: os.Args[3]}
	flag.StringVar(&r.namespace, "namespace", "default", "")
	flag.StringVar(&r.kubeVersion, "kube-version", "v1.30.0", "")
	flag.StringVar(&r.existing, "existing", "", "")
	flag.Var(&r.values, "values", "")
	flag.Var(&r.sets, "set-string", "")
	flag.BoolVar(&r.notes, "notes", false, "")
	_ = flag.CommandLine.Parse(os.Args[4:])

	out, err := render(r)
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
	fmt.Print(out)
}
