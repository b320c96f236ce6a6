import { load } from 'js-yaml';
import { z } from 'zod';
import type { ClearSecret } from '../../stacks/secrets/fill';
import { UserError } from '../user-error';
import { NoKeyError, type Sops } from './sops';

const texts = z.record(z.string(), z.string());
const secretSchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string(), labels: texts.default({}), annotations: texts.default({}) }),
  type: z.string().default('Opaque'),
  data: texts.default({}),
  stringData: texts.default({}),
});

/**
 * Opens a Secret that is encrypted with sops, so that its values can be kept in another way.
 *
 * @param path absolute
 * @throws UserError when no private key is at hand, or a value is not text; no value is in the message
 */
export async function openSecret(sops: Sops, path: string): Promise<ClearSecret> {
  const text = await sops.decrypt(path).catch((error: unknown) => {
    if (!(error instanceof NoKeyError)) throw error;
    throw new UserError(
      `${path} cannot be opened, and its values are to be carried over: one of its owners runs this with SOPS_AGE_KEY_FILE=FILE, where FILE holds their private key`,
    );
  });
  const parsed = secretSchema.safeParse(load(text));
  if (!parsed.success) throw new UserError(`${path} cannot be carried over: it is not the YAML of one v1 Secret`);
  const { metadata, type, data, stringData } = parsed.data;
  const decoded = Object.entries(data).map(([key, value]): [string, string] => {
    const bytes = Buffer.from(value, 'base64');
    const decodedText = bytes.toString('utf8');
    if (Buffer.compare(Buffer.from(decodedText, 'utf8'), bytes) !== 0) {
      throw new UserError(`${path} cannot be carried over: the value of ${key} is not text; seal it by hand with kubeseal`);
    }
    return [key, decodedText];
  });
  // As the API server reads a Secret: stringData goes over data.
  return { apiVersion: 'v1', kind: 'Secret', metadata, type, stringData: { ...Object.fromEntries(decoded), ...stringData } };
}
