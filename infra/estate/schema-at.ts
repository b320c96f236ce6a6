import { z } from 'zod';
import { type PathStep, valueAt } from '../model/path';

/** Any schema, whatever it returns. */
export type AnySchema = z.core.$ZodType;

/** A schema without what makes it optional, gives it a default or changes its result. */
export function bare(schema: AnySchema): AnySchema {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
      return bare(def.innerType);
    case 'pipe':
      return bare(def.in);
    default:
      return schema;
  }
}

/** The description of a schema, wherever in its layers it was given. */
export function descriptionOf(schema: AnySchema): string | undefined {
  const description = z.globalRegistry.get(schema)?.description;
  if (description !== undefined) return description;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if ('innerType' in def) return descriptionOf(def.innerType as AnySchema);
  return def.type === 'pipe' ? descriptionOf(def.in) : undefined;
}

/** Settings that a schema of a mapping knows; undefined when its keys are free or it is no mapping. */
export function settingsOf(schema: AnySchema, value: unknown): Readonly<Record<string, AnySchema>> | undefined {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'object') return def.shape;
  if (def.type !== 'union') return undefined;
  // Of several kinds of mapping the one that the value's own keys name: that of its discriminator, or the only one.
  const mappings = def.options.map(bare).flatMap((option) => {
    const { def: inner } = (option as z.core.$ZodTypes)._zod;
    return inner.type === 'object' ? [inner.shape] : [];
  });
  const discriminator = 'discriminator' in def ? String(def.discriminator) : undefined;
  const named = mappings.filter((shape) => {
    const key = discriminator === undefined ? undefined : shape[discriminator];
    return key !== undefined && discriminator !== undefined && z.safeParse(key, valueAt(value, [discriminator])).success;
  });
  if (named.length === 1 || mappings.length === 1) return named[0] ?? mappings[0];
  return discriminator === undefined ? knowingMost(mappings, value) : undefined;
}

/** The mapping that knows more of a value's keys than every other one. */
function knowingMost<T extends object>(mappings: readonly T[], value: unknown): T | undefined {
  const keys = Object.keys(typeof value === 'object' && value !== null ? value : {});
  const known = mappings.map((shape) => keys.filter((key) => Object.hasOwn(shape, key)).length);
  const most = Math.max(...known);
  return most > 0 && known.filter((count) => count === most).length === 1 ? mappings[known.indexOf(most)] : undefined;
}

/** The schema of what stands at a path of a value, with its layers; undefined where the schema says nothing. */
export function schemaAt(schema: AnySchema, path: readonly PathStep[], root: unknown): AnySchema | undefined {
  let current: AnySchema | undefined = schema;
  path.forEach((step, index) => {
    if (!current) return;
    const inner = bare(current);
    const { def } = (inner as z.core.$ZodTypes)._zod;
    if (def.type === 'record') current = def.valueType;
    else if (def.type === 'array') current = def.element;
    else {
      const settings = settingsOf(inner, valueAt(root, path.slice(0, index)));
      current = settings && Object.hasOwn(settings, step) ? settings[step] : undefined;
    }
  });
  return current;
}
