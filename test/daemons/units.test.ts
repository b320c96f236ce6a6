import { eventually } from '../support/wait';
import { examplePlant, withOneBroker } from './support/example';
import { parseLines } from './support/line-protocol';
import { PlantOnTrial } from './support/plant';
import { s7 } from './support/plc';

/** Texts that mean something to a shell, to TOML, to Telegraf, to line protocol or to a template; at most 20 characters, as in the model. */
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are meant to look so
const UNITS = [
  '°C',
  '$HOME',
  '${HOME}',
  '$$HOME',
  '${HOME:-x}',
  '@{central:password}',
  '@{env:HOME}',
  '"',
  '""" #',
  "'''",
  '"]\\n[[outputs.file]]',
  '# no comment',
  '{{ .Name }}',
  '\\u0024HOME',
  'a\\b',
  'a\\ b',
  'a b,c=d',
  'a\\,b\\=c',
  '%s %d',
  '`id`',
  '$(id)',
  '😀 µ 漢',
  'true',
  '1e3',
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: they are meant to look so

describe('units with characters that mean something elsewhere', () => {
  test.each([
    ['as its pods start it', []],
    ['with the handling of variables that becomes the default in Telegraf 1.38', ['--strict-env-handling']],
  ])('come back unchanged from the real Telegraf, %s', async (_, moreArgs) => {
    const trial = await PlantOnTrial.of(
      examplePlant((estate) => {
        withOneBroker(estate);
        estate.machineTypes.odd = {
          protocol: 's7',
          controller: 'S7-1500',
          points: Object.fromEntries(UNITS.map((unit, i) => [`point-${i}`, { address: `DB1.DBW${2 * i}`, type: 'INT', unit }])),
        };
        estate.plants.leeds.machines = { odd: { type: 'odd', address: '10.20.1.31' } };
      }),
      { machines: ['odd'] },
    );
    try {
      await trial.plc('odd').write({ area: 'DB', number: 1 }, 0, Buffer.concat(UNITS.map((_, i) => s7.int(i))));
      await Promise.all([trial.startBroker(), trial.central.start()]);
      const reader = await trial.reader();
      await reader.subscribe('#');
      await trial.startTelegraf(trial.publisher, moreArgs);
      await trial.plc('odd').start();
      await trial.startTelegraf(trial.gateway('odd'), moreArgs);

      const readings = () => reader.received.flatMap(({ payload }) => parseLines(payload));
      await eventually('every point', 15_000, () => {
        expect(new Set(readings().map(({ tags }) => tags.point)).size).toBe(UNITS.length);
      });
      expect([...new Set(reader.received.map(({ topic }) => topic))]).toEqual(['data/v1/leeds/odd']);
      const arrived = Object.fromEntries(readings().map(({ tags, value }) => [Number(value), tags.unit]));
      expect(UNITS.map((_, i) => arrived[i])).toEqual(UNITS);
    } finally {
      await trial.end();
    }
  });
});
