/** One login module of an entry: class, control flag and options. */
export interface JaasModule {
  readonly module: string;
  readonly flag: 'required' | 'requisite' | 'sufficient' | 'optional';
  readonly options: Readonly<Record<string, string | boolean>>;
}

/** Entries by their names. */
export type JaasConfiguration = Readonly<Record<string, readonly [JaasModule, ...JaasModule[]]>>;

const WORD = /^[A-Za-z_][A-Za-z0-9_.$-]*$/;

/**
 * A login configuration of Java, as `javax.security.auth.login.Configuration` reads it from a file (Java 21, sun.security.provider.ConfigFile). A text
 * stands in quotes; what it could end them with, or what is expanded there (`${…}`), is refused: the format can carry neither.
 *
 * @throws RangeError when a name is none, or a text cannot be carried
 */
export function toJaas(configuration: JaasConfiguration): string {
  return Object.entries(configuration)
    .map(([name, modules]) => `${word(name)} {\n${modules.map(moduleText).join('')}};\n`)
    .join('\n');
}

function moduleText({ module, flag, options }: JaasModule): string {
  const lines = Object.entries(options).map(([name, value]) => `\n    ${word(name)}=${quoted(`${value}`)}`);
  return `  ${word(module)} ${flag}${lines.join('')};\n`;
}

function word(text: string): string {
  if (!WORD.test(text)) throw new RangeError(`a login configuration has no such name: ${JSON.stringify(text)}`);
  return text;
}

function quoted(text: string): string {
  if (!/^[ -~]*$/.test(text) || /["\\]|\$\{/.test(text)) {
    throw new RangeError(`a login configuration cannot carry the text ${JSON.stringify(text)}`);
  }
  return `"${text}"`;
}
