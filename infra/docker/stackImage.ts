import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

/** An image on the Docker host. */
export interface StackImage {
  /** Id of its content; a container made of it changes only when the content does, not when a tag moves. */
  id: pulumi.Output<string>;
  /** Digest in its registry, or the id of an image that was built on this host. */
  digest: pulumi.Output<string>;
}

/** Makes sure that an image is on the Docker host; it is pulled only if it is not there, and never removed. */
export function stackImage(
  name: string,
  reference: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): StackImage {
  const image = new docker.RemoteImage(name, { name: reference, keepLocally: true }, opts);
  const digest = pulumi
    .all([image.repoDigest, image.imageId])
    .apply(([repoDigest, imageId]) => repoDigest || imageId);
  return { id: image.imageId, digest };
}
