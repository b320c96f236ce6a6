import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { SEALED_SECRET_DEFINITION } from '../../infra/sealed-secrets/crd';
import { buildPrograms } from './programs/build';

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
}

interface Definition {
  readonly group: string;
  readonly scope: string;
  readonly names: Readonly<Record<string, unknown>>;
  readonly versions: readonly {
    readonly name: string;
    readonly subresources?: object;
    readonly schema: { readonly openAPIV3Schema: Schema };
  }[];
}

let upstream: Definition;

/** The definition that upstream's controller is installed with, of the version that is built here. */
beforeAll(async () => {
  const programs = await buildPrograms(console.log);
  const file = join(dirname(programs.path('kubeseal')), 'upstream-crds', 'bitnami.com_sealedsecrets.yaml');
  upstream = (load(readFileSync(file, 'utf8')) as { spec: Definition }).spec;
}, 40 * 60_000);

/** Every field below a schema → its type and format. */
function fieldsOf({ properties = {}, items, additionalProperties }: Schema, path = ''): Record<string, string> {
  const inside: Record<string, Schema> = {
    ...properties,
    ...(items ? { '[]': items } : {}),
    ...(additionalProperties ? { '*': additionalProperties } : {}),
  };
  return Object.fromEntries(
    Object.entries(inside).flatMap(([name, schema]) => {
      const at = path === '' ? name : `${path}.${name}`;
      return [[at, `${schema.type} ${schema.format ?? ''}`], ...Object.entries(fieldsOf(schema, at))];
    }),
  );
}

const ours = SEALED_SECRET_DEFINITION as unknown as Definition;
const fields = ({ versions: [version] }: Definition) => fieldsOf(version?.schema.openAPIV3Schema ?? {});

test("SealedSecret is called as upstream's controller calls it", () => {
  expect(ours.group).toBe(upstream.group);
  expect(ours.scope).toBe(upstream.scope);
  expect(ours.names).toEqual(upstream.names);
  expect(ours.versions.map(({ name, subresources }) => [name, subresources])).toEqual(
    upstream.versions.map(({ name, subresources }) => [name, subresources]),
  );
});

test("each of its fields is of upstream's type, and none is left out but the one that is deprecated", () => {
  const [found, meant] = [fields(ours), fields(upstream)];
  expect(Object.keys(found).length).toBeGreaterThan(15);
  expect(Object.entries(found).filter(([path, type]) => meant[path] !== type)).toEqual([]);
  // The first three every object has.
  expect(Object.keys(meant).filter((path) => found[path] === undefined)).toEqual(['apiVersion', 'kind', 'metadata', 'spec.data']);
});
