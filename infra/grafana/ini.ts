/** A value of an INI file, or the file that holds it: Grafana reads that when it starts. */
export type IniValue = string | number | boolean | { readonly file: string };

/** Sections by their names, each with its keys. */
export type IniConfiguration = Readonly<Record<string, Readonly<Record<string, IniValue>>>>;

const KEY = /^[a-z][A-Za-z0-9_]*$/;
const SECTION = /^[a-z][a-z0-9_.-]*$/;

/**
 * A configuration of Grafana 12, which reads INI by gopkg.in/ini.v1 and then expands `$__name{…}` and `${NAME}` in every value. A text stands between back
 * quotes, in which nothing is escaped; one that Grafana would expand, or that holds a back quote or a line break, is refused.
 *
 * @throws RangeError when a name is none, or a text cannot be carried
 */
export function toIni(configuration: IniConfiguration): string {
  return Object.entries(configuration)
    .map(([section, keys]) => {
      const lines = Object.entries(keys).map(([key, value]) => `${named(key, KEY)} = ${valueText(value)}\n`);
      return `[${named(section, SECTION)}]\n${lines.join('')}`;
    })
    .join('\n');
}

function named(text: string, pattern: RegExp): string {
  if (!pattern.test(text)) throw new RangeError(`Grafana has no setting ${JSON.stringify(text)}`);
  return text;
}

function valueText(value: IniValue): string {
  if (typeof value === 'object') {
    if (!/^\/[A-Za-z0-9/._-]+$/.test(value.file)) throw new RangeError(`a setting of Grafana cannot name the file ${value.file}`);
    return `$__file{${value.file}}`;
  }
  const text = `${value}`;
  // `%(…)s` is expanded by the INI library, the others by Grafana itself.
  if (!/^[ -~]*$/.test(text) || text.includes('`') || /\$(?:__[a-z]+)?\{|\$[A-Za-z_]|%\(/.test(text)) {
    throw new RangeError(`a setting of Grafana cannot carry the text ${JSON.stringify(text)}`);
  }
  return typeof value === 'string' ? `\`${text}\`` : text;
}
