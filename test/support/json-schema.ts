/** What the tests look at of a JSON Schema. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly propertyNames?: JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
}

/** A schema inside a schema, with the path to it: `*` for any name, `#` for the place of any entry of a list. */
export interface Place {
  readonly path: readonly string[];
  readonly schema: JsonSchema;
}

/** Every schema inside a schema, itself first. */
export function placesIn(schema: JsonSchema, path: readonly string[] = []): Place[] {
  const { properties = {}, additionalProperties, items, anyOf = [], oneOf = [] } = schema;
  return [
    { path, schema },
    ...Object.entries(properties).flatMap(([key, inner]) => placesIn(inner, [...path, key])),
    ...(typeof additionalProperties === 'object' ? placesIn(additionalProperties, [...path, '*']) : []),
    ...(items ? placesIn(items, [...path, '#']) : []),
    ...[...anyOf, ...oneOf].flatMap((inner) => placesIn(inner, path)),
  ];
}

/** True when a place in data is one that a path of a schema means. */
export function isAt(place: readonly (string | number)[], path: readonly string[]): boolean {
  return (
    place.length === path.length &&
    path.every((step, index) => (step === '#' ? typeof place[index] === 'number' : step === '*' || step === place[index]))
  );
}
