import { AGENT_LOGIN } from '../../model/edge-agent';
import type { Problem } from '../../model/problem';
import { type AgentConnection, type AgentType, WITHOUT_BASE } from '../agent-connection';
import type { PathOf } from '../protocol';
import { formatNodeId, type NodeId } from './node-id';
import { readingsOf } from './reading';
import { type OpcUaMachine, opcuaSettings } from './settings';

/** Settings of a server that an edge agent reads. It cannot be told how long to wait for an answer. */
export const opcuaAgentSettings = opcuaSettings.omit({ ...WITHOUT_BASE, timeout: true }).describe('OPC UA server that an edge agent reads');

/** What Sparkplug calls the types that the agent passes on as they should be. */
const TYPES: Readonly<Record<string, AgentType>> = {
  Boolean: 'Boolean',
  SByte: 'Int8',
  Byte: 'UInt8',
  Int16: 'Int16BE',
  UInt16: 'UInt16BE',
  Int32: 'Int32BE',
  UInt32: 'UInt32BE',
  Float: 'FloatBE',
  Double: 'DoubleBE',
  String: 'String',
};

/** A node id as node-opcua 2.133 writes it: the agent knows a value by the text that the library makes of its node. */
function agentNodeId(node: NodeId): string {
  return formatNodeId(node.kind === 'g' ? { ...node, id: node.id.toUpperCase() } : node);
}

/** What an edge agent is told of a server (acs-edge 6.8.1, lib/devices/OPCUA.ts). */
export function agentConnection({ address, settings }: OpcUaMachine): AgentConnection {
  const host = address.includes(':') ? `[${address}]` : address;
  const { security, login } = settings;
  return {
    type: 'OPC UA',
    name: 'opcua',
    details: {
      endpoint: `opc.tcp://${host}:${settings.port}${settings.path}`,
      securityMode: security.mode,
      securityPolicy: security.mode === 'None' ? 'None' : 'Basic256Sha256',
      useCredentials: login.as === 'user',
      ...(login.as === 'user' ? { username: AGENT_LOGIN.username, password: AGENT_LOGIN.password } : {}),
    },
    payloadFormat: 'Defined by Protocol',
    metrics: readingsOf(settings).map(({ name, node, type, unit }) => ({
      name,
      type: TYPES[type.name] ?? 'String',
      address: agentNodeId(node),
      ...(unit === undefined ? {} : { unit }),
    })),
  };
}

/** Settings and points that an edge agent cannot do. */
export function agentCheck({ settings }: OpcUaMachine, pathOf: PathOf): Problem[] {
  const { security, login } = settings;
  const problem = (name: string, path: (string | number)[], value: unknown, message: string, remedy: string): Problem => ({
    rule: `factoryplus/${name}`,
    severity: 'error',
    path: pathOf(...path),
    ...(value === undefined ? {} : { value }),
    message,
    remedy,
  });
  const otherwise = 'or read the server with a gateway of protocol opcua';
  return [
    ...(security.mode !== 'None' && typeof security.serverCertificate === 'string'
      ? [
          problem(
            'setting',
            ['security', 'serverCertificate'],
            undefined,
            'would not be looked at: the edge agent takes any server for the machine',
            `write { any: true, reason }, ${otherwise}`,
          ),
        ]
      : []),
    ...(security.mode !== 'None' && typeof security.policy !== 'string'
      ? [
          problem(
            'setting',
            ['security', 'policy'],
            undefined,
            'leaves the choice to the server, which the edge agent cannot do',
            `write Basic256Sha256, ${otherwise}`,
          ),
        ]
      : []),
    ...(login.as === 'certificate'
      ? [
          problem(
            'setting',
            ['login', 'as'],
            login.as,
            'needs a certificate that the server knows; the edge agent makes itself another one at every start',
            `log in as user, ${otherwise}`,
          ),
        ]
      : []),
    ...readingsOf(settings).flatMap(({ name, type }) => {
      const maxBytes = settings.points[name]?.maxBytes;
      return [
        ...(Object.hasOwn(TYPES, type.name)
          ? []
          : [
              problem(
                'type',
                ['points', name, 'type'],
                type.name,
                `is passed on wrongly by the edge agent, which takes its ${type.name === 'DateTime' ? 'object' : 'two halves'} for the value`,
                `let the server offer it as ${type.name === 'DateTime' ? 'String' : 'Double or Int32'}, ${otherwise}`,
              ),
            ]),
        ...(maxBytes === undefined
          ? []
          : [
              problem(
                'setting',
                ['points', name, 'maxBytes'],
                maxBytes,
                'is not kept by the edge agent, which passes on texts of any length',
                `leave it out, ${otherwise}`,
              ),
            ]),
      ];
    }),
  ];
}
