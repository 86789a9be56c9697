import type { PropertyMap } from "../plugin/propertyValue";
import type { PostgresServer } from "./connection";
import type { Fields } from "./resourceFields";

/** One resource type. All property maps are plain: secrets unwrapped, everything known. */
export interface ResourceKind {
  token: string;
  fields: Fields;
  /** Whether a replacement always deletes first, not only when the name stays. */
  deletesFirst?: boolean;
  /** Creates it and gives its id. */
  create(server: PostgresServer, inputs: PropertyMap): Promise<string>;
  /** What the server says of what has this id, `undefined` when it is gone. `state` may be empty on import. */
  read(server: PostgresServer, id: string, state: PropertyMap): Promise<PropertyMap | undefined>;
  /** Tells the id that a renaming gives, even when a later statement fails. */
  update(
    server: PostgresServer,
    olds: PropertyMap,
    news: PropertyMap,
    renamed: (id: string) => void,
  ): Promise<void>;
  delete(server: PostgresServer, state: PropertyMap): Promise<void>;
}
