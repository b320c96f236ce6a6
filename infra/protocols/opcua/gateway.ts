import { secretText } from '../../model/secret-store';
import { machineFilePath, machineSecretPath } from '../../model/services';
import type { ConfigTable, GatewayInput, MachineFile } from '../protocol';
import { type OpcUaReading, type OpcUaScan, scansOf } from './reading';
import { APPLICATION, LOGIN } from './secrets';
import type { OpcUaMachine } from './settings';
import { STATUS_CODES } from './status-codes';

/** Name of the file with the server's certificate: the ending tells the format (gopcua 0.8.0, config.go, loadCertificate). */
const SERVER_CERTIFICATE = 'server.pem';

/** The server's certificate, where the machine type states it. */
export function files({ settings: { security } }: OpcUaMachine): MachineFile[] {
  const pinned = security.mode === 'None' ? undefined : security.serverCertificate;
  return typeof pinned === 'string' ? [{ id: SERVER_CERTIFICATE, text: pinned.endsWith('\n') ? pinned : `${pinned}\n` }] : [];
}

/** One `[[inputs.opcua]]` for each scan class that has points, the fastest first: each reads all its values with one request. */
export function inputs(machine: OpcUaMachine): GatewayInput[] {
  const { name, address, settings } = machine;
  const host = address.includes(':') ? `[${address}]` : address;
  return scansOf(settings).map((scan) => ({
    plugin: 'opcua',
    settings: {
      // Names the input in Telegraf's log.
      alias: `${name}/${scan.name}`,
      interval: goDuration(scan.intervalMs),
      name: 'point',
      endpoint: `opc.tcp://${host}:${settings.port}${settings.path}`,
      ...securityOf(machine),
      ...loginOf(machine),
      connect_timeout: settings.timeout,
      request_timeout: settings.timeout,
      session_timeout: sessionTimeout(scan),
      // A server may end a session sooner than it was asked to, between two readings: the client then makes a new one meanwhile.
      read_retry_count: 3,
      read_retry_timeout: '500ms',
      // A value that does not change keeps its source time stamp for days; clocks of controllers are what they are.
      timestamp: 'gather',
      tagexclude: ['id'],
      // Registered node ids end with their session, and nobody registers them anew when the client makes another one.
      request_workarounds: { use_unregistered_reads: true },
      // Values that are not good are passed over unless their codes are told; the processor judges them.
      workarounds: { additional_valid_status_codes: [...STATUS_CODES] },
      nodes: scan.readings.map(node),
    },
    points: scan.readings.map((reading) => reading.name),
  }));
}

/** Where an empty file name stands, Telegraf would look for its own default. */
function securityOf({ name, settings: { security } }: OpcUaMachine): ConfigTable {
  if (security.mode === 'None') return { security_policy: 'None', security_mode: 'None', certificate: '', private_key: '' };
  const path = machineSecretPath(name, APPLICATION);
  return {
    security_policy: typeof security.policy === 'string' ? security.policy : 'auto',
    security_mode: security.mode,
    certificate: `${path}/tls.crt`,
    private_key: `${path}/tls.key`,
    ...(typeof security.serverCertificate === 'string' ? { remote_certificate: machineFilePath(name, SERVER_CERTIFICATE) } : {}),
  };
}

function loginOf({ name, settings: { login } }: OpcUaMachine): ConfigTable {
  switch (login.as) {
    case 'user':
      return { auth_method: 'UserName', username: secretText(name, LOGIN, 'username'), password: secretText(name, LOGIN, 'password') };
    case 'certificate':
      return { auth_method: 'Certificate' };
    case 'anonymous':
      return { auth_method: 'Anonymous' };
  }
}

/** One value as a metric of its own, so that it arrives with its name, type and unit. */
function node({ name, type, unit, node: { ns, kind, id } }: OpcUaReading): ConfigTable {
  return {
    name: type.valueType,
    namespace: `${ns}`,
    identifier_type: kind,
    identifier: `${id}`,
    default_tags: { point: name, type: type.name, ...(unit === undefined ? {} : { unit }) },
  };
}

/** Long enough for three readings, short enough that a gateway that was killed does not fill the server with sessions. */
function sessionTimeout({ intervalMs }: OpcUaScan): string {
  return goDuration(Math.max(60_000, 3 * intervalMs));
}

/** A duration in the units of Go, which has no day and calls a minute m. */
function goDuration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
