import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import type { InadmissibleObjects } from '../stacks/manifest/admission';
import type { BootstrapOptions } from './commands/bootstrap';
import type { ConfigDbOptions } from './commands/configdb';
import type { ImportIdsOptions } from './commands/import-ids';
import type { KubeconfigOptions } from './commands/kubeconfig';
import type { SecretsOptions } from './commands/secrets';
import type { SynthOptions } from './commands/synth';
import { type EstateOptions, tellProblems } from './door';
import { fileErrorText } from './file-error';
import type { Terminal } from './terminal';
import { UserError } from './user-error';

/** The estate that a command reads unless told otherwise: the example. */
export const EXAMPLE_ESTATE = join(__dirname, '..', 'infra', 'sites');

/**
 * Runs a command line and returns the exit code: 0 done, 1 the estate or the tree is not in order, 2 the command was called wrongly.
 * A mistake of the user gives a sentence; anything else is a defect of Millwright and is thrown.
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = commands(terminal, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return tellFailure(error, terminal);
  }
}

/** Tells a failure that is no defect of Millwright, and returns its exit code; throws any other one again. */
export function tellFailure(error: unknown, terminal: Terminal): number {
  terminal.progress('');
  if (error instanceof UserError) {
    terminal.say(`millwright: ${error.message}`);
    return error.exitCode;
  }
  if (error instanceof Error && error.name === 'InadmissibleObjects') {
    tellProblems((error as InadmissibleObjects).problems, terminal);
    terminal.say('These objects cannot be applied; nothing was written.');
    return 1;
  }
  const refusal = fileErrorText(error);
  if (refusal === undefined) throw error;
  terminal.say(`millwright: ${refusal}`);
  return 1;
}

