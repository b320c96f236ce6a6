/**
 * Gets the real programs that the daemon tests run, once, into the cache.
 *
 * Alone: `node --import tsx test/daemons/programs/programs.ts` prints where they are.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildGoModule, type GoModule } from '../../support/go-programs';
import { installDebianPackages } from './debian';
import { getHiveMq } from './hivemq/hivemq';
import { pythonInterpreter } from './python';

const nats: GoModule = {
  folder: join(__dirname, 'nats'),
  packages: { 'nats-server': 'github.com/nats-io/nats-server/v2' },
};

const prometheus: GoModule = {
  folder: join(__dirname, 'prometheus'),
  packages: {
    prometheus: 'github.com/prometheus/prometheus/cmd/prometheus',
    promtool: 'github.com/prometheus/prometheus/cmd/promtool',
    alertmanager: 'github.com/prometheus/alertmanager/cmd/alertmanager',
    amtool: 'github.com/prometheus/alertmanager/cmd/amtool',
  },
  // Generated configurations name their targets; what asks clouds for them takes minutes to build.
  tags: ['remove_all_sd'],
};

/** Ours: the parsers of the programs that generated texts are for, as a program that prints what they read. */
const readers: GoModule = {
  folder: join(__dirname, 'readers'),
  packages: { readers: '.' },
  // Built anew when its source changes.
  ldflags: `-X main.digest=${createHash('sha256')
    .update(readFileSync(join(__dirname, 'readers', 'main.go')))
    .digest('hex')
    .slice(0, 16)}`,
};

const influxdb: GoModule = {
  folder: join(__dirname, 'influxdb'),
  packages: { influxd: 'github.com/influxdata/influxdb/v2/cmd/influxd' },
  ldflags: '-X main.version=2.7.12',
  standIns: 'without-c',
  sources: [
    'without-c/github.com/influxdata/flux/libflux/go/libflux/absent.go',
    'without-c/github.com/influxdata/flux/runtime/lookup.go',
    'without-c/github.com/influxdata/influxdb/v2/fluxinit/init.go',
    'without-c/github.com/mattn/go-sqlite3/static_mock.go',
  ],
};

const traefik: GoModule = {
  folder: join(__dirname, 'traefik'),
  packages: { traefik: 'github.com/traefik/traefik/v3/cmd/traefik' },
  ldflags: '-X github.com/traefik/traefik/v3/pkg/version.Version=3.5.4',
  // What asks for certificates by way of some hundred clouds' DNS takes longer to build than the rest.
  standIns: 'without-clouds',
  sources: ['without-clouds/github.com/go-acme/lego/v4/providers/dns/zz_gen_dns_providers.go'],
};

const telegraf: GoModule = {
  folder: join(__dirname, 'telegraf'),
  packages: { telegraf: 'github.com/influxdata/telegraf/cmd/telegraf' },
  ldflags: '-X github.com/influxdata/telegraf/internal.Version=1.37.2',
  // The plug-ins that generated configurations name, instead of some four hundred.
  tags: [
    'custom',
    'inputs.directory_monitor',
    'inputs.exec',
    'inputs.file',
    'inputs.filecount',
    'inputs.filestat',
    'inputs.http',
    'inputs.http_response',
    'inputs.internal',
    'inputs.kube_inventory',
    'inputs.modbus',
    'inputs.mqtt_consumer',
    'inputs.mysql',
    'inputs.net_response',
    'inputs.opcua',
    'inputs.opcua_listener',
    'inputs.prometheus',
    'inputs.s7comm',
    'inputs.sql',
    'inputs.tail',
    'inputs.x509_cert',
    'aggregators.final',
    'aggregators.merge',
    'outputs.file',
    'outputs.health',
    'outputs.http',
    'outputs.influxdb_v2',
    'outputs.mqtt',
    'outputs.prometheus_client',
    'parsers.csv',
    'parsers.grok',
    'parsers.influx',
    'parsers.json',
    'parsers.json_v2',
    'parsers.prometheus',
    'parsers.value',
    'parsers.xpath',
    'processors.clone',
    'processors.converter',
    'processors.date',
    'processors.dedup',
    'processors.defaults',
    'processors.enum',
    'processors.filter',
    'processors.override',
    'processors.parser',
    'processors.pivot',
    'processors.regex',
    'processors.rename',
    'processors.starlark',
    'processors.strings',
    'processors.template',
    'secretstores.docker',
    'serializers.influx',
    'serializers.json',
    'serializers.prometheus',
    'serializers.template',
  ],
};

/** Absolute paths of the programs. */
export interface Programs {
  readonly natsServer: string;
  /** InfluxDB 2.7.12 without Flux, which takes a Rust compiler: it is asked in InfluxQL. */
  readonly influxd: string;
  readonly telegraf: string;
  /** Without the DNS providers of ACME. */
  readonly traefik: string;
  readonly prometheus: string;
  readonly promtool: string;
  readonly alertmanager: string;
  readonly amtool: string;
  /** What programs read in generated texts; see programs/readers/main.go. */
  readonly readers: string;
  /** Python with snap7. */
  readonly python: string;
  readonly mosquitto: string;
  /** Folder of HiveMQ; see programs/hivemq/hivemq.ts. */
  readonly hiveMq: string;
}

/**
 * Builds and installs what is missing and returns where everything is; takes no time when all is there.
 *
 * @throws when a program cannot be had; the daemon tests fail then, they are never skipped
 */
export async function getPrograms(log: (line: string) => void = () => {}): Promise<Programs> {
  await installDebianPackages(log);
  const monitoring = await buildGoModule(prometheus, log);
  return {
    prometheus: join(monitoring, 'prometheus'),
    promtool: join(monitoring, 'promtool'),
    alertmanager: join(monitoring, 'alertmanager'),
    amtool: join(monitoring, 'amtool'),
    mosquitto: '/usr/sbin/mosquitto',
    hiveMq: await getHiveMq(log),
    readers: join(await buildGoModule(readers, log), 'readers'),
    python: await pythonInterpreter(log),
    influxd: join(await buildGoModule(influxdb, log), 'influxd'),
    natsServer: join(await buildGoModule(nats, log), 'nats-server'),
    telegraf: join(await buildGoModule(telegraf, log), 'telegraf'),
    traefik: join(await buildGoModule(traefik, log), 'traefik'),
  };
}

if (process.argv[1] === __filename) {
  getPrograms(console.log).then(console.log, (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
