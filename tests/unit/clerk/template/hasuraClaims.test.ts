import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { DEFAULT_CLAIMS_NAMESPACE } from "../../../../infra/clerk/claims";
import {
  ClaimsNamespace,
  type HasuraClaimsArgs,
} from "../../../../infra/clerk/template/hasuraClaimsArgs";
import { hasuraClaims } from "../../../../infra/components/hasuraClaims";

const HASURA = "https://hasura.io/jwt/claims";
const PUBLIC_ROLE = "user.public_metadata.role";

describe("hasuraClaims", () => {
  it("needs nothing", () => {
    expect(hasuraClaims({})).to.deep.equal({
      [HASURA]: {
        "x-hasura-default-role": "user",
        "x-hasura-allowed-roles": ["user"],
        "x-hasura-user-id": "{{user.id}}",
      },
    });
  });

  it("takes the role from metadata, with the fallback within the list", () => {
    expect(hasuraClaims({ defaultRoleFrom: PUBLIC_ROLE })).to.deep.equal({
      [HASURA]: {
        "x-hasura-default-role": "{{user.public_metadata.role || 'user'}}",
        "x-hasura-allowed-roles": ["{{user.public_metadata.role || 'user'}}"],
        "x-hasura-user-id": "{{user.id}}",
      },
    });
  });

  it("puts fixed roles beside those from metadata, each text once", () => {
    const claims = hasuraClaims({
      defaultRole: "guest",
      defaultRoleFrom: "org_membership.public_metadata.role",
      allowedRoles: ["guest", "reader"],
      allowedRolesFrom: [PUBLIC_ROLE, "org_membership.public_metadata.role"],
    });
    expect(claims[HASURA]).to.include({
      "x-hasura-default-role": "{{org_membership.public_metadata.role || 'guest'}}",
    });
    expect(claims[HASURA]).to.deep.include({
      "x-hasura-allowed-roles": [
        "guest",
        "reader",
        "{{org_membership.public_metadata.role || 'guest'}}",
        "{{user.public_metadata.role || 'guest'}}",
      ],
    });
  });

  it("writes everything else", () => {
    const claims = hasuraClaims({
      namespace: ClaimsNamespace.Ddn,
      allowedRoles: ["member"],
      userIdFrom: "user.public_metadata.db_id",
      organization: true,
      variables: {
        "x-hasura-plan": "{{org.public_metadata.plan || 'free'}}",
        "x-hasura-ids": "{1,2}",
      },
      audience: "https://hasura.example",
    });
    expect(claims).to.deep.equal({
      aud: "https://hasura.example",
      "claims.jwt.hasura.io": {
        "x-hasura-default-role": "member",
        "x-hasura-allowed-roles": ["member"],
        "x-hasura-user-id": "{{user.public_metadata.db_id || ''}}",
        "x-hasura-org-id": "{{org.id || ''}}",
        "x-hasura-org-role": "{{org.role || ''}}",
        "x-hasura-org-slug": "{{org.slug || ''}}",
        "x-hasura-plan": "{{org.public_metadata.plan || 'free'}}",
        "x-hasura-ids": "{1,2}",
      },
    });
  });

  it("takes a namespace of one's own, and an organization by hand", () => {
    const variables = { "x-hasura-org-id": "{{org.id || 'none'}}" };
    const claims = hasuraClaims({ namespaceName: "hasura", variables });
    expect(Object.keys(claims)).to.deep.equal(["hasura"]);
    expect(claims.hasura).to.include(variables);
  });

  it("takes empty settings, as configuration has them, for absent ones", () => {
    const args = { defaultRoleFrom: null, variables: undefined } as unknown as HasuraClaimsArgs;
    expect(hasuraClaims(args)).to.deep.equal(hasuraClaims({}));
  });

  it("uses the namespace that the engine looks at by default", () => {
    expect(ClaimsNamespace.Hasura).to.equal(DEFAULT_CLAIMS_NAMESPACE);
  });

  it("throws every problem at once, without a stack", () => {
    const args = {
      defaultRole: "admin",
      allowedRoles: [],
      userIdFrom: "user.username",
      audience: "",
    };
    expect(() => hasuraClaims(args))
      .to.throw(pulumi.RunError, /^The template's claims cannot be built \(4 problems\):\n/)
      .with.property("message")
      .that.includes("- hasuraClaims.userIdFrom: user.username does not identify");
  });
});
