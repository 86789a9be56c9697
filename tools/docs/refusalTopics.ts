/** A part of what may be wrong: what it is about, and the files of `infra` whose texts tell of it. */
export interface RefusalTopic {
  title: string;
  files: readonly string[];
}

/** In the order of the arguments; a test demands that no file with such texts is forgotten. */
export const REFUSAL_TOPICS: readonly RefusalTopic[] = [
  {
    title: "Any number, port, address or image, and any group of arguments",
    files: ["validation/rules.ts", "validation/knownNow.ts"],
  },
  {
    title: "`identity`: the choice of keys, and the kind of each value",
    files: ["clerk/identity.ts", "clerk/identityShape.ts", "clerk/clerkKeys.ts"],
  },
  { title: "`identity.publishableKey`", files: ["clerk/publishableKey.ts", "clerk/keySource.ts"] },
  {
    title: "`identity.frontendApi`",
    files: ["clerk/frontendApi.ts", "clerk/frontendApiHost.ts"],
  },
  { title: "`identity.jwksUrl` and `identity.allowHttpJwks`", files: ["clerk/jwksUrl.ts"] },
  { title: "`identity.signingKey`", files: ["clerk/signingKey.ts"] },
  {
    title: "`identity.issuer`, `identity.audience` and `identity.allowedSkewSeconds`",
    files: ["clerk/issuer.ts"],
  },
  { title: "`identity.claims`", files: ["clerk/claimsChoice.ts"] },
  { title: "`identity.jwks` and `identity.pinnedKeyId`", files: ["clerk/pinning.ts"] },
  {
    title: "`identity.claimsNamespace`, `claimsNamespacePath`, `claimsFormat`, and any JSON path",
    files: ["clerk/claims.ts", "clerk/jsonPath.ts"],
  },
  { title: "`identity.claimsMap`", files: ["clerk/claimsMap.ts", "clerk/mappedRoles.ts"] },
  { title: "`identity.header`", files: ["clerk/header.ts"] },
  {
    title: "`identity.defaultRole`, `allowedRoles` and `unauthorizedRole`",
    files: ["clerk/roles.ts"],
  },
  { title: "`hasura`", files: ["hasura/checkHasura.ts", "hasura/checkOrigins.ts"] },
  {
    title: "`hasura.env`; the values of `project.env` of HasuraCloud, too",
    files: ["hasura/checkEnv.ts", "hasura/engineVariables.ts"],
  },
  {
    title: "`dockerHost`, and the docker provider's settings",
    files: ["docker/dockerConnection.ts"],
  },
  {
    title: "`postgres`",
    files: ["postgres/checkPostgres.ts", "postgres/checkNames.ts", "checkArgs.ts"],
  },
  { title: "`project` of HasuraCloud", files: ["hasura/checkCloud.ts", "hasuraCloud.ts"] },
  {
    title: "`ddnAuthConfig` of HasuraCloud, which is empty then",
    files: ["clerk/ddnAuthConfig.ts"],
  },
  {
    title: "ClerkJwtTemplate",
    files: [
      "clerkJwtTemplate.ts",
      "checkTemplateArgs.ts",
      "clerk/template/checkSecretKey.ts",
      "clerk/template/checkTemplate.ts",
      "remote/remoteUrl.ts",
    ],
  },
  {
    title: "`claims` of ClerkJwtTemplate",
    files: [
      "clerk/template/checkTemplateClaims.ts",
      "clerk/template/checkHasuraObject.ts",
      "clerk/template/reservedClaims.ts",
      "clerk/template/templateText.ts",
      "clerk/template/shortcodes.ts",
      "clerk/template/claimValues.ts",
    ],
  },
  {
    title: "hasuraClaims and postgresArray",
    files: [
      "clerk/template/buildHasuraClaims.ts",
      "clerk/template/hasuraClaimsShape.ts",
      "clerk/template/roleClaims.ts",
      "clerk/template/buildPostgresArray.ts",
    ],
  },
  {
    title: "ClerkSigningKey, and `signingKey` of ClerkJwtTemplate",
    files: ["clerkSigningKey.ts", "clerk/signingKeyPair.ts"],
  },
  {
    title: "The program's configuration, beside what it hands to the components",
    files: ["config.ts", "configValues.ts", "configTemplate.ts", "checkProduction.ts"],
  },
  {
    title: "The key set of an issuer, while an update pins a key of it",
    files: ["jwkSet", "jwk", "checkSharedMembers", "chooseKey"].map((it) => `clerk/jwks/${it}.ts`),
  },
  {
    title: "Clerk, Hasura Cloud and the engine, while an update runs",
    files: [
      "remote/demandPackages.ts",
      "remote/request.ts",
      "remote/describeFailure.ts",
      "remote/tryOnce.ts",
      "remote/callClerk.ts",
      "remote/clerkTemplates.ts",
      "remote/jwtTemplateProvider.ts",
      "remote/callCloud.ts",
      "remote/cloudApi.ts",
      "remote/cloudEnvironmentProvider.ts",
      "remote/refuseForeignValues.ts",
      "remote/missingOperation.ts",
      "remote/fetchJwks.ts",
      "remote/pinnedJwksProvider.ts",
      "remote/keyPairProvider.ts",
      "remote/probeProvider.ts",
    ],
  },
];
