import { AGE_KEYS } from './estates';
import { INSTALLED } from './installed-ids';

/** A certificate as far as its form goes. */
export const PEM = `-----BEGIN CERTIFICATE-----\n${'QUJD'.repeat(16)}\n-----END CERTIFICATE-----\n`;

/** A program of the plant's own that states everything. */
export const SYNCHRONISER = {
  image: 'registry.example.com/erp/synchroniser:2.1.0',
  args: ['--quiet'],
  env: { LEVEL: 'info' },
  resources: { cpuMillis: [50, 500], memoryMiB: [64, 192] },
  secrets: { sap: { purpose: 'the user of the plant at the ERP' } },
  reaches: [{ address: '192.0.2.40', port: 443, protocol: 'TCP', purpose: 'SAP' }],
  health: { port: 8080, path: '/health' },
  scratchMiB: 16,
};

/** A part of a web application that states everything. */
const WEB = { ...SYNCHRONISER, health: { path: '/health' } };

/** Central clusters in which every setting that there is is stated somewhere. */
export const FULL_CENTRALS = {
  centre: {
    organisation: 'Example',
    domain: 'factory.example.com',
    realm: 'FACTORY.EXAMPLE.COM',
    addresses: ['192.0.2.0/28'],
    serves: ['data/v1', 'oee/v1', 'logs/v1', 'command/v1'],
    installed: INSTALLED,
    cluster: {
      delivery: 'flux',
      kubernetes: { version: '1.34' },
      images: { registry: 'registry.example.com/mirror', login: true },
      storage: {
        class: 'standard',
        brokerGiB: 32,
        historianGiB: 256,
        identityGiB: 2,
        databaseGiB: 10,
        gitGiB: 8,
        filesGiB: 20,
        dashboardsGiB: 2,
      },
      apiServer: { addresses: ['10.0.0.0/28'], port: 6443 },
      clients: ['10.0.0.0/8'],
      administrators: ['anna'],
      git: {
        mirrors: {
          charts: {
            url: 'https://git.example.org/charts.git',
            addresses: ['192.0.2.80/32'],
            branches: { main: { from: 'main', forwards: 'ours' } },
            every: '1h',
            login: true,
          },
        },
      },
      webApplication: {
        host: 'app',
        frontEnd: WEB,
        backEnd: { ...WEB, env: { LEVEL: 'debug' } },
        commands: ['york'],
      },
      loadBalancer: { class: 'metallb.io/metallb', annotations: { 'metallb.io/loadBalancerIPs': '192.0.2.1' } },
      certificate: { by: 'cert-manager', issuer: 'letsencrypt', kind: 'ClusterIssuer' },
      leavesOut: ['i3x'],
      backups: {
        schedule: '15 1 * * *',
        keepDays: 14,
        class: 'standard',
        gib: 16,
        historianGiB: 256,
        store: {
          host: 's3.example.com',
          port: 443,
          addresses: ['192.0.2.70/32'],
          bucket: 'backups',
          region: 'us-east-1',
          schedule: '45 * * * *',
          keepDays: 90,
        },
      },
      ingest: { bridges: '72h' },
      flux: { by: 'millwright', gitAddresses: ['192.0.2.64/32'] },
      historian: { keepsData: '3650d', keepsFigures: '3650d', keepsLogs: '30d' },
      repository: { url: 'https://git.example.com/centre.git', branch: 'main', folder: '.' },
      secrets: { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] },
    },
    certificateAuthority: PEM,
    transport: 'tls',
    description: 'The centre',
  },
  // What is said otherwise than above.
  trial: {
    organisation: 'Trial',
    domain: 'trial.example.com',
    addresses: ['192.0.2.16/28'],
    transport: { insecure: true, reason: 'A closed network' },
    cluster: {
      apiServer: { addresses: ['10.0.1.0/28'] },
      flux: { by: { owner: true, reason: 'The distribution brings it' } },
      repository: { url: 'https://git.example.com/trial.git' },
      secrets: { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] },
      backups: { off: true, reason: 'Nothing of value' },
    },
  },
};
