import type { SecretRequirement } from '../../../infra/model/secret-requirement';
import { CERTIFICATE_KEYS, DATABASE_LOGIN_KEYS, LOGIN_KEYS } from '../../../infra/model/secret-requirement';

/** A gateway's certificate. */
export const PRESS: SecretRequirement = {
  namespace: 'machines',
  name: 'press-1-client-tls',
  type: 'kubernetes.io/tls',
  keys: CERTIFICATE_KEYS,
  source: 'sops',
  content: { kind: 'certificate', commonName: 'press-1', dnsNames: [], usages: ['client'] },
};

/** The broker's certificate. */
export const BROKER: SecretRequirement = {
  namespace: 'messaging',
  name: 'plant-broker-tls',
  type: 'kubernetes.io/tls',
  keys: CERTIFICATE_KEYS,
  source: 'sops',
  content: { kind: 'certificate', commonName: 'plant-broker', dnsNames: ['plant-broker.messaging.svc'], usages: ['client', 'server'] },
};

/** The login at the central broker. */
export const CENTRAL: SecretRequirement = {
  namespace: 'uplink',
  name: 'central-login',
  type: 'Opaque',
  keys: ['password', 'username'],
  source: 'sops',
  content: { kind: 'login', purpose: 'the data publisher at the central broker' },
};

/** The login at a machine's database. */
export const DATABASE: SecretRequirement = {
  namespace: 'machines',
  name: 'kiln-1-login',
  type: 'Opaque',
  keys: DATABASE_LOGIN_KEYS,
  source: 'sops',
  content: { kind: 'login', purpose: 'user of the database of kiln-1 that may only read' },
};

/** The login at the image registry. */
export const REGISTRY: SecretRequirement = {
  namespace: 'machines',
  name: 'registry-login',
  type: 'kubernetes.io/dockerconfigjson',
  keys: ['.dockerconfigjson'],
  source: 'sops',
  content: { kind: 'registryLogin', server: 'registry.example.com' },
};

/** The same login in another namespace. */
export const UPLINK_REGISTRY: SecretRequirement = { ...REGISTRY, namespace: 'uplink' };

/** A password that only programs of the plant know. */
export const PASSWORD: SecretRequirement = {
  namespace: 'jobs',
  name: 'job-database-orchestrator',
  type: 'Opaque',
  keys: LOGIN_KEYS,
  source: 'sops',
  content: { kind: 'password', username: 'orchestrator', purpose: 'the job orchestrator at the job database' },
};
