import { AGE_KEYS } from './estates';
import { FULL_CENTRALS, PEM, SYNCHRONISER } from './full-centre';
import { FULL_AGENT_TYPES, FULL_FACTORY_PLUS, FULL_SOFT_GATEWAYS, OTHER_FACTORY_PLUS } from './full-edge';

const PLANT = {
  description: 'Parts',
  central: 'centre',
  delivery: 'flux',
  site: 'York',
  kubernetes: { version: '1.34', controlPlane: ['a1'], endpoint: '10.20.1.7', podNetwork: 'flannel', policyEnforcer: 'kube-router' },
  networks: { nodes: '10.20.1.0/24', machines: ['10.20.2.0/24'], pods: '10.244.0.0/16', services: '10.96.0.0/12' },
  racks: {
    a: {
      a1: { type: 'box', address: '10.20.1.1' },
      a2: {
        type: 'box',
        address: '10.20.1.2',
        specialised: 'oven panel',
        taints: [{ key: 'example.com/gpu', value: 'yes', effect: 'PreferNoSchedule' }],
      },
    },
  },
  gateways: 'machine',
  machines: {
    'press-1': {
      type: 'press',
      address: '10.20.2.11',
      description: 'Left press',
      runsOn: 'a2',
      rack: 'a',
      formerNames: ['old-press'],
      differs: {
        description: 'Press with a second flag',
        controller: 'S7-1500',
        rack: 0,
        slot: 1,
        port: 103,
        connection: 'PG',
        timeout: '10s',
        scans: { normal: '2s' },
        points: { flag: { address: 'M0.1', type: 'BOOL', unit: 'on', scan: 'normal', description: 'A flag' } },
      },
    },
    'mill-1': { type: 'mill', address: '10.20.2.61' },
    'oven-1': { type: 'oven', address: '10.20.2.31' },
    'punch-1': { type: 'punch', address: '10.20.2.62' },
    'kiln-1': { type: 'kiln', address: '10.20.2.41' },
    'kiln-2': { type: 'blind-kiln', address: '10.20.2.42' },
    'kiln-3': { type: 'open-kiln', address: '10.20.2.43' },
    'saw-1': { type: 'saw', address: '10.20.2.51' },
    'saw-2': { type: 'windows-saw', address: '10.20.2.52' },
    'cell-1': { type: 'cell', address: '10.20.2.21', differs: { points: { mode: { node: 'ns=3;s="Cell"."mode"', type: 'Int16' } } } },
  },
  hosts: {
    pc: {
      address: '10.20.1.9',
      purpose: 'Andon screen',
      services: { remote: { purpose: 'Maintenance', reaches: [{ to: 'nodes', port: 22, purpose: 'SSH' }] } },
    },
  },
  calendar: { timeZone: 'Europe/London', shifts: { early: '06:00', late: '14:00' } },
  uplink: { bridges: '72h', whenFull: 'block' },
  storage: { class: 'local-path', brokerGiB: 16 },
  monitoring: {
    receivers: {
      'on-call': { by: 'webhook', addresses: ['192.0.2.40'], port: 443, takes: 'alerts' },
      'dead-man': { by: 'webhook', addresses: ['192.0.2.48/29'], takes: 'heartbeat' },
      shift: {
        by: 'email',
        to: ['shift@example.com'],
        from: 'york@example.com',
        user: 'york',
        server: 'mail.example.com',
        addresses: ['192.0.2.41'],
        port: 587,
      },
    },
  },
  logs: { mebibytesPerDay: 50 },
  portScan: { reason: 'Inventory', targets: ['10.20.1.9'], ports: [1, 1024], deadline: '30min', runsOn: 'a1' },
  time: { servers: ['10.20.1.8'] },
  images: { registry: 'registry.example.com/mirror', login: true },
  access: { operators: ['ops'], viewers: ['all'] },
  repository: { url: 'https://git.example.com/york.git', branch: 'main', folder: './york' },
  secrets: { clusterKey: AGE_KEYS[0], ownerKeys: [AGE_KEYS[1]] },
};

