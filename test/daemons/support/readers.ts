import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toToml } from '../../../infra/formats/toml';
import type { ConfigTable } from '../../../infra/model/config';
import { getPrograms, type Programs } from '../programs/programs';
import { type Ended, run } from './debian-pod';

const PROGRAMS = join(__dirname, '../programs/readers');

/** Variables that a reader sees: when one is put into a text, the text is another. */
export const LEAKS = { HOME: '/leaked', NAME: 'leaked', CANARY: '/leaked/canary', USER: 'leaked', MQTT: 'leaked' };

/** Telegraf's ways of putting environment variables into a configuration: in the text, as 1.37 does, or in the values, as 1.38 will. */
export const TELEGRAF_MODES = ['--non-strict-env-handling', '--strict-env-handling'] as const;

/** A data source name, by the driver of Telegraf that reads it. */
export interface DataSource {
  readonly driver: string;
  readonly dsn: string;
}

/** What a driver reads in a data source name. */
export interface Target {
  readonly error?: string;
  readonly host: string;
  readonly port: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Starlark that tells what it was given, as JSON: texts as numbers of characters, because its own JSON leaves U+007F as Go writes it. */
const ECHO = `load("json.star", "json")

def told(value):
    kind = type(value)
    if kind == "string":
        return ["text"] + [ord(c) for c in value.codepoints()]
    if kind == "dict":
        return ["table"] + [[told(key), told(inner)] for key, inner in value.items()]
    if kind == "list":
        return ["list"] + [told(inner) for inner in value]
    return ["other", value]

def apply(metric):
    said = Metric("read")
    said.fields["given"] = json.encode(told(json.decode(given) if type(given) == "string" else given))
    return said
`;

/** What {@link ECHO} tells, as data again. */
function heard([kind, ...parts]: readonly unknown[]): unknown {
  if (kind === 'text') return String.fromCodePoint(...(parts as number[]));
  if (kind === 'table') {
    return Object.fromEntries((parts as (readonly unknown[])[][]).map(([key = [], inner = []]) => [heard(key), heard(inner)]));
  }
  return kind === 'list' ? (parts as (readonly unknown[])[]).map(heard) : parts[0];
}

/** The programs that generated texts are for, as readers of them. */
export class Readers {
  private constructor(
    readonly programs: Programs,
    private readonly folder: string,
  ) {}

  /** @param folder an empty folder for files */
  static async in(folder: string): Promise<Readers> {
    return new Readers(await getPrograms(), folder);
  }

  /** Writes a file for a reader; returns its path. */
  file(name: string, text: string): string {
    const path = join(this.folder, name);
    writeFileSync(path, text);
    return path;
  }

  /** A NATS configuration as the server's own parser reads it. */
  async nats(text: string): Promise<unknown> {
    return JSON.parse(await this.#output(this.programs.readers, ['nats', this.file('nats.conf', text)]));
  }

  /** What Telegraf's drivers read in data source names. */
  async dataSources(sources: readonly DataSource[]): Promise<Target[]> {
    return JSON.parse(await this.#output(this.programs.readers, ['dsn'], JSON.stringify(sources))) as Target[];
  }

  /**
   * A table as the real Telegraf reads it: as constants of a Starlark processor, which tells them. Of a text, what Starlark reads in it as
   * JSON.
   *
   * @param environment variables that are meant, as `toToml` takes them. @default - none
   * @returns what it read, and the plug-ins that it loaded, by kind
   */
  async telegraf(
    table: ConfigTable | string,
    mode: (typeof TELEGRAF_MODES)[number],
    environment: readonly string[] = [],
  ): Promise<{ read: unknown; loaded: Record<string, string> }> {
    const config = this.file(
      'telegraf.conf',
      toToml(
        {
          agent: { omit_hostname: true },
          inputs: { internal: [{ collect_memstats: false, namepass: ['internal_agent'] }] },
          processors: { starlark: [{ source: ECHO, constants: { given: table } }] },
          outputs: { file: [{ files: [join(this.folder, 'read.json')], data_format: 'json' }] },
        },
        environment,
      ),
    );
    const said = this.file('read.json', '');
    const { code, said: log } = await run(this.programs.telegraf, ['--once', mode, '--config', config], LEAKS);
    if (code !== 0) throw new Error(log.slice(-4000));
    const [line = ''] = (await this.#output('/bin/cat', [said])).split('\n');
    const { fields } = JSON.parse(line) as { fields: { given: string } };
    const loaded = [...log.matchAll(/Loaded (\w+): (.*)$/gm)].map(([, kind = '', names = '']) => [kind, names.trim()]);
    return { read: heard(JSON.parse(fields.given) as unknown[]), loaded: Object.fromEntries(loaded) };
  }

  /** Options of a group of an option file as MariaDB's own program for that tells them, in their order: what stands behind `--`. */
  async options(path: string, group: string): Promise<string[]> {
    const said = await this.#output('/usr/bin/my_print_defaults', [`--defaults-file=${path}`, group]);
    return said
      .split('\n')
      .slice(0, -1)
      .map((line) => line.replace(/^--/, ''));
  }

  /** A file as Python reads it: PyYAML, its own JSON, expat, or libkrb5's parser for a section; see programs/readers/read.py. */
  async python(kind: 'yaml' | 'json' | 'xml' | 'krb5', text: string, ...more: readonly string[]): Promise<unknown> {
    const args = [join(PROGRAMS, 'read.py'), kind, this.file(`read.${kind}`, text), ...more];
    return JSON.parse(await this.#output('/usr/bin/python3', args));
  }

  /** Texts of the elements below the root of a document as HiveMQ reads it: environment variables first. */
  async hiveMq(text: string): Promise<string[]> {
    const args = ['-cp', `${this.programs.hiveMq}/lib/*`, join(PROGRAMS, 'ReadXml.java'), this.file('read.xml', text)];
    const lines = (await this.#output('/usr/bin/java', args)).split('\n').slice(0, -1);
    return lines.map((line) => Buffer.from(line, 'hex').toString());
  }

  /** Runs a program that must succeed; returns what it wrote. */
  async #output(program: string, args: readonly string[], input?: string): Promise<string> {
    const ended: Ended = await run(program, args, LEAKS, input);
    if (ended.code !== 0) throw new Error(`${program} exited with ${ended.code}: ${ended.said.slice(0, 4000)}`);
    return ended.said;
  }
}
