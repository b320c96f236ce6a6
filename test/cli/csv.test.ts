import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { minimalEstate } from '../support/estates';
import { millwright } from './fake-terminal';
import { put, temporaryFolder } from './folder';

const folder = temporaryFolder();
const at = (path: string) => join(folder, path);
const estateWith = (points: object) => {
  const estate = minimalEstate();
  estate.machineTypes.press.points = points;
  return estate;
};
const GOOD = 'name;address;type;unit\nstate;DB10.DBW0;INT;\ncount;DB10.DBD2;UDINT;\ntemperature;DB10.DBD6;REAL;\u00b0C\n';

interface Told {
  readonly ok: boolean;
  readonly problems: readonly {
    readonly severity: string;
    readonly path: string;
    readonly value?: unknown;
    readonly source?: object;
    readonly message: string;
  }[];
  readonly plants: readonly { readonly dataPoints: number }[];
}

async function check(path: string): Promise<Told & { exitCode: number }> {
  const { exitCode, out } = await millwright('check', '--json', '--estate', at(path));
  const told = JSON.parse(out) as Told;
  return { ...told, exitCode, problems: told.problems.filter(({ severity }) => severity === 'error') };
}

describe('an estate whose data points are in a CSV file', () => {
  test('is read from the folder of its file, by YAML and by TypeScript alike', async () => {
    const reference = { csv: 'points/press.csv', delimiter: ';', encoding: 'windows-1252' };
    put(folder, {
      'good/estate.yaml': dump(estateWith(reference)),
      'module/estate.ts': `import { csv } from '${join(__dirname, '..', '..', 'exports', 'model')}';\nconst estate: any = ${JSON.stringify(estateWith({}))};\nestate.machineTypes.press.points = csv('press.csv', { delimiter: ';' });\nexport default estate;\n`,
      'module/press.csv': GOOD,
    });
    put(folder, { 'good/points/press.csv': GOOD.replace('\u00b0', '') });
    for (const path of ['good', 'module'])
      expect(await check(path)).toMatchObject({ exitCode: 0, ok: true, problems: [], clusters: [{ dataPoints: 3 }] });
  });

  test('is told of a mistake with the path in the model, and with file, line and column', async () => {
    put(folder, {
      'bad/estate.yaml': dump(estateWith({ csv: 'press.csv', delimiter: ';' })),
      'bad/press.csv': GOOD.replace('DBD2', 'DBW2'),
    });
    const { exitCode, problems } = await check('bad');
    expect(exitCode).toBe(1);
    expect(problems).toEqual([
      expect.objectContaining({
        rule: 's7/type-width',
        path: 'machineTypes.press.points.count.address',
        value: 'DB10.DBW2',
        source: { file: 'press.csv', line: 3, column: 'address' },
      }),
    ]);
    const { err } = await millwright('check', '--estate', at('bad'));
    expect(err).toContain(
      'machineTypes.press.points.count.address (press.csv, line 3, column address): "DB10.DBW2" names a word of two bytes',
    );
  });

  test('is not given a file that is missing, is none, or leads out of the folder', async () => {
    put(folder, { 'away/secret.csv': GOOD, 'links/folder.csv/x': '' });
    symlinkSync(at('away/secret.csv'), at('links/link.csv'));
    symlinkSync(at('away'), at('links/elsewhere'));
    const cases = {
      'none.csv': "is not in the folder of the estate's file",
      'folder.csv': 'is no file',
      'link.csv': 'leads through a link; only files in the folder of the estate are read',
      'elsewhere/secret.csv': 'leads through a link; only files in the folder of the estate are read',
      '../away/secret.csv':
        "must be the path of a file in the estate's folder, with forward slashes, such as points/press-2.csv, without . and .. in it",
      [at('away/secret.csv')]:
        "must be the path of a file in the estate's folder, with forward slashes, such as points/press-2.csv, without . and .. in it",
    };
    for (const [file, message] of Object.entries(cases)) {
      put(folder, { 'links/estate.yaml': dump(estateWith({ csv: file, delimiter: ';' })) });
      expect((await check('links')).problems).toMatchObject([{ path: 'machineTypes.press.points.csv', value: file, message }]);
    }
  });
});
