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

const telegraf: GoModule = {
  folder: join(__dirname, 'telegraf'),
  packages: { telegraf: 'github.com/influxdata/telegraf/cmd/telegraf' },
  ldflags: '-X github.com/influxdata/telegraf/internal.Version=1.37.2',
  // The plug-ins that generated configurations name, instead of some four hundred.
  tags: [
    'custom',
    'inputs.internal',
    'inputs.mqtt_consumer',
    'inputs.s7comm',
    'outputs.health',
    'outputs.mqtt',
    'parsers.influx',
    'processors.strings',
    'secretstores.docker',
    'serializers.influx',
  ],
};

/** Absolute paths of the programs. */
export interface Programs {
  readonly natsServer: string;
  readonly telegraf: string;
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
  return {
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
