// Command random is the Pulumi random plugin: the Terraform random provider behind Pulumi's bridge.
package main

import (
	"context"
	"errors"
	"log"

	pf "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/terraform-providers/terraform-provider-random/shim"

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
	pf.Main(context.Background(), info.Name, info, pf.ProviderMetadata{PackageSchema: schema})
}

func provider() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:                           pf.ShimProvider(shim.NewProvider()),
		Name:                        "random",
		Version:                     version,
		MetadataInfo:                tfbridge.NewProviderMetadata([]byte("{}")),
		EnableAccurateBridgePreview: true,
		EnableRawStateDelta:         true,
		Resources: map[string]*tfbridge.ResourceInfo{
			"random_bytes": {ComputeID: bytesID},
		},
	}
	info.MustComputeTokens(tokens.SingleModule("random_", "index", randomToken))
	return info
}

func randomToken(module, name string) (string, error) {
	return tokens.MakeStandard("random")(module, "Random"+name)
}

// bytesID gives RandomBytes the id that Terraform does not keep: the bytes themselves.
func bytesID(_ context.Context, state resource.PropertyMap) (resource.ID, error) {
	value := state["base64"]
	if value.IsSecret() {
		value = value.SecretValue().Element
	}
	if !value.IsString() {
		return "", errors.New("random_bytes: no base64 in the state")
	}
	return resource.ID(value.StringValue()), nil
}
