// Package outline tells which resources and properties a bridged plugin serves.
package outline

import (
	"encoding/json"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

type property struct {
	Ref string `json:"$ref"`
}

type entry struct {
	Properties      map[string]property `json:"properties"`
	InputProperties map[string]property `json:"inputProperties"`
}

type outlined struct {
	Name      string           `json:"name"`
	Version   string           `json:"version"`
	Resources map[string]entry `json:"resources"`
}

// Schema returns a Pulumi package schema with every token and property name but no types:
// the generated SDKs carry the types, so the plugin has no use for them at run time.
func Schema(info tfbridge.ProviderInfo) ([]byte, error) {
	result := outlined{Name: info.Name, Version: info.Version, Resources: map[string]entry{}}
	for name, resource := range info.Resources {
		schema := info.P.ResourcesMap().Get(name).Schema()
		result.Resources[string(resource.Tok)] = outlineOf(schema, resource.Fields)
	}
	return json.Marshal(result)
}

func outlineOf(schema shim.SchemaMap, fields map[string]*tfbridge.SchemaInfo) entry {
	result := entry{Properties: map[string]property{}, InputProperties: map[string]property{}}
	schema.Range(func(key string, field shim.Schema) bool {
		if key == "id" {
			return true
		}
		name := tfbridge.TerraformToPulumiNameV2(key, schema, fields)
		result.Properties[name] = property{"pulumi.json#/Any"}
		if field.Optional() || field.Required() {
			result.InputProperties[name] = property{"pulumi.json#/Any"}
		}
		return true
	})
	return result
}
