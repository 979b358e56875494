package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

// render prints every template's documents, by kind in the order in which Helm installs, hooks last; or the notes.
func render(r request) (string, error) {
	vals, err := values(r)
	if err != nil {
		return "", err
	}
	meta, err := readYaml(filepath.Join(r.chart, "Chart.yaml"))
	if err != nil {
		return "", err
	}
	chart := object{}
	for key, value := range meta {
		chart[strings.ToUpper(key[:1])+key[1:]] = value
	}
	caps, err := capabilitiesOf(r)
	if err != nil {
		return "", err
	}
	objects, err := existing(r.existing)
	if err != nil {
		return "", err
	}
	texts, templates := files{}, map[string]string{}
	root := fmt.Sprint(meta["name"])
	if err := walk(r.chart, func(name string, text []byte) {
		if strings.HasPrefix(name, "templates/") {
			templates[root+"/"+name] = string(text)
		} else {
			texts[name] = text
		}
	}); err != nil {
		return "", err
	}

	t := template.New("chart").Option("missingkey=zero")
	t.Funcs(functions(t, objects))
	for _, name := range sorted(templates) {
		if _, err := t.New(name).Parse(templates[name]); err != nil {
			return "", err
		}
	}
	var documents []document
	for _, name := range sorted(templates) {
		isNotes := path.Base(name) == "NOTES.txt"
		if strings.HasPrefix(path.Base(name), "_") || isNotes != r.notes {
			continue
		}
		var b bytes.Buffer
		if err := t.ExecuteTemplate(&b, name, object{
			"Values": vals, "Chart": chart, "Files": texts, "Capabilities": caps,
			"Release":  object{"Name": r.release, "Namespace": r.namespace, "Service": "Helm", "IsInstall": len(objects) == 0, "IsUpgrade": len(objects) > 0, "Revision": 1},
			"Template": object{"Name": name, "BasePath": root + "/templates"},
		}); err != nil {
			return "", fmt.Errorf("execution error at %v", err)
		}
		text := strings.ReplaceAll(b.String(), "<no value>", "")
		if r.notes {
			return text, nil
		}
		found, err := split(name, text)
		if err != nil {
			return "", err
		}
		documents = append(documents, found...)
	}
	sort.SliceStable(documents, func(a, b int) bool { return documents[a].rank() < documents[b].rank() })
	var out strings.Builder
	for _, d := range documents {
		fmt.Fprintf(&out, "---\n# Source: %s\n%s\n", d.source, strings.Trim(d.text, "\n"))
	}
	return out.String(), nil
}

type document struct {
	source, kind, text string
	isHook             bool
}

// The kinds that charts commonly have, in the order of Helm's installation.
const installOrder = " NetworkPolicy PodDisruptionBudget ServiceAccount Secret ConfigMap PersistentVolumeClaim Role RoleBinding Service DaemonSet Pod Deployment StatefulSet Job Ingress "

func (d document) rank() int {
	at := strings.Index(installOrder, " "+d.kind+" ")
	switch {
	case d.isHook:
		return len(installOrder) + 1
	case at < 0:
		return len(installOrder)
	}
	return at
}

func split(source, text string) ([]document, error) {
	var documents []document
	for _, part := range strings.Split("\n"+text, "\n---") {
		parsed := object{}
		if err := yaml.UnmarshalStrict([]byte(part), &parsed); err != nil {
			return nil, fmt.Errorf("YAML parse error on %s: %v\n%s", source, err, part)
		}
		if len(parsed) == 0 {
			continue
		}
		metadata, _ := parsed["metadata"].(object)
		annotations, _ := metadata["annotations"].(object)
		documents = append(documents, document{source, fmt.Sprint(parsed["kind"]), part, annotations["helm.sh/hook"] != nil})
	}
	return documents, nil
}

func functions(t *template.Template, objects []object) template.FuncMap {
	f := sprig.TxtFuncMap()
	delete(f, "env")
	delete(f, "expandenv")
	f["toYaml"] = toYaml
	f["fromYaml"] = func(text string) object {
		o := object{}
		if err := yaml.Unmarshal([]byte(text), &o); err != nil {
			o["Error"] = err.Error()
		}
		return o
	}
	f["toJson"] = func(v interface{}) string { text, _ := json.Marshal(v); return string(text) }
	f["include"] = func(name string, data interface{}) (string, error) {
		var b bytes.Buffer
		err := t.ExecuteTemplate(&b, name, data)
		return b.String(), err
	}
	f["required"] = func(message string, v interface{}) (interface{}, error) {
		if v == nil || v == "" {
			return nil, errors.New(message)
		}
		return v, nil
	}
	f["lookup"] = func(apiVersion, kind, namespace, name string) object {
		return lookup(objects, apiVersion, kind, namespace, name)
	}
	return f
}

func toYaml(v interface{}) string {
	text, err := yaml.Marshal(v)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(string(text), "\n")
}

func sorted(templates map[string]string) []string {
	var names []string
	for name := range templates {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
