/**
 * Status codes with which a server may answer for a value (OPC UA part 4, 7.39; part 8, 6.3), by their first half. Telegraf passes over
 * a value whose whole code it was not told (plugins/common/opcua/client.go, StatusCodeOK, 1.37.2).
 */
const OF_VALUES = [
  // Good with a remark: overload, clamped, non-critical timeout, no data, local override, edited, post action failed, dependent value.
  0x002f, 0x0030, 0x00aa, 0x00a5, 0x0096, 0x00dc, 0x00dd, 0x00e0,
  // Uncertain: in general, last usable value (without communication or with), substitute, initial value, sensor not accurate, out of
  // the unit's range, sub-normal, dominant or dependent value changed, manual, simulated, calibration, configuration.
  0x4000, 0x408f, 0x4090, 0x4091, 0x4092, 0x4093, 0x4094, 0x4095, 0x40a4, 0x40de, 0x40e2, 0x4208, 0x4209, 0x420a, 0x420f,
  // Bad: in general, no communication, waiting for the first value, configuration, not connected, device, sensor, out of service,
  // no data, data lost or unavailable, dominant or dependent value changed.
  0x8000, 0x8031, 0x8032, 0x8089, 0x808a, 0x808b, 0x808c, 0x808d, 0x809b, 0x809d, 0x809e, 0x80b1, 0x80e1, 0x80e3,
] as const;

/**
 * Codes with which a server may refuse to read a value: errors of the server, encoding, user's rights, node id, attribute, data type,
 * not readable, not supported, out of range, connection, operation.
 */
const OF_READING = [
  0x8001, 0x8002, 0x8003, 0x8004, 0x8005, 0x8006, 0x8007, 0x8008, 0x8009, 0x800a, 0x800b, 0x800c, 0x800d, 0x800e, 0x8010, 0x8011, 0x801f,
  0x8023, 0x8033, 0x8034, 0x8035, 0x8037, 0x8039, 0x803a, 0x803c, 0x803d, 0x803e, 0x803f, 0x8040, 0x8074, 0x8085, 0x80ab, 0x80ae, 0x80af,
  0x80b2, 0x80b3, 0x80e6,
] as const;

/** Second half: nothing; or, about a value: no limit, at its low limit, at its high limit, constant. */
const LIMITS = [0x0400, 0x0500, 0x0600, 0x0700] as const;

/**
 * Every status code beside Good (0) with which a reading is told on, as Telegraf takes them: `0x80340000`. The first two bits of each
 * say what it means: 00 good, 01 uncertain, 10 bad.
 */
export const STATUS_CODES: readonly string[] = [
  ...LIMITS.map((limit) => code(0, limit)),
  ...OF_VALUES.flatMap((first) => [0, ...LIMITS].map((limit) => code(first, limit))),
  ...OF_READING.map((first) => code(first, 0)),
];

function code(first: number, second: number): string {
  return `0x${(first * 0x1_0000 + second).toString(16).toUpperCase().padStart(8, '0')}`;
}
