import { AGENT_TYPES, PAYLOAD_FORMATS } from '../../infra/protocols/agent-connection';

/** An id of Sparkplug: no wildcards and levels of MQTT. */
const SPARKPLUG_ID = { type: 'string', pattern: '^[^+#/]+$' };

const details = (required: readonly string[], properties: object) => ({
  type: 'object',
  required,
  properties,
  additionalProperties: false,
});

/** Which details a kind of connection must have, and under which key. */
const CONNECTIONS = {
  S7: {
    s7ConnDetails: details(['hostname', 'port', 'rack', 'slot', 'timeout'], {
      hostname: { type: 'string', minLength: 1 },
      port: { type: 'number' },
      rack: { type: 'number' },
      slot: { type: 'number' },
      timeout: { type: 'number' },
    }),
  },
  'OPC UA': {
    OPCUAConnDetails: details(['endpoint', 'securityPolicy', 'securityMode', 'useCredentials'], {
      endpoint: { type: 'string', pattern: '^opc\\.tcp://.+:[0-9]+(?:/.*)?$' },
      securityPolicy: { enum: ['None', 'Basic256Sha256'] },
      securityMode: { enum: ['None', 'Sign', 'SignAndEncrypt'] },
      useCredentials: { type: 'boolean' },
      username: { type: 'string', minLength: 1 },
      password: { type: 'string', minLength: 1 },
    }),
  },
  Driver: { DriverDetails: { type: 'object' } },
};

/**
 * What an edge agent takes for a configuration, as far as Millwright writes one: the names, kinds and bounds of acs-edge 6.8.1 (lib/translator.ts,
 * utils/FormatConfig.ts, schema/schema.json), closed, so that nothing is written that the agent does not read.
 */
export const AGENT_CONFIGURATION_SCHEMA = {
  type: 'object',
  required: ['deviceConnections'],
  additionalProperties: false,
  properties: {
    deviceConnections: {
      type: 'array',
      minItems: 1,
      items: {
        oneOf: Object.entries(CONNECTIONS).map(([connType, properties]) => ({
          type: 'object',
          required: ['name', 'connType', ...Object.keys(properties), 'pollInt', 'payloadFormat', 'devices'],
          additionalProperties: false,
          properties: {
            // The ConfigDB's own; the agent itself does not look at it.
            uuid: { type: 'string' },
            // Of a driver: a level of the topics of the agent's own broker (lib/driverBroker.ts).
            name: { type: 'string', pattern: '^[\\w-]+$' },
            connType: { const: connType },
            ...properties,
            pollInt: { type: 'integer', minimum: 100 },
            payloadFormat: { enum: PAYLOAD_FORMATS },
            devices: {
              type: 'array',
              items: {
                type: 'object',
                required: ['deviceId', 'templates', 'tags'],
                additionalProperties: false,
                properties: {
                  deviceId: SPARKPLUG_ID,
                  templates: { type: 'array', maxItems: 0 },
                  tags: {
                    type: 'array',
                    items: {
                      type: 'object',
                      required: ['Name', 'type', 'method', 'recordToDB'],
                      additionalProperties: false,
                      properties: {
                        // The agent takes other characters out (lib/sparkplugNode.ts), and two names could become one.
                        Name: { type: 'string', pattern: "^[\\w\\s'\\-:()/]+$" },
                        type: { enum: [...AGENT_TYPES, 'UUID'] },
                        method: { const: 'GET' },
                        address: { type: 'string', minLength: 1 },
                        path: { type: 'string', minLength: 1 },
                        engUnit: { type: 'string' },
                        value: { type: 'string' },
                        docs: { type: 'string' },
                        recordToDB: { type: 'boolean' },
                      },
                    },
                  },
                },
              },
            },
          },
        })),
      },
    },
  },
};
