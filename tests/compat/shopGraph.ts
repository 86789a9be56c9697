import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { recordGraph } from "../support/recordGraph";
import { normalGraph, type RecordedResource } from "./normalGraph";

class Shop extends pulumi.ComponentResource {
  constructor(name: string, volume: docker.VolumeArgs, opts: pulumi.CustomResourceOptions = {}) {
    super("test:index:Shop", name);
    new docker.Volume(`${name}-data`, volume, { parent: this, ...opts });
  }
}

/** The graph of a component with one volume. */
export async function graphOf(
  name: string,
  volume: docker.VolumeArgs,
  opts?: pulumi.CustomResourceOptions,
): Promise<RecordedResource[]> {
  return normalGraph(await recordGraph(() => new Shop(name, volume, opts)));
}

/** Its volume, where the component is named shop. */
export const VOLUME = "test:index:Shop$docker:index/volume:Volume::shop-data";
