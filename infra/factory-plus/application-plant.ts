import { SIGNALS } from '../model/signal';

/** A JSON Schema, 2020-12, as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** What an entry of the application `Millwright plant` says: what a consumer of a plant's data must know. */
export interface PlantEntry {
  /** Name of the plant: a level of its topics, and the tag `plant` of its rows. */
  readonly name: string;
  /** Site that owns it, for people. */
  readonly site?: string;
  readonly description?: string;
  /** What it sends to the centre and takes from it, and on which topics of the central broker. */
  readonly signals: readonly { readonly signal: string; readonly publishes: string; readonly subscribes?: string }[];
  /** Roles of the central broker: the plant's own, and that of whoever may command it. */
  readonly roles: { readonly plant: string; readonly commander?: string };
}

/** A UUID as Factory+ writes it. */
export const UUID: JsonSchema = {
  type: 'string',
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
};

/** Closed object of these properties; those that end in `?` may be missing. */
export function closedObject(title: string, properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const names = Object.keys(properties);
  return {
    title,
    type: 'object',
    required: names.filter((name) => !name.endsWith('?')),
    additionalProperties: false,
    properties: Object.fromEntries(names.map((name) => [name.replace(/\?$/, ''), properties[name] ?? {}])),
  };
}

/** JSON Schema of a {@link PlantEntry}. A change that older entries do not follow needs an application of a new id: the ConfigDB refuses it. */
export const PLANT_SCHEMA: JsonSchema = {
  ...closedObject('A plant that Millwright renders', {
    name: { type: 'string', minLength: 1, description: 'Name: a level of its topics, and the tag plant of its rows' },
    'site?': { type: 'string' },
    'description?': { type: 'string' },
    signals: {
      type: 'array',
      description: 'What it sends and takes, and on which topics of the central broker',
      items: closedObject('A signal', {
        signal: { type: 'string', enum: [...SIGNALS] },
        publishes: { type: 'string', description: 'MQTT filter of what it publishes' },
        'subscribes?': { type: 'string', description: 'MQTT filter of what it reads' },
      }),
    },
    roles: closedObject('Roles of the central broker', { plant: UUID, 'commander?': UUID }),
  }),
};
