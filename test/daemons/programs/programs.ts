/**
 * Gets the real programs that the daemon tests run, once, into the cache.
 *
 * Alone: `node --import tsx test/daemons/programs/programs.ts` prints where they are.
 */
import { join } from 'node:path';
import { buildGoModule, type GoModule } from '../../support/go-programs';
import { installDebianPackages } from './debian';
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
  readonly telegraf: string;
  readonly prometheus: string;
  readonly promtool: string;
  readonly alertmanager: string;
  readonly amtool: string;
  /** Python with snap7. */
  readonly python: string;
  readonly mosquitto: string;
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
    python: await pythonInterpreter(log),
    natsServer: join(await buildGoModule(nats, log), 'nats-server'),
    telegraf: join(await buildGoModule(telegraf, log), 'telegraf'),
  };
}

if (process.argv[1] === __filename) {
  getPrograms(console.log).then(console.log, (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
