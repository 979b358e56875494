package main

import (
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/Masterminds/semver"
	"sigs.k8s.io/yaml"
)

// files are the chart's, without templates, by path.
type files map[string][]byte

func (f files) Get(name string) string { return string(f[name]) }

func (f files) Glob(pattern string) files {
	found := files{}
	for name, text := range f {
		if ok, _ := path.Match(pattern, name); ok {
			found[name] = text
		}
	}
	return found
}

func (f files) AsConfig() string {
	texts := map[string]string{}
	for name, text := range f {
		texts[path.Base(name)] = string(text)
	}
	return toYaml(texts)
}

type kubeVersion struct{ Version, Major, Minor string }

func (v kubeVersion) String() string     { return v.Version }
func (v kubeVersion) GitVersion() string { return v.Version }

type capabilities struct {
	KubeVersion kubeVersion
}

func capabilitiesOf(r request) (capabilities, error) {
	v, err := semver.NewVersion(r.kubeVersion)
	if err != nil {
		return capabilities{}, err
	}

	return capabilities{
		KubeVersion: kubeVersion{"v" + v.String(), strconv.FormatUint(v.Major(), 10), strconv.FormatUint(v.Minor(), 10)},
	}, nil
}

// existing is what lookup finds: the documents of a file.
func existing(file string) ([]object, error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var found []object
	for _, document := range strings.Split("\n"+string(text), "\n---") {
		o := object{}
		if err := yaml.Unmarshal([]byte(document), &o); err != nil {
			return nil, err
		}
		if len(o) > 0 {
			found = append(found, o)
		}
	}
	return found, nil
}

func lookup(objects []object, apiVersion, kind, namespace, name string) object {
	for _, o := range objects {
		metadata, _ := o["metadata"].(object)
		if o["apiVersion"] == apiVersion && o["kind"] == kind && metadata["namespace"] == namespace && metadata["name"] == name {
			return o
		}
	}
	return object{}
}

func walk(folder string, visit func(name string, text []byte)) error {
	return filepath.Walk(folder, func(file string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		text, err := os.ReadFile(file)
		if err == nil {
			name, _ := filepath.Rel(folder, file)
			visit(filepath.ToSlash(name), text)
		}
		return err
	})
}
