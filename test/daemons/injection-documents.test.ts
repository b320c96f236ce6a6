import { isDeepStrictEqual } from 'node:util';
import { checkEstate } from '../../infra/estate/check';
import { toKrb5Conf } from '../../infra/formats/krb5-conf';
import { toNatsConf } from '../../infra/formats/nats-conf';
import { toXml } from '../../infra/formats/xml';
import type { ConfigTable } from '../../infra/model/config';
import type { Plant } from '../../infra/model/plant';
import { isPlainText } from '../../infra/model/text';
import { brokerConfiguration } from '../../infra/nats/broker';
import { planGateways } from '../../infra/placement/gateways';
import { commandReceiverConfiguration } from '../../infra/telegraf/command-receiver';
import { gatewayConfiguration } from '../../infra/telegraf/gateway';
import { ingesterConfiguration } from '../../infra/telegraf/ingester';
import { oeeConfiguration } from '../../infra/telegraf/oee';
import { plantMonitorConfiguration } from '../../infra/telegraf/plant-monitor';
import { publisherConfiguration } from '../../infra/telegraf/publisher';
import { renderedFile } from '../../stacks/flux/yaml';
import { isCampaign, seeds } from '../support/campaign';
import { HOSTILE_COUNT, hostileTexts, shown } from '../support/hostile';
import { hostileEstate } from '../support/hostile-estates';
import { makeWorkDir, type WorkDir } from '../support/work-dir';
import { Readers, TELEGRAF_MODES } from './support/readers';

let workDir: WorkDir;
let readers: Readers;

beforeAll(async () => {
  workDir = await makeWorkDir();
  readers = await Readers.in(workDir.path);
});

afterAll(() => workDir?.remove());

const texts = hostileTexts(HOSTILE_COUNT, 4);
/** What objects of a tree may hold: line feeds and tabs are content of files. */
const admitted = texts.filter((text) => isPlainText(text.replace(/[\n\t]/g, '')));

/** Texts that came back as others, shown. */
const changed = (meant: readonly string[], read: readonly unknown[]) =>
  meant.flatMap((text, index) => (read[index] === text ? [] : [`${shown(text)} became ${shown(String(read[index]))}`]));

const tell = (format: string, taken: number, refused: number) =>
  console.log(`${format}: ${taken} texts read back unchanged, ${refused} refused`);

/** Texts that a writer takes. */
const takenBy = (write: (text: string) => unknown) =>
  texts.filter((text) => {
    try {
      write(text);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  });

describe('a file of a tree with hostile texts', () => {
  test('is read by a reader of YAML 1.1 as it was meant: values, lists and keys', async () => {
    const keys = Object.fromEntries(admitted.filter((text) => text !== '__proto__').map((text, index) => [text, index]));
    const meant = { texts: admitted, named: Object.fromEntries(admitted.map((text, index) => [`k${index}`, text])), keys, last: 1 };
    const read = (await readers.python('yaml', renderedFile(meant))) as typeof meant;
    expect(changed(admitted, read.texts)).toEqual([]);
    expect(isDeepStrictEqual(read, meant)).toBe(true);
    tell('YAML, as PyYAML reads it', admitted.length, texts.length - admitted.length);
  });

  test('in JSON is read by another reader of JSON as it was meant', async () => {
    const read = (await readers.python('json', JSON.stringify({ texts }))) as { texts: string[] };
    expect(changed(texts, read.texts)).toEqual([]);
    tell('JSON, as Python reads it', texts.length, 0);
  });
});

describe('an XML document with hostile texts', () => {
  test('is read by expat, and by HiveMQ with its environment variables, as it was meant', async () => {
    const taken = takenBy((text) => toXml({ name: 'a', content: text }));
    const document = toXml({ name: 'hostile', content: taken.map((content) => ({ name: 'text', content })) });
    expect(changed(taken, (await readers.python('xml', document)) as string[])).toEqual([]);
    expect(changed(taken, await readers.hiveMq(document))).toEqual([]);
    tell('XML', taken.length, texts.length - taken.length);
  });
});

describe('a configuration of Kerberos with hostile texts', () => {
  test('is read by libkrb5 as it was meant', async () => {
    const tame = texts.map((text) => text.replace(/[^A-Za-z0-9 ._:/@*-]/g, '')).concat(texts);
    const taken = [...new Set(tame)].filter((text) => {
      try {
        return toKrb5Conf({ a: { t: text } }) !== '';
      } catch {
        return false;
      }
    });
    const file = toKrb5Conf({
      other: { t0: 'x' },
      hostile: Object.fromEntries(taken.map((text, index) => [`t${index}`, [text]])),
      last: { t0: 'y' },
    });
    const read = (await readers.python('krb5', file, 'hostile')) as Record<string, string[]>;
    expect(
      changed(
        taken,
        taken.map((_, index) => read[`t${index}`]?.join('\n')),
      ),
    ).toEqual([]);
    expect(Object.keys(read)).toHaveLength(taken.length);
    tell('krb5.conf', taken.length, new Set(tame).size - taken.length);
  });
});

describe('configurations of an estate whose texts are hostile ones that the door accepts', () => {
  const tablesOf = (plant: Plant): Record<string, ConfigTable> => ({
    commands: commandReceiverConfiguration(plant),
    publisher: publisherConfiguration(plant),
    oee: oeeConfiguration(plant),
    monitor: plantMonitorConfiguration(plant),
    ...Object.fromEntries(planGateways(plant).map((gateway) => [gateway.name, gatewayConfiguration(plant, gateway)])),
  });

  test.each(seeds(1, 12))(
    'are read by Telegraf and NATS as they were meant: estate %d',
    async (seed) => {
      const { estate, texts: placed } = hostileEstate(seed, isCampaign ? 60 : 15);
      const { plants, centralClusters } = checkEstate(estate);
      expect([plants.length, centralClusters.length]).toEqual([2, 2]);
      for (const plant of plants) {
        expect(await readers.nats(toNatsConf(brokerConfiguration(plant)))).toEqual(brokerConfiguration(plant));
        const tables = tablesOf(plant);
        expect((await readers.telegraf(tables, TELEGRAF_MODES[seed % 2 === 0 ? 0 : 1])).read).toEqual(tables);
      }
      const centre = Object.fromEntries(centralClusters.map((central) => [central.name, ingesterConfiguration(central)]));
      expect((await readers.telegraf(centre, TELEGRAF_MODES[seed % 2 === 0 ? 1 : 0])).read).toEqual(centre);
      console.log(`estate ${seed}: ${placed.length} hostile texts accepted; all configurations read back unchanged`);
    },
    300_000,
  );
});
