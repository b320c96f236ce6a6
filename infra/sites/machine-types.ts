import { machineType } from '../estate/define';

/** A hydraulic press under an S7-1500: strokes, force and temperature from one data block, lamps from the outputs. */
export const press = machineType('press', {
  protocol: 's7',
  description: 'Hydraulic press',
  controller: 'S7-1500',
  points: {
    state: { address: 'DB10.DBW0', type: 'INT', description: '0 off, 1 idle, 2 running, 3 fault' },
    'stroke-counter': { address: 'DB10.DBD2', type: 'UDINT', description: 'Strokes since commissioning' },
    'rejected-parts': { address: 'DB10.DBD6', type: 'UDINT' },
    'main-pressure': { address: 'DB10.DBD10', type: 'REAL', unit: 'bar', scan: 'fast' },
    'ram-position': { address: 'DB10.DBD14', type: 'REAL', unit: 'mm', scan: 'fast' },
    'oil-temperature': { address: 'DB10.DBD18', type: 'REAL', unit: '°C', scan: 'slow' },
    'guard-closed': { address: 'DB10.DBX22.0', type: 'BOOL' },
    order: { address: 'DB10.DBB24', type: 'STRING[20]', scan: 'slow', description: 'Order that the operator loaded' },
  },
  oee: {
    state: { point: 'state', running: [2], plannedStops: [0], unplannedStops: [1, 3] },
    total: { point: 'stroke-counter' },
    rejected: { point: 'rejected-parts' },
    idealCycle: '6s',
  },
  agent: {
    image: 'registry.factory.example.com/jobs/press-agent:1.4.0',
    health: { port: 8080, path: '/health' },
    commands: [{ port: 102, purpose: 'S7 communication' }],
  },
});

/** A lathe under an S7-1200: spindle, feed and tool. */
export const lathe = machineType('lathe', {
  protocol: 's7',
  description: 'CNC lathe',
  controller: 'S7-1200',
  points: {
    state: { address: 'DB1.DBW0', type: 'INT', description: '0 off, 1 idle, 2 running, 3 fault' },
    'part-counter': { address: 'DB1.DBD2', type: 'UDINT' },
    'spindle-speed': { address: 'DB1.DBD6', type: 'REAL', unit: '1/min' },
    'spindle-load': { address: 'DB1.DBW10', type: 'INT', unit: '%' },
    'tool-number': { address: 'DB1.DBB12', type: 'BYTE' },
    'emergency-stop': { address: 'M10.0', type: 'BOOL' },
  },
  // It counts no rejects, so that its availability and performance are known, and not its quality.
  oee: {
    state: { point: 'state', running: [2], plannedStops: [0], unplannedStops: [1, 3] },
    total: { point: 'part-counter' },
    idealCycle: '45s',
  },
  agent: {
    image: 'registry.factory.example.com/jobs/lathe-agent:1.2.0',
    health: { port: 8080, path: '/health' },
    commands: [{ port: 102, purpose: 'S7 communication' }],
  },
});

/** Signs the databases of the furnaces; its key was thrown away. */
const DATABASE_AUTHORITY = `-----BEGIN CERTIFICATE-----
MIIB0TCCAXegAwIBAgIUJTj5HRYfLCN4bDk/rbAXA8f5krwwCgYIKoZIzj0EAwIw
PjEaMBgGA1UECgwRRXhhbXBsZSBQYXJ0cyBMdGQxIDAeBgNVBAMMF0xlZWRzIG1h
Y2hpbmUgZGF0YWJhc2VzMB4XDTI2MTEyMjAxNTIwM1oXDTM2MTExOTAxNTIwM1ow
PjEaMBgGA1UECgwRRXhhbXBsZSBQYXJ0cyBMdGQxIDAeBgNVBAMMF0xlZWRzIG1h
Y2hpbmUgZGF0YWJhc2VzMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAElCRFOJ+V
2EaH48VQG/CwT9PX/MqXaym68AFSauBcP9NGuq8QDsN7VWkCmk4n3S+nQCXbxrEk
J8d/COrWvXzw7qNTMFEwHQYDVR0OBBYEFCMbJ8737JCxUYossv0Nd4VEkUtgMB8G
A1UdIwQYMBaAFCMbJ8737JCxUYossv0Nd4VEkUtgMA8GA1UdEwEB/wQFMAMBAf8w
CgYIKoZIzj0EAwIDSAAwRQIhAKiNHUsMEkdtaeiHZuYIvxikAilq9P7KUWHrkqnY
0FfpAiAaF4lLdG2NQJPWA1SL2kuTfafhbq29H626iY2n/VKjZQ==
-----END CERTIFICATE-----
`;

