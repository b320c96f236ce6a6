import { opcua } from '../../../../infra/protocols/opcua/index';
import { duplicateRule } from '../../../../infra/protocols/opcua/rules/duplicate';
import { loginRule } from '../../../../infra/protocols/opcua/rules/login';
import { namespaceZeroRule } from '../../../../infra/protocols/opcua/rules/namespace-zero';
import { nodeRule } from '../../../../infra/protocols/opcua/rules/node';
import { readSizeRule } from '../../../../infra/protocols/opcua/rules/read-size';
import { scanRule } from '../../../../infra/protocols/opcua/rules/scan';
import { securityRule } from '../../../../infra/protocols/opcua/rules/security';
import { sessionsRule } from '../../../../infra/protocols/opcua/rules/sessions';
import { textBoundRule } from '../../../../infra/protocols/opcua/rules/text-bound';
import { typeRule } from '../../../../infra/protocols/opcua/rules/type';
import { found, machineOf, PEM, pathOf } from './machine';

const OPEN = { mode: 'None', reason: 'A cable from port to port' };
const points = (entries: Record<string, object>) => ({ points: entries });
const state = { node: 'ns=2;s=State', type: 'Int16' };

describe('the rules of a machine with an OPC UA server', () => {
  test('find nothing wrong with the typical machine', () => {
    expect(opcua.check(machineOf(), pathOf)).toEqual([]);
  });

  test.each([
    [
      'a node id that is none',
      nodeRule,
      points({ state: { ...state, node: 'ns=2:s=State' } }),
      'error',
      ['points', 'state', 'node'],
      'ns=2:s=State',
      'has no semicolon behind the namespace',
      'write ns=2;s=State',
    ],
    [
      'a type that is none',
      typeRule,
      points({ state: { ...state, type: 'INT' } }),
      'error',
      ['points', 'state', 'type'],
      'INT',
      'is not a type of OPC UA that the gateway reads',
      'write Int16',
    ],
    [
      'a scan class that the machine type does not have',
      scanRule,
      points({ state: { ...state, scan: 'hourly' } }),
      'error',
      ['points', 'state', 'scan'],
      'hourly',
      'is not a scan class of this machine type; it has fast, normal, slow',
      'write one of them, or add the scan class under scans',
    ],
    [
      'a bound of texts at a number',
      textBoundRule,
      points({ state: { ...state, maxBytes: 20 } }),
      'error',
      ['points', 'state', 'maxBytes'],
      20,
      'is a bound of texts, and the point is a Int16',
      'remove maxBytes, or correct the type',
    ],
    [
      'two points of one node',
      duplicateRule,
      points({ b: state, a: { ...state, type: 'Int32' } }),
      'warning',
      ['points', 'b', 'node'],
      'ns=2;s=State',
      'is read by the point a already',
      'correct the node id, or remove one of the two points',
    ],
    [
      'a node of OPC UA itself',
      namespaceZeroRule,
      points({ clock: { node: 'ns=0;i=2258', type: 'DateTime' } }),
      'warning',
      ['points', 'clock', 'node'],
      'ns=0;i=2258',
      'is in namespace 0, which holds the nodes of OPC UA itself',
      'write the namespace that the server shows for the machine’s values, often 2 or more',
    ],
    [
      'four scan classes',
      sessionsRule,
      {
        scans: { a: '1s', b: '2s', c: '3s', d: '4s' },
        ...points(Object.fromEntries(['a', 'b', 'c', 'd'].map((scan) => [scan, { ...state, scan }]))),
      },
      'warning',
      ['scans'],
      ['a', 'b', 'c', 'd'],
      'are 4 scan classes with points, and each takes a session of the server; small controllers have 3 to 5 in all',
      'put the points into fewer scan classes',
    ],
    [
      'very many values in one request',
      readSizeRule,
      points(Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`p-${n}`, { ...state, node: `ns=2;i=${n}` }]))),
      'warning',
      ['scans', 'normal'],
      '1s',
      'reads 501 values with one request; a server whose MaxNodesPerRead (ns=0;i=11705) is lower refuses all of them',
      'look up MaxNodesPerRead, and spread the points over scan classes, or describe the machine as two',
    ],
    [
      'messages that nobody protects',
      securityRule,
      { security: OPEN },
      'warning',
      ['security', 'mode'],
      'None',
      'protects nothing: who is on the way reads and changes values (reason: A cable from port to port)',
      'write mode SignAndEncrypt when the server can do it',
    ],
    [
      'a server that need not be known',
      securityRule,
      { security: { mode: 'Sign', serverCertificate: { any: true, reason: 'Trial' } } },
      'warning',
      ['security', 'serverCertificate'],
      undefined,
      'lets any server pass for the machine: Telegraf verifies no certificate (reason: Trial)',
      'state the server’s certificate, as PEM',
    ],
    [
      'a server that chooses the policy',
      securityRule,
      { security: { mode: 'Sign', serverCertificate: PEM, policy: { ofServer: true, reason: 'It is new' } } },
      'warning',
      ['security', 'policy'],
      undefined,
      'lets whoever answers choose the policy, even one that protects nothing (reason: It is new)',
      'write Basic256Sha256 when the server can do it',
    ],
    [
      'a certificate that logs in without signatures',
      loginRule,
      { security: OPEN, login: { as: 'certificate' } },
      'error',
      ['login', 'as'],
      'certificate',
      'needs messages that are signed, and the security mode is None',
      'write mode Sign or SignAndEncrypt, or another login',
    ],
    [
      'a password on an open line',
      loginRule,
      { security: OPEN },
      'warning',
      ['login', 'as'],
      'user',
      'sends the password in clear unless the server asks for it encrypted, because the security mode is None',
      'write mode SignAndEncrypt, or give the user no right but to read',
    ],
    [
      'nobody in particular',
      loginRule,
      { login: { as: 'anonymous', reason: 'It knows no users' } },
      'warning',
      ['login', 'as'],
      'anonymous',
      'logs in as nobody, as everybody else may then too (reason: It knows no users)',
      'write as user with a user of its own that may only read',
    ],
  ] as const)('tell of %s, and of nothing else', (_, rule, raw, severity, path, value, message, remedy) => {
    const problems = found(rule, raw);
    expect(problems).toEqual([{ rule: problems[0]?.rule, severity, path: pathOf(...path), value, message, remedy }]);
    expect(problems[0]?.rule).toMatch(/^opcua\/[a-z]+(?:-[a-z]+)*$/);
  });

  test('leave alone what is right: three scan classes, 500 values, the same node in two cases of a text, a certificate on signed messages', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`p-${n}`, { ...state, node: `ns=2;i=${n}` }]));
    expect(found(readSizeRule, points(many))).toEqual([]);
    expect(found(sessionsRule)).toEqual([]);
    expect(found(duplicateRule, points({ a: state, b: { ...state, node: 'ns=2;s=state' } }))).toEqual([]);
    expect(found(loginRule, { login: { as: 'certificate' } })).toEqual([]);
  });
});
