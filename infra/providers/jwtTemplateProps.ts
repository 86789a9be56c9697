import {
  DEFAULT_CLERK_API_URL,
  DEFAULT_LIFETIME_SECONDS,
  DEFAULT_TEMPLATE_SKEW_SECONDS,
} from "../clerk/template/checkTemplate";
import { isObject } from "../validation/isObject";
import type { ClerkAccess } from "./callClerk";
import type { WantedTemplate } from "./clerkTemplates";

/** Inputs of the resource, which its outputs repeat; plain text, secrets included, so never to be logged. */
export interface JwtTemplateProps extends ClerkAccess, WantedTemplate {
  adopt?: boolean;
  importId?: string;
}

/**
 * Reads the properties that the engine hands over. Previews put a text in the place of what is not known yet, and a
 * state may come from another release: a value of another type stays as it is, because only comparisons meet it.
 */
export function jwtTemplateProps(properties: unknown): JwtTemplateProps {
  const given = isObject(properties) ? properties : {};
  const required = {
    apiUrl: given.apiUrl ?? DEFAULT_CLERK_API_URL,
    secretKey: given.secretKey ?? "",
    name: given.name ?? "",
    claims: given.claims ?? {},
    lifetimeSeconds: given.lifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS,
    allowedSkewSeconds: given.allowedSkewSeconds ?? DEFAULT_TEMPLATE_SKEW_SECONDS,
  };
  // Absent rather than undefined, which the plugin protocol cannot carry.
  const optional = ["signingAlgorithm", "signingKey", "adopt", "importId"]
    .map((key) => [key, given[key]])
    .filter(([, value]) => value !== undefined && value !== null && value !== "");
  return { ...required, ...Object.fromEntries(optional) } as JwtTemplateProps;
}

/** The template that the properties describe. */
export function wantedTemplate(props: JwtTemplateProps): WantedTemplate {
  const { apiUrl: _url, secretKey: _key, adopt: _adopt, importId: _id, ...wanted } = props;
  return wanted;
}