const JOBS = {
  database: {
    engine: 'mysql',
    memoryMiB: 768,
    connections: 64,
    volume: { class: 'local-path', gib: 20, diesWithNode: true },
    logDays: 3,
    backups: {
      schedule: '15 2 * * *',
      keepDays: 14,
      volume: { class: 'nfs', gib: 40, diesWithNode: false },
      store: {
        host: 's3.example.com',
        port: 9000,
        addresses: ['192.0.2.32/32'],
        bucket: 'york-backups',
        region: 'us-east-1',
        schedule: '45 * * * *',
        keepDays: 90,
      },
    },
    primary: 0,
    alone: { reason: 'The other node is being replaced' },
    nodePort: { port: 30_006, reason: 'ERP', networks: ['10.20.9.0/24'] },
  },
  loseAtMost: '5min',
  backWithin: '4h',
};

/** A job agent that states everything. */
const AGENT = { ...SYNCHRONISER, commands: [{ port: 102, protocol: 'TCP', purpose: 'S7 communication' }] };

/** A small estate in which every setting that there is is stated somewhere, and no error. */
// biome-ignore lint/suspicious/noExplicitAny: tests write into it what the types forbid
export function fullEstate(): any {
  const estate = {
    centrals: structuredClone(FULL_CENTRALS),
    nodeTypes: {
      box: {
        description: 'A box',
        architecture: 'amd64',
        cpuCores: 4,
        memoryMiB: 4096,
        storageGiB: 110,
        reservedCpuMillis: 500,
        reservedMemoryMiB: 768,
      },
    },
    machineTypes: {
      press: {
        protocol: 's7',
        controller: 'S7-1500',
        description: 'Press',
        rack: 0,
        slot: 1,
        port: 102,
        connection: 'OP',
        timeout: '5s',
        scans: { normal: '1s' },
        points: { state: { address: 'DB10.DBW0', type: 'INT', unit: 'bar', scan: 'normal', description: 'State' } },
      },
      oven: {
        protocol: 'modbus',
        description: 'Oven',
        connections: { offered: 2, others: 0 },
        transport: 'rtu-over-tcp',
        port: 4001,
        unitId: 17,
        byteOrder: 'CDAB',
        requests: 'grouped',
        readThrough: 10,
        timeout: '2s',
        turnaround: '100ms',
        pause: '5ms',
        keepsConnection: false,
        scans: { normal: '1s' },
        points: {
          level: {
            address: 'holding 20',
            type: 'INT16',
            byteOrder: 'DCBA',
            factor: 0.1,
            offset: -40,
            unit: 'bar',
            scan: 'normal',
            description: 'Level',
          },
          text: { address: 'input 100', type: 'STRING[20]' },
          flag: { address: 'holding 21.3', type: 'BOOL', unit: 'on' },
        },
      },
      cell: {
        protocol: 'opcua',
        description: 'Cell',
        port: 4841,
        path: '/cell/server',
        security: { mode: 'Sign', policy: 'Basic256Sha256', serverCertificate: PEM },
        login: { as: 'user' },
        timeout: '5s',
        scans: { normal: '1s' },
        points: { state: { node: 'ns=2;s=State', type: 'String', maxBytes: 40, unit: 'bar', scan: 'normal', description: 'State' } },
      },
      'old-cell': {
        protocol: 'opcua',
        security: {
          mode: 'SignAndEncrypt',
          policy: { ofServer: true, reason: 'New server' },
          serverCertificate: { any: true, reason: 'Trial bench' },
        },
        login: { as: 'anonymous', reason: 'It knows no users' },
        points: { state: { node: 'ns=2;i=1001', type: 'Int16' } },
      },
      kiln: {
        protocol: 'sql',
        description: 'Kiln',
        engine: 'mariadb',
        port: 3307,
        database: 'line',
        tls: { mode: 'verify', authority: PEM },
        timeout: '2s',
        scans: { normal: '1s', slow: '30s' },
        states: { state: { query: 'SELECT state FROM machine_state', scan: 'normal' } },
        logs: {
          parts: {
            table: ['line', 'part_log'],
            time: 'finished at',
            timeFormat: 'unix-ms',
            id: 'nr',
            rowsPerHour: 60,
            lookBack: '1d',
            scan: 'slow',
          },
        },
        points: {
          state: { from: 'state', column: 'state', type: 'integer', unit: 'bar', description: 'State' },
          serial: { from: 'parts', column: 'serial', type: 'text', maxBytes: 20 },
        },
      },
      'blind-kiln': {
        protocol: 'sql',
        engine: 'postgresql',
        database: 'line',
        tls: { mode: 'encrypt', reason: 'Its certificate has no address' },
        states: { state: { query: 'SELECT state FROM machine_state' } },
        points: { state: { from: 'state', column: 'state', type: 'integer' } },
      },
      'open-kiln': {
        protocol: 'sql',
        engine: 'sqlserver',
        database: 'line',
        tls: { mode: 'off', reason: 'It knows no TLS 1.2' },
        states: { state: { query: 'SELECT state FROM machine_state' } },
        points: { state: { from: 'state', column: 'state', type: 'integer' } },
      },
      saw: {
        protocol: 'files',
        description: 'Saw',
        share: { kind: 'nfs', server: '10.20.2.50', path: '/export/saw' },
        files: 'logs/*.csv',
        delimiter: ';',
        decimal: ',',
        columns: ['day', 'clock', 'weight'],
        time: { columns: ['day', 'clock'], format: 'dd.MM.yyyy HH:mm:ss', zone: 'Europe/Berlin' },
        linesPerHour: 60,
        scan: 'slow',
        scans: { slow: '10s' },
        points: { weight: { column: 'weight', type: 'text', maxBytes: 20, unit: 'kg', description: 'Weight' } },
      },
      'windows-saw': {
        protocol: 'files',
        share: { kind: 'smb', server: '10.20.2.50', path: 'saw/logs' },
        files: '*.csv',
        time: { columns: ['time'] },
        linesPerHour: 60,
        points: { weight: { column: 'weight', type: 'real' } },
      },
      mill: {
        protocol: 'custom',
        description: 'Mill',
        ...SYNCHRONISER,
        image: 'registry.example.com/gateways/mill:1.4.0',
        ports: [{ port: 5000, protocol: 'TCP', purpose: 'Its own protocol' }],
        scans: { normal: '1s' },
        points: {
          state: { type: 'string', maxBytes: 20, unit: 'on', scan: 'normal', description: 'State' },
          parts: { type: 'integer' },
          good: { type: 'real' },
        },
        oee: {
          state: { point: 'state', running: ['cutting'], plannedStops: ['off'], unplannedStops: ['fault'], holds: '10s' },
          total: { point: 'parts', wraps: 65536 },
          good: { point: 'good' },
          idealCycle: '12s',
        },
      },
      punch: {
        protocol: 'custom',
        ...SYNCHRONISER,
        points: { state: { type: 'integer' }, parts: { type: 'integer' }, rejects: { type: 'integer' } },
        oee: {
          state: { point: 'state', running: [1] },
          total: { point: 'parts' },
          rejected: { point: 'rejects', wraps: 256 },
          idealCycle: '1s',
        },
      },
      'open-cell': {
        protocol: 'opcua',
        security: { mode: 'None', reason: 'A cable from port to port' },
        login: { as: 'user' },
        points: { state: { node: 'ns=2;i=1001', type: 'Int16' } },
      },
    },
    plants: {
      york: { ...PLANT, ...FULL_FACTORY_PLUS, jobs: { ...JOBS, erp: { synchroniser: SYNCHRONISER } } },
      hull: {
        ...PLANT,
        ...OTHER_FACTORY_PLUS,
        kubernetes: { ...PLANT.kubernetes, policyEnforcer: { none: true, reason: 'Trial bench' } },
        time: { none: true, reason: 'By hand' },
        monitoring: { off: true, reason: 'The shift looks at the andon screen' },
        jobs: {
          ...JOBS,
          database: {
            ...JOBS.database,
            volume: { class: 'nfs', gib: 20, diesWithNode: false },
            backups: { off: true, reason: 'Trial bench' },
          },
          erp: { external: { addresses: ['10.20.9.9/32'], purpose: 'SAP' } },
        },
        machines: {},
        hosts: {},
      },
    },
    softGateways: structuredClone(FULL_SOFT_GATEWAYS),
  };
  for (const type of Object.values(estate.machineTypes)) Object.assign(type, { agent: AGENT });
  // Nobody gives jobs to what soft gateways read.
  Object.assign(estate.machineTypes, structuredClone(FULL_AGENT_TYPES));
  for (const { jobs } of Object.values(estate.plants)) Object.assign(jobs, { orchestrator: SYNCHRONISER, lease: '20s', hold: '5s' });
  return JSON.parse(JSON.stringify(estate));
}
