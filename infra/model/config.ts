/** A value of a configuration table: what TOML and JSON can both say. */
export type ConfigValue = string | number | boolean | readonly ConfigValue[] | { readonly [key: string]: ConfigValue };

/** A configuration table as data; a writer of the format turns it into text. */
export type ConfigTable = { readonly [key: string]: ConfigValue };
