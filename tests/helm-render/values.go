package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/xeipuuv/gojsonschema"
	"sigs.k8s.io/yaml"
)

type object = map[string]interface{}

func readYaml(path string) (object, error) {
	o := object{}
	text, err := os.ReadFile(path)
	if err == nil {
		err = yaml.Unmarshal(text, &o)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %v", path, err)
	}
	return o, nil
}

// values are the chart's own, those of the files over them, those of the command line over these; as a schema has them.
func values(r request) (object, error) {
	vals, err := readYaml(filepath.Join(r.chart, "values.yaml"))
	if err != nil {
		return nil, err
	}
	for _, file := range r.values {
		given, err := readYaml(file)
		if err != nil {
			return nil, err
		}
		overlay(vals, given)
	}
	for _, set := range r.sets {
		key, value, _ := strings.Cut(set, "=")
		path := strings.Split(key, ".")
		given := object{path[len(path)-1]: value}
		for i := len(path) - 2; i >= 0; i-- {
			given = object{path[i]: given}
		}
		overlay(vals, given)
	}
	return vals, checkSchema(r.chart, vals)
}

// overlay merges maps and replaces everything else; null takes a default away.
func overlay(into, from object) {
	for key, value := range from {
		below, isMap := value.(object)
		old, wasMap := into[key].(object)
		switch {
		case value == nil:
			delete(into, key)
		case isMap && wasMap:
			overlay(old, below)
		default:
			into[key] = value
		}
	}
}

func checkSchema(chart string, vals object) error {
	schema, err := os.ReadFile(filepath.Join(chart, "values.schema.json"))
	if err != nil {
		return err
	}
	text, err := json.Marshal(vals)
	if err != nil {
		return err
	}
	result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(schema), gojsonschema.NewBytesLoader(text))
	if err != nil || result.Valid() {
		return err
	}
	var problems []string
	for _, problem := range result.Errors() {
		problems = append(problems, "- "+problem.String())
	}
	sort.Strings(problems)
	return errors.New("values don't meet the specifications of the schema(s) in the following chart(s):\n" + filepath.Base(chart) + ":\n" + strings.Join(problems, "\n"))
}
