import * as fc from 'fast-check';

/** Types of a controller with an address of their width, by the controllers that have them; the offset is put in for `#`. */
const COMMON: readonly (readonly [type: string, address: string])[] = [
  ['BOOL', 'DB1.DBX#.3'],
  ['BOOL', 'M#.0'],
  ['BYTE', 'IB#'],
  ['INT', 'DB1.DBW#'],
  ['WORD', 'QW#'],
  ['DINT', 'DB7.DBD#'],
  ['REAL', 'MD#'],
  ['CHAR', 'DB1.DBB#'],
  ['STRING[20]', 'DB9.DBB#'],
];
const NEWER: readonly (readonly [type: string, address: string])[] = [
  ['UDINT', 'DB1.DBD#'],
  ['LREAL', 'DB1.DBB#'],
];

const pointArbitrary = (newer: boolean, scans: readonly string[]) =>
  fc
    .record(
      {
        place: fc.constantFrom(...COMMON, ...(newer ? NEWER : [])),
        offset: fc.nat({ max: 60_000 }),
        scan: fc.constantFrom(...scans),
        unit: fc.constantFrom('bar', '°C', '1/min', 'm³/h, roh', '%', '"', '$U', 'a=b\\c'),
        description: fc.constantFrom('Strokes since commissioning', 'Öldruck: "vorn"'),
      },
      { requiredKeys: ['place', 'offset', 'scan'] },
    )
    .map(({ place: [type, address], offset, ...rest }) => ({ address: address.replace('#', String(offset)), type, ...rest }));

/** S7 machine types without an error: every controller, scan classes of their own or the usual ones, one to six points. */
export const machineTypeArbitrary = fc
  .record({
    controller: fc.constantFrom('S7-300' as const, 'S7-400' as const, 'S7-1200' as const, 'S7-1500' as const),
    scans: fc.constantFrom(undefined, { fast: '500ms', normal: '1min' } as const, { normal: '1s', hourly: '1h' } as const),
  })
  .chain(({ controller, scans }) =>
    fc
      .dictionary(
        fc.stringMatching(/^[a-z](?:-?[a-z0-9]){0,9}$/),
        pointArbitrary(controller === 'S7-1200' || controller === 'S7-1500', Object.keys(scans ?? { fast: 0, normal: 0, slow: 0 })),
        { minKeys: 1, maxKeys: 6 },
      )
      .map((points) => ({ protocol: 's7' as const, controller, ...(scans ? { scans } : {}), points: { ...points } })),
  );
