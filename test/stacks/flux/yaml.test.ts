import * as fc from 'fast-check';
import { CORE_SCHEMA, load } from 'js-yaml';
import { parse } from 'yaml';
import { isPlainText, lineOfText } from '../../../infra/model/text';
import { HEADER, renderedFile, yamlText } from '../../../stacks/flux/yaml';
import { exampleEstate, withChange } from '../../support/estates';
import { filesOf } from './trees';

/** Readers of YAML: Flux reads 1.1 (Go's yaml.v2 through sigs.k8s.io/yaml), editors 1.2. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  'js-yaml': (text) => load(text),
  'js-yaml with the core schema': (text) => load(text, { schema: CORE_SCHEMA }),
  'yaml 1.1': (text) => parse(text, { version: '1.1' }),
  'yaml 1.2': (text) => parse(text, { version: '1.2' }),
};

/** Texts that a reader could take for something else, or that break out of a scalar. */
const HOSTILE = [
  ...['yes', 'No', 'on', 'OFF', 'y', 'n', 'true', 'null', '~', 'NaN', '.inf', '-.INF', '=', '<<'],
  ...['1', '-1', '0x1F', '0o17', '017', '1_000', '1e3', '.5', '190:20:30', '12:30:45', '2001-01-01', '2001-01-01T00:00:00Z'],
  ...[
    '# not a comment',
    'a #b',
    'a: b',
    '- a',
    '? a',
    '| ',
    '>',
    '%',
    '@a',
    '`a',
    '&a',
    '*a',
    '!a',
    '!!str a',
    '{a',
    '[a',
    '---',
    '...',
    '"',
    "'",
  ],
  ...['°C', 'm³/h', '😀', '\u00a0a', 'a\u3000b', '\\', '\\n', '$HOME', '{{ . }}', "it's", 'a,b', '{}', '[]', 'a\\', 'DB1:2'],
];

const accepted = lineOfText();
/** Every file of the example but for those of machines that have a twin among the others. */
const example = new Map([...filesOf(exampleEstate())].filter(([path]) => !/-(press|lathe|furnace|station)-[24]\//.test(path)));

describe.each(Object.entries(READERS))('what is rendered is read back unchanged by %s', (_, read) => {
  test.each(HOSTILE)('%j as a value and as a key', (text) => {
    const data = { text, list: [text], [text]: { deep: text } };
    expect(read(yamlText(data))).toEqual(data);
  });

  test('for every text that the model accepts, in one line or in many', () => {
    const character = fc.integer({ min: 1, max: 0x10_ff_ff }).map((code) => String.fromCodePoint(code));
    const line = fc.string({ unit: character.filter((text) => isPlainText(text)), maxLength: 40 });
    const texts = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(texts, fc.constantFrom(...HOSTILE), fc.boolean(), (text, hostile, final) => {
        const data = { first: `${hostile}\n${text}${final ? '\n' : ''}`, second: text, third: { [hostile]: [text] } };
        expect(read(renderedFile(data))).toEqual(data);
      }),
      { numRuns: 60, seed: 4 },
    );
  });

  test('for every file of the example', () => {
    for (const text of example.values()) {
      expect(text.startsWith(`${HEADER}\n`)).toBe(true);
      expect(text).not.toMatch(/[&*][a-z]+_?[0-9]|<<:|\t|\r| $/m);
      expect(yamlText(read(text))).toBe(text.slice(HEADER.length + 1));
    }
  });
});

test('texts of an estate that mean something to YAML come through the whole tree', () => {
  const hostile = HOSTILE.filter((text) => text.length <= 20 && accepted.safeParse(text).success);
  expect(hostile.length).toBeGreaterThan(50);
  const estate = withChange(({ machineTypes, plants }) => {
    Object.assign(
      machineTypes.press.points,
      Object.fromEntries(
        hostile.filter((unit) => !unit.endsWith('\\')).map((unit, n) => [`point-${n}`, { address: `DB1.DBW${2 * n}`, type: 'INT', unit }]),
      ),
    );
    Object.assign(plants.leeds, {
      access: { operators: ['1e3', '0x1F', 'no', '12:30:45', 'a@b', 'oidc:/x'], viewers: ['null', '1_000', '017'] },
      images: { registry: '1e3:5000/017' },
      storage: { class: 'true', brokerGiB: 32 },
      repository: { branch: '1e3', folder: './017' },
    });
  });
  const files = filesOf(estate);
  for (const read of Object.values(READERS)) {
    const object = (path: string) => read(files.get(`leeds/${path}`) ?? '') as { [field: string]: never };
    const subjects: { name: string }[] = object('components/platform/machines/rolebinding.plant-operator.yaml').subjects ?? [];
    expect(subjects.map(({ name }) => name).sort()).toEqual(['0x1F', '12:30:45', '1e3', 'a@b', 'no', 'oidc:/x']);
    expect(object('flux/gitrepository.cluster.yaml')).toMatchObject({ spec: { ref: { branch: '1e3' } } });
    expect(object('components/plant-broker/messaging/statefulset.plant-broker.yaml')).toMatchObject({
      spec: { volumeClaimTemplates: [{ spec: { storageClassName: 'true' } }] },
    });
  }
});
