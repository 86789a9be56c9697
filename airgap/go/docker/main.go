// Command docker is the Pulumi docker plugin: the Terraform docker provider behind Pulumi's bridge,
// with the tokens, names and replacement order of the published plugin.
package main

import (
	"log"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	shimv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/terraform-providers/terraform-provider-docker/shim"

	"clerk-hasura.local/airgap/outline"
)

// version is set by the linker: Pulumi refuses a plugin that reports another version than asked for.
var version = "0.0.0"

func main() {
	info := provider()
	schema, err := outline.Schema(info)
	if err != nil {
		log.Fatal(err)
	}
	tfbridge.Main(info.Name, info.Version, info, schema)
}

func provider() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:         shimv2.NewProvider(shim.NewProvider()),
		Name:      "docker",
		Version:   version,
		Config:    config(),
		Resources: resources(),
	}
	info.MustComputeTokens(
		tokens.SingleModule("docker_", "index", tokens.MakeStandard("docker")),
	)
	info.SetAutonaming(255, "-")
	return info
}

func config() map[string]*tfbridge.SchemaInfo {
	return map[string]*tfbridge.SchemaInfo{
		"host":          {Default: &tfbridge.DefaultInfo{EnvVars: []string{"DOCKER_HOST"}}},
		"registry_auth": {Name: "registryAuth", MaxItemsOne: tfbridge.False()},
	}
}

func resources() map[string]*tfbridge.ResourceInfo {
	return map[string]*tfbridge.ResourceInfo{
		"docker_config": {Tok: "docker:index/serviceConfig:ServiceConfig"},
		"docker_image": {
			Tok: "docker:index/remoteImage:RemoteImage",
			// Naming the field keeps auto-naming away from it: an image's name is where it comes from.
			Fields: map[string]*tfbridge.SchemaInfo{"name": {Name: "name"}},
		},
		"docker_container": {
			// A container's name and published ports can be held only once.
			DeleteBeforeReplace: true,
			Fields: map[string]*tfbridge.SchemaInfo{
				"command":           {Name: "command"},
				"networks_advanced": {Name: "networksAdvanced"},
			},
		},
	}
}
