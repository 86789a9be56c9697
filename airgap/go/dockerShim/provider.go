// Package shim re-exports the Terraform docker provider, which its own module keeps internal.
package shim

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

// NewProvider returns the provider as Terraform would serve it.
func NewProvider() *schema.Provider {
	return provider.New("dev")()
}
