import { CERTIFICATE_KEYS } from '../../model/secret-requirement';
import type { MachineSecret } from '../protocol';
import type { OpcUaMachine } from './settings';

/** Id of the Secret with user name and password. */
export const LOGIN = 'login';

/** Id of the Secret with the certificate of the gateway's OPC UA application. */
export const APPLICATION = 'application';

/** Name by which the gateway's OPC UA application is known, the URI in its certificate: `urn:millwright:gateway:press-1`. */
export function applicationUri(machine: string): string {
  return `urn:millwright:gateway:${machine}`;
}

/**
 * What the gateway shows to the server. The certificate is the application's, with the key type that the security policies are made
 * for. Its common name is the machine's, which the holder of the pod is at the plant broker anyway.
 */
export function secrets({ name, settings: { security, login } }: OpcUaMachine): MachineSecret[] {
  const purpose = `OPC UA server of ${name}`;
  return [
    ...(security.mode === 'None'
      ? []
      : [
          {
            id: APPLICATION,
            purpose: `Certificate of the gateway at the ${purpose}`,
            content: {
              kind: 'certificate' as const,
              commonName: name,
              dnsNames: [],
              uriNames: [applicationUri(name)],
              keyType: 'rsa-2048' as const,
              usages: ['client' as const],
            },
            keys: CERTIFICATE_KEYS,
          },
        ]),
    ...(login.as === 'user' ? [{ id: LOGIN, purpose, content: { kind: 'login' as const, purpose }, keys: ['password', 'username'] }] : []),
  ];
}
