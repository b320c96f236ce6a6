/**
 * Zones of a plant in the sense of IEC 62443-3-2: parts with the same security needs. Each is a namespace; nothing crosses between
 * two of them, or leaves one, but the conduits that the model declares.
 */
export const ZONES = {
  machines: 'Machine gateways: the only pods that reach controllers',
  messaging: 'The plant broker, which keeps production data until the centre has it',
  uplink: 'The data publisher: the only pods that reach the central cluster',
} as const;

/** Name of a zone and of its namespace. */
export type Zone = keyof typeof ZONES;

/** The zones, ordered by name. */
export const ZONE_NAMES = Object.keys(ZONES).sort() as Zone[];
