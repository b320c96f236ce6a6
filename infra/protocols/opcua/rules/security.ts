import type { Problem } from '../../../model/problem';
import type { OpcUaRule } from './rule';

/** What is given up in the protection of messages is told, with its reason. */
export const securityRule: OpcUaRule = ({ settings: { security } }, pathOf) => {
  const warning = (path: string[], value: unknown, message: string, remedy: string): Problem => ({
    rule: 'opcua/security',
    severity: 'warning',
    path: pathOf('security', ...path),
    value,
    message,
    remedy,
  });
  if (security.mode === 'None') {
    return [
      warning(
        ['mode'],
        security.mode,
        `protects nothing: who is on the way reads and changes values (reason: ${security.reason})`,
        'write mode SignAndEncrypt when the server can do it',
      ),
    ];
  }
  const { policy, serverCertificate } = security;
  return [
    ...(typeof serverCertificate === 'string'
      ? []
      : [
          warning(
            ['serverCertificate'],
            undefined,
            `lets any server pass for the machine: Telegraf verifies no certificate (reason: ${serverCertificate.reason})`,
            'state the server’s certificate, as PEM',
          ),
        ]),
    ...(typeof policy === 'string'
      ? []
      : [
          warning(
            ['policy'],
            undefined,
            `lets whoever answers choose the policy, even one that protects nothing (reason: ${policy.reason})`,
            'write Basic256Sha256 when the server can do it',
          ),
        ]),
  ];
};