/** A furnace whose controller keeps its state and its batches in a MariaDB of its own. */
export const furnace = machineType('furnace', {
  protocol: 'sql',
  description: 'Furnace whose controller writes to MariaDB',
  engine: 'mariadb',
  database: 'furnace',
  tls: { mode: 'verify', authority: DATABASE_AUTHORITY },
  states: { now: { query: 'SELECT state, temperature, set_point FROM machine_state WHERE id = 1' } },
  logs: { batches: { table: ['batch_log'], time: 'finished_at', id: 'nr', rowsPerHour: 60, lookBack: '1d' } },
  points: {
    state: { from: 'now', column: 'state', type: 'integer' },
    temperature: { from: 'now', column: 'temperature', type: 'real', unit: '°C' },
    'set-point': { from: 'now', column: 'set_point', type: 'real', unit: '°C' },
    batch: { from: 'batches', column: 'batch', type: 'text', maxBytes: 20 },
    'batch-weight': { from: 'batches', column: 'weight', type: 'real', unit: 'kg' },
    'batch-good': { from: 'batches', column: 'good', type: 'boolean' },
  },
});

/** A measuring station that writes a line for each part into the file of its shift. */
export const measuringStation = machineType('measuring-station', {
  protocol: 'files',
  description: 'Measuring station that writes a file a shift to a Windows share',
  share: { kind: 'smb', path: 'measurements' },
  files: '*.csv',
  delimiter: ';',
  decimal: ',',
  time: { columns: ['Date', 'Time'], format: 'dd.MM.yyyy HH:mm:ss', zone: 'Europe/London' },
  linesPerHour: 120,
  points: {
    part: { column: 'Part No', type: 'text', maxBytes: 20 },
    diameter: { column: 'Diameter', type: 'real', unit: 'mm' },
    good: { column: 'OK', type: 'boolean' },
  },
});

/** A band saw under an S7-1200, without a job agent. */
export const saw = machineType('saw', {
  protocol: 's7',
  description: 'Band saw',
  controller: 'S7-1200',
  points: {
    state: { address: 'DB1.DBW0', type: 'INT', description: '0 off, 1 idle, 2 running, 3 fault' },
    'cut-counter': { address: 'DB1.DBD2', type: 'UDINT' },
    'blade-tension': { address: 'DB1.DBD6', type: 'REAL', unit: 'kN' },
  },
});

/** A robot cell under an S7-1500, read by a Factory+ edge agent: for displays of Sparkplug. */
export const robotCell = machineType('robot-cell', {
  protocol: 'factoryplus',
  description: 'Robot cell that loads the saws',
  device: {
    protocol: 's7',
    controller: 'S7-1500',
    points: {
      state: { address: 'DB20.DBW0', type: 'INT', description: '0 off, 1 idle, 2 running, 3 fault' },
      'cycle-time': { address: 'DB20.DBD2', type: 'REAL', unit: 's' },
    },
  },
});

/** A compressor station with a Modbus gateway, read by a Factory+ edge agent through its driver. */
export const compressorStation = machineType('compressor-station', {
  protocol: 'factoryplus',
  description: 'Compressed air',
  device: {
    protocol: 'modbus',
    points: {
      pressure: { address: 'holding 100', type: 'UINT16', unit: 'kPa' },
      energy: { address: 'holding 110', type: 'UINT32', unit: 'kWh' },
      running: { address: 'coil 7', type: 'BOOL' },
    },
  },
});

/** Meters of an energy supplier behind a Modbus gateway. */
export const energyMeters = machineType('energy-meters', {
  protocol: 'factoryplus',
  description: 'Meters of the energy supplier',
  device: {
    protocol: 'modbus',
    points: {
      'active-power': { address: 'input 0', type: 'FLOAT32', unit: 'kW' },
      'reactive-power': { address: 'input 2', type: 'FLOAT32', unit: 'kvar' },
    },
  },
});
