import Ajv, { type ValidateFunction } from 'ajv';
import type { KubeObject } from '../../../../stacks/manifest/manifest-set';
import { definitionsOf, readDefinitions } from './definitions';

/** API groups whose types Kubernetes publishes under another name. */
const GROUPS: Record<string, string> = { '': 'core', 'rbac.authorization.k8s.io': 'rbac' };

const definitions = readDefinitions();

/** The formats that the schemas name. No rendered object has a time or bytes. */
const FORMATS = {
  int32: { type: 'number', validate: (n: number) => Math.abs(n) < 2 ** 31 },
  int64: { type: 'number', validate: Number.isSafeInteger },
  'date-time': true,
  byte: true,
} as const;

/** Tells what a version of Kubernetes refuses in an object; nothing when it is in order. A kind that it does not know is refused. */
export function schemaValidator(version: string): (object: KubeObject) => string[] {
  const ajv = new Ajv({ strict: false, allErrors: true, formats: FORMATS });
  ajv.addSchema({ $id: 'kubernetes', $defs: definitionsOf(version, definitions) });
  const compiled = new Map<string, ValidateFunction | undefined>();
  return (object) => {
    const [group = '', apiVersion] = object.apiVersion.includes('/') ? object.apiVersion.split('/') : ['', object.apiVersion];
    const name = `io.k8s.api.${GROUPS[group] ?? group.replace('.k8s.io', '')}.${apiVersion}.${object.kind}`;
    if (!compiled.has(name)) compiled.set(name, ajv.getSchema(`kubernetes#/$defs/${name}`));
    const validate = compiled.get(name);
    if (!validate) return [`Kubernetes ${version} has no ${object.apiVersion} ${object.kind}`];
    if (validate(object)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${instancePath} ${message}${params.additionalProperty ? `: ${params.additionalProperty}` : ''}`,
    );
  };
}