function commands(terminal: Terminal, exit: (code: number) => void): Command {
  const configure = (command: Command) =>
    command
      .exitOverride()
      .configureOutput({
        writeOut: (text) => terminal.out(text.trimEnd()),
        writeErr: (text) => terminal.say(text.trimEnd().replace(/^error: /, 'millwright: ')),
      })
      .showHelpAfterError(`(${[command.parent?.name(), command.name(), '--help'].filter(Boolean).join(' ')} tells what there is)`);
  const program = configure(new Command('millwright'))
    .description('Describes plants, soft gateways and their central cluster once, and renders what runs in them.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this text')
    .helpCommand(false)
    .addHelpText(
      'after',
      `
Examples:
  millwright check                                  check the example estate
  millwright check --estate ./estate.yaml --json    check your own, for a program to read
  millwright synth --out tree                       render the Git tree of every cluster
  millwright synth --only leeds --dry-run           tell what would change in one cluster
  millwright secrets leeds --out tree               make the certificates and passwords that are missing, encrypted
  millwright kubeconfig leeds --user anna --authority ca.crt
                                                    let a person's kubectl reach a cluster
  millwright configdb sheffield --dry-run           tell what the ConfigDB of a centre lacks of the estate
  millwright import-ids sheffield --out ids.json    read the ids that Factory+ made when it was installed
  millwright bootstrap leeds                        write what brings a bare cluster under Flux
  millwright schema > estate.schema.json            let an editor help with estate.yaml

Exit codes: 0 done; 1 the estate or the tree is not in order; 2 the command was called wrongly.`,
    );
  const command = (name: string, description: string) =>
    configure(program.command(name).description(description).helpOption('-h, --help', 'print this text'));
  const withEstate = (created: Command) =>
    created
      .addOption(
        new Option('--estate <path>', 'file or folder of the estate (.ts, .js, .yaml, .json)').default(
          EXAMPLE_ESTATE,
          'the example estate',
        ),
      )
      .addOption(new Option('--json', 'print the result as JSON').default(false, 'off'));
  const withOnly = (created: Command) =>
    withEstate(created).addOption(
      new Option('--only <cluster>', 'limit to this cluster; may be repeated')
        .default([], 'all')
        .argParser((name: string, names: string[]) => [...names, name]),
    );
  const outOption = () => new Option('--out <folder>', 'folder that holds one folder a cluster').default('tree');

  // Each command loads what it needs when it runs: checking an estate needs nothing of Kubernetes. By require, because modules are
  // CommonJS here, and a checkout's sources are found by its loader only so.
  withOnly(command('check', 'check the estate and tell every problem in one run'))
    .addHelpText('after', '\nExamples:\n  millwright check --estate ./estate.ts\n  millwright check --only leeds --json')
    .action(async (options: EstateOptions) =>
      exit((require('./commands/check') as typeof import('./commands/check')).check(options, terminal)),
    );
  withOnly(command('synth', 'render the Git tree of every cluster that Flux delivers'))
    .addOption(outOption())
    .addOption(new Option('--dry-run', 'tell what would change and write nothing').default(false, 'off'))
    .addHelpText(
      'after',
      `
Only files that an earlier run rendered are replaced or removed; encrypted Secrets and your own files stay.
When anything is wrong with the estate, nothing is written.

Examples:
  millwright synth --estate ./estate.ts --out ../plants
  millwright synth --only leeds --dry-run`,
    )
    .action(async (options: SynthOptions) =>
      exit((require('./commands/synth') as typeof import('./commands/synth')).synth(options, terminal)),
    );
  withEstate(
    command('secrets', "make a cluster's missing certificates and passwords, and encrypt every Secret into its tree").argument(
      '<cluster>',
      'name of the plant, cluster of soft gateways or central cluster',
    ),
  )
    .addOption(outOption())
    .addOption(new Option('--given <file>', 'YAML file with logins that others give you; - reads standard input'))
    .addOption(new Option('--renew', 'make again what is near its end; needs an owner key').default(false, 'off'))
    .addOption(new Option('--sops <program>', 'the sops program, 3.10 or newer').default('sops'))
    .addHelpText(
      'after',
      `
Nothing is written in clear. Only missing files are made; with --renew also those that are due. Exit code 1 when a Secret is still
missing: the output says what it needs. Where Secrets are sealed, sops encrypts the authority alone.

Examples:
  millwright secrets leeds --out tree
  millwright secrets leeds --out tree --given logins.yaml
  SOPS_AGE_KEY_FILE=~/owner.txt millwright secrets leeds --out tree --renew`,
    )
    .action(async (cluster: string, options: SecretsOptions) =>
      exit(await (require('./commands/secrets') as typeof import('./commands/secrets')).secrets(cluster, options, terminal)),
    );
  configure(
    program.command('kubeconfig').description("print the kubeconfig of a person's workstation").helpOption('-h, --help', 'print this text'),
  )
    .argument('<cluster>', 'name of the plant or cluster of soft gateways')
    .requiredOption('--user <name>', 'name of the person; required')
    .addOption(
      new Option('--authority <file>', 'for a kubeconfig: certificate that signs the API server, /etc/kubernetes/pki/ca.crt of its nodes'),
    )
    .addOption(
      new Option('--request <file>', "instead of it, for what an administrator approves: the person's certificate request, in PEM"),
    )
    .addOption(
      new Option('--estate <path>', 'file or folder of the estate (.ts, .js, .yaml, .json)').default(EXAMPLE_ESTATE, 'the example estate'),
    )
    .addHelpText(
      'after',
      `
No key is read or written: the person keeps it beside the kubeconfig, as NAME.key, with the certificate as NAME.crt.

Examples:
  millwright kubeconfig leeds --user anna --request anna.csr | kubectl apply -f -
  millwright kubeconfig leeds --user anna --authority ca.crt > leeds.kubeconfig`,
    )
    .action(async (cluster: string, options: KubeconfigOptions) =>
      exit((require('./commands/kubeconfig') as typeof import('./commands/kubeconfig')).kubeconfig(cluster, options, terminal)),
    );
  const withLogin = (created: Command) =>
    created
      .argument('<central>', 'name of the central cluster')
      .addOption(new Option('--url <url>', 'URL of the ConfigDB (default: its public name)'))
      .addOption(new Option('--principal <name>', 'principal that logs in').default('admin'))
      .addOption(
        new Option(
          '--password-file <file>',
          'file with its password; - reads standard input (default: what the environment has as MILLWRIGHT_PASSWORD)',
        ),
      );
  withLogin(withEstate(command('configdb', 'tell Factory+ of a central cluster what the estate says of plants, machines and rights')))
    .addOption(new Option('--auth-url <url>', 'URL of Auth (default: its public name)'))
    .addOption(new Option('--dry-run', 'tell what would change and write nothing').default(false, 'off'))
    .addOption(new Option('--restore', 'put back what a person deleted').default(false, 'off'))
    .addOption(new Option('--prune', 'remove what has left the estate and nobody changed').default(false, 'off'))
    .addHelpText(
      'after',
      `
What a person changed there stays as it is, and is told. May be broken off and run again. Exit code 1 when something is refused, or when
permissions at the broker are not those of the tree.

Examples:
  millwright configdb sheffield --password-file admin.txt --dry-run
  kubectl -n factory-plus get secret admin-password -o go-template='{{.data.password|base64decode}}' |
    millwright configdb sheffield --password-file -`,
    )
    .action(async (central: string, options: ConfigDbOptions) =>
      exit(await (require('./commands/configdb') as typeof import('./commands/configdb')).configdb(central, options, terminal)),
    );
  withLogin(
    configure(
      program
        .command('import-ids')
        .description('print the ids that Factory+ made when it was installed, as data for the estate')
        .helpOption('-h, --help', 'print this text'),
    ),
  )
    .addOption(
      new Option('--estate <path>', 'file or folder of the estate (.ts, .js, .yaml, .json)').default(EXAMPLE_ESTATE, 'the example estate'),
    )
    .addOption(new Option('--out <file>', 'file that is written (default: standard output)'))
    .addHelpText(
      'after',
      `
The estate names them as centrals.CENTRAL.installed; JSON is YAML, too.

Example:
  millwright import-ids sheffield --password-file admin.txt --out sheffield.ids.json`,
    )
    .action(async (central: string, options: ImportIdsOptions) =>
      exit(await (require('./commands/import-ids') as typeof import('./commands/import-ids')).importIds(central, options, terminal)),
    );
  command('bootstrap', 'write the script and manifests that bring a bare cluster under Flux, and take it out again')
    .argument('<cluster>', 'plant, central cluster or cluster of soft gateways that Flux delivers')
    .addOption(
      new Option('--estate <path>', 'file or folder of the estate (.ts, .js, .yaml, .json)').default(EXAMPLE_ESTATE, 'the example estate'),
    )
    .addOption(new Option('--out <folder>', 'folder that holds one folder a cluster').default('bootstrap'))
    .addHelpText(
      'after',
      `
Nothing that is written is secret: the script takes keys and passwords when it is run, by an administrator of the cluster.

Examples:
  millwright bootstrap leeds
  bootstrap/leeds/bootstrap.sh --context leeds --age-key leeds.agekey --git-username leeds --git-password-file password.txt`,
    )
    .action(async (name: string, options: BootstrapOptions) =>
      exit((require('./commands/bootstrap') as typeof import('./commands/bootstrap')).bootstrap(name, options, terminal)),
    );
  command('schema', 'print the JSON Schema of an estate file')
    .addHelpText('after', '\nExample:\n  millwright schema > estate.schema.json')
    .action(async () => exit((require('./commands/schema') as typeof import('./commands/schema')).schema(terminal)));
  return program;
}

function version(): string {
  const file = [join(__dirname, '..', 'package.json'), join(__dirname, '..', '..', 'package.json')]
    .map((path) => {
      try {
        return JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version?: string };
      } catch {
        return {};
      }
    })
    .find((manifest) => manifest.name === 'millwright');
  return file?.version ?? 'unknown';
}
