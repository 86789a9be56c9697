// Package shim re-exports the Terraform random provider, which its own module keeps internal.
package shim

import (
	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/terraform-providers/terraform-provider-random/internal/provider"
)

// NewProvider returns the provider as Terraform would serve it.
func NewProvider() framework.Provider {
	return provider.New()
}
