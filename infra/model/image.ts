/** The images that Millwright runs, each pinned to a version that its tests ran against. */
export const IMAGES = {
  /** MIT. The gateways and the data publisher. */
  telegraf: 'docker.io/library/telegraf:1.37.2-alpine',
  /** Apache-2.0. The plant broker. */
  nats: 'docker.io/library/nats:2.12.0-alpine',
} as const;

/**
 * Where an image is pulled from: its public registry, or the same path in the plant's own registry.
 *
 * @param image full reference with registry, path and tag
 * @param registry host with optional port and path; the image's own registry when absent
 */
export function imageReference(image: string, registry: string | undefined): string {
  return registry === undefined ? image : `${registry}/${image.slice(image.indexOf('/') + 1)}`;
}
