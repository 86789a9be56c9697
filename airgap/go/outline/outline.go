// Package outline tells which resources and properties a bridged plugin serves.
package outline

import (
	"encoding/json"
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

type property struct {
	Type  string    `json:"type,omitempty"`
	Items *property `json:"items,omitempty"`
	Ref   string    `json:"$ref,omitempty"`
}

type entry struct {
	Type            string              `json:"type,omitempty"`
	Properties      map[string]property `json:"properties"`
	InputProperties map[string]property `json:"inputProperties,omitempty"`
}

type meta struct {
	ModuleFormat string `json:"moduleFormat"`
}

type packageOutline struct {
	Name      string           `json:"name"`
	Version   string           `json:"version"`
	Meta      meta             `json:"meta"`
	Resources map[string]entry `json:"resources"`
	Types     map[string]entry `json:"types"`
}

// Schema returns a Pulumi package schema with every token, property name, block and list of blocks.
// Other types are left open: the generated SDKs carry them, and the bridge checks only blocks.
func Schema(info tfbridge.ProviderInfo) ([]byte, error) {
	result := packageOutline{
		Name:      info.Name,
		Version:   info.Version,
		Meta:      meta{ModuleFormat: "(.*)(?:/[^/]*)"},
		Resources: map[string]entry{},
		Types:     map[string]entry{},
	}
	for name, resource := range info.Resources {
		schema := info.P.ResourcesMap().Get(name).Schema()
		result.Resources[string(resource.Tok)] = result.resource(string(resource.Tok), schema, resource.Fields)
	}
	return json.Marshal(result)
}

func (p packageOutline) resource(
	token string, schema shim.SchemaMap, fields map[string]*tfbridge.SchemaInfo,
) entry {
	result := entry{Properties: map[string]property{}, InputProperties: map[string]property{}}
	schema.Range(func(key string, field shim.Schema) bool {
		if key == "id" {
			return true
		}
		name := tfbridge.TerraformToPulumiNameV2(key, schema, fields)
		result.Properties[name] = p.property(token, name, field, fields[key])
		if field.Optional() || field.Required() {
			result.InputProperties[name] = result.Properties[name]
		}
		return true
	})
	return result
}

// property names the block that a field holds by the path to it.
func (p packageOutline) property(
	parent, name string, field shim.Schema, override *tfbridge.SchemaInfo,
) property {
	block, isBlock := field.Elem().(shim.Resource)
	if !isBlock {
		return property{Ref: "pulumi.json#/Any"}
	}
	class := parent[strings.LastIndex(parent, ":")+1:] + strings.ToUpper(name[:1]) + name[1:]
	token := p.Name + ":index/" + class + ":" + class
	result := entry{Type: "object", Properties: map[string]property{}}
	block.Schema().Range(func(key string, inner shim.Schema) bool {
		innerName := tfbridge.TerraformToPulumiNameV2(key, block.Schema(), nil)
		result.Properties[innerName] = p.property(token, innerName, inner, nil)
		return true
	})
	p.Types[token] = result
	object := property{Ref: "#/types/" + token}
	isList := field.Type() == shim.TypeList || field.Type() == shim.TypeSet
	if isList && !tfbridge.IsMaxItemsOne(field, override) {
		return property{Type: "array", Items: &object}
	}
	return object
}
