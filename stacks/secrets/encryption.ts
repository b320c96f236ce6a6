import { z } from 'zod';

/** A Secret as it can be seen in the tree without any key. */
export interface SeenSecret {
  readonly name: string;
  readonly namespace: string;
  readonly type: string;
  /** Keys that it has. */
  readonly keys: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** For whom it is encrypted, ordered: age public keys, or the fingerprint of a certificate. Empty when it does not say. */
  readonly recipients: readonly string[];
}

/** What is wrong with those for whom a Secret is encrypted. */
export interface OtherRecipients {
  /** The end of a sentence about the file. */
  readonly reason: string;
  /** Whether the cluster opens it all the same, so that nobody need see to it. */
  readonly opens: boolean;
}

/** In which way the Secrets of a cluster are kept in its tree. What differs between two ways is here, and nowhere else. */
export interface Keeping {
  /** Program with which a person makes such a file by hand. */
  readonly tool: 'sops' | 'kubeseal';
  /** What a file holds, or what keeps it from being a Secret kept in this way: the end of a sentence about the file. */
  see(document: unknown): SeenSecret | { readonly problem: string };
  /** What is wrong with those for whom a Secret is encrypted; undefined when they are those that the estate names. */
  otherRecipients(recipients: readonly string[]): OtherRecipients | undefined;
  /** What is wrong with a file among the Secrets that nobody requires: the end of a sentence about it; undefined when nothing is. */
  misplaced(document: unknown): string | undefined;
  /** The way in which files may lie there from before, whose values are carried over to this one. @default - there is none */
  readonly former?: Keeping;
}

const texts = z.record(z.string(), z.string());

/** Name and place of an object, and what people may know of it. */
export const metadataSchema = z.object({
  name: z.string(),
  namespace: z.string(),
  labels: texts.default({}),
  annotations: texts.default({}),
});
