// Command nodejsSdk generates a Node SDK from a package's schema, with the generator that the Node language host of the
// Pulumi CLI uses. It reads a request as JSON and writes the SDK's files; what is wrong with the schema goes to the
// standard error stream.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
)

// request is what `pulumirpc.LanguageRuntime.GeneratePackage` asks for.
type request struct {
	Directory         string            `json:"directory"`
	Schema            string            `json:"schema"`
	LoaderTarget      string            `json:"loaderTarget"`
	LocalDependencies map[string]string `json:"localDependencies"`
	Local             bool              `json:"local"`
}

// Text of a generated package, as the released host names itself in its head.
const tool = "pulumi-language-nodejs"

func main() {
	if err := generate(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func generate() error {
	var asked request
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return fmt.Errorf("the request is no JSON: %w", err)
	}
	client, err := schema.NewLoaderClient(asked.LoaderTarget)
	if err != nil {
		return err
	}
	defer client.Close()
	loader := schema.NewCachedLoader(client)
	described, err := bind(asked.Schema, loader)
	if err != nil {
		return err
	}
	files, err := nodejs.GeneratePackage(tool, described, nil, asked.LocalDependencies, asked.Local, loader)
	if err != nil {
		return err
	}
	return write(asked.Directory, files)
}

func bind(text string, loader schema.Loader) (*schema.Package, error) {
	var spec schema.PackageSpec
	if err := json.Unmarshal([]byte(text), &spec); err != nil {
		return nil, fmt.Errorf("the schema is no JSON: %w", err)
	}
	options := schema.ValidationOptions{AllowDanglingReferences: true}
	described, problems, err := schema.BindSpec(spec, loader, options)
	if err != nil {
		return nil, err
	}
	for _, problem := range problems {
		fmt.Fprintln(os.Stderr, problem.Error())
	}
	if problems.HasErrors() {
		return nil, fmt.Errorf("the schema of %s has errors", spec.Name)
	}
	return described, nil
}

func write(directory string, files map[string][]byte) error {
	for name, content := range files {
		path := filepath.Join(directory, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return err
		}
	}
	return nil
}
