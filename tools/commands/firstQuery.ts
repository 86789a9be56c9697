import { isObject } from "../../infra/validation/isObject";

const ANY_SCHEMA = "{ __typename }";
const USER = "x-hasura-user-id";
const MOST_COLUMNS = 3;
/** What may stand in a query, and in a shell's quotes. */
const NAME = /^[_A-Za-z]\w*$/;

type Fields = Readonly<Record<string, unknown>>;

interface Candidate {
  query: string;
  /** True where it returns rows of the user in the token alone. */
  isOwn: boolean;
}

const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {});
const objectsIn = (value: unknown): Fields[] => [value ?? []].flat().filter(isObject);
const isEmpty = (value: unknown) => Object.keys(fieldsOf(value)).length === 0;

/**
 * Returns a query that every token of a role may send: of a table with rows of the user's own where there is one, or of another that
 * the role may read. Default: one that works on every schema.
 */
export function firstQuery(metadata: unknown, role: string): string {
  const candidates = objectsIn(fieldsOf(metadata).sources)
    .filter(({ customization }) => isEmpty(customization))
    .flatMap(({ tables }) => objectsIn(tables))
    .flatMap((table) => candidatesOf(table, role));
  return (candidates.find(({ isOwn }) => isOwn) ?? candidates[0])?.query ?? ANY_SCHEMA;
}

function candidatesOf(entry: Fields, role: string): Candidate[] {
  const field = fieldOf(entry);
  const permission = objectsIn(entry.select_permissions).find((one) => one.role === role);
  const { columns, filter, query_root_fields: hidden } = fieldsOf(permission?.permission);
  const names = [columns ?? []]
    .flat()
    .map(String)
    .filter((name) => NAME.test(name));
  if (field === undefined || names.length === 0 || hidden !== undefined) return [];
  const variables = JSON.stringify(filter ?? {}).match(/x-hasura-[\w-]+/gi) ?? [];
  // Not every token has an organization or what a template adds.
  if (variables.some((name) => name.toLowerCase() !== USER)) return [];
  const query = `{ ${field} { ${names.slice(0, MOST_COLUMNS).join(" ")} } }`;
  return [{ query, isOwn: variables.length > 0 }];
}

/** The field of a table's rows; undefined where the metadata may give it another name. */
function fieldOf({ table, configuration }: Fields): string | undefined {
  const { schema = "public", name } = fieldsOf(table);
  const field = schema === "public" ? `${name}` : `${schema}_${name}`;
  return isEmpty(configuration) && NAME.test(field) ? field : undefined;
}
