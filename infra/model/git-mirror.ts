import { z } from 'zod';
import { durationSchema } from './duration';
import { nameSchema } from './name';
import { cidrSchema } from './network';

/** A branch as git takes it, without what a shell, an option or a refspec would read otherwise. */
const branchSchema = z
  .string()
  .regex(/^(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)))[A-Za-z0-9][A-Za-z0-9._/-]{0,99}(?<![./])$/, 'must be the name of a Git branch');

/** A branch of the mirror itself: the Git server makes the name of a remote of it, which has no slash. */
const ownBranchSchema = branchSchema.regex(/^[^/]*$/, 'must be the name of a Git branch without a slash');

/** An external repository that the Git server of the centre has a copy of. Its name is its key. */
const gitMirrorSchema = z.strictObject({
  url: z
    .string()
    .max(512)
    .regex(
      /^https:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[1-9][0-9]{0,4})?(?:\/[A-Za-z0-9._~-]+)+\/?$/,
      'must be an https address of a Git repository, without a password',
    )
    .refine((url) => URL.canParse(url), 'must be an address whose port is at most 65535')
    .describe('Address of the repository, over HTTPS'),
  addresses: z
    .array(cidrSchema)
    .min(1, 'must name at least one network: network policies know addresses, not names')
    .max(16)
    .describe('Networks in which its server is reached'),
  branches: z
    .record(
      ownBranchSchema,
      z.strictObject({
        from: branchSchema.optional().describe('Branch of the external repository. Default: the one of the same name'),
        forwards: ownBranchSchema
          .optional()
          .describe('Branch of the mirror that moves along until somebody pushes to it. Default: none does'),
      }),
    )
    .refine((branches) => Object.keys(branches).length > 0, 'must name at least one branch: the Git server of ACS 6.8.1 knows no patterns')
    .default({ main: {} })
    .describe('Branches of the mirror, each overwritten by what the external repository has. Default: main'),
  every: durationSchema('5min', '30d').default('1h').describe('How often it is looked at, 5min–30d'),
  login: z
    .boolean()
    .default(false)
    .describe('Whether the repository takes a login: the Secret `git-mirror-NAME`, given by the owner. Default: false'),
});

/** What the Git server of the centre does beside serving. */
export const gitSchema = z.strictObject({
  mirrors: z
    .record(nameSchema, gitMirrorSchema)
    .default({})
    .describe('External repositories that it has a copy of, by name. Default: none'),
});
/** The Git server as the schema returned it. */
export type GitInput = z.output<typeof gitSchema>;
/** A mirror as the schema returned it. */
export type GitMirror = GitInput['mirrors'][string];

/** Port of an https URL that the schema took. */
export function portOf(url: string): number {
  const { port } = new URL(url);
  return port === '' ? 443 : Number(port);
}
