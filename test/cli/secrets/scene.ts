import { rmSync } from 'node:fs';
import { type FillSecretsOptions, fillSecrets } from '../../../cli/secrets/fill-secrets';
import { parseGiven } from '../../../cli/secrets/given';
import type { SecretsReport } from '../../../cli/secrets/report';
import { checkEstate } from '../../../infra/estate/check';
import type { SecretContent, SecretRequirement } from '../../../infra/model/secret-requirement';
import { DAY } from '../../../stacks/secrets/authority';
import { smallEstate } from '../small-estate';
import { contents, MemorySops } from './memory-sops';
import { type RenderedPlant, renderedOnce } from './tree';

/** When the first run is. */
export const NOW = new Date('2027-01-01T00:00:00Z');

export const AUTHORITY = 'leeds/authority/ca.yaml';
export const PRESS = 'leeds/secrets/machines/press-1-client-tls.yaml';
export const BROKER = 'leeds/secrets/messaging/plant-broker-tls.yaml';
export const CENTRAL = 'leeds/secrets/uplink/central-login.yaml';
export const DATABASE = 'leeds/secrets/jobs/job-database-orchestrator.yaml';

/** What the command makes without anybody giving anything. */
export const MADE: readonly SecretContent['kind'][] = ['certificate', 'password'];

/** What a person gives. */
export const GIVEN: readonly SecretContent['kind'][] = ['login', 'registryLogin'];

/** The small plant in a folder of its own, with a stand-in for sops; both are new in each test. */
export class Scene {
  rendered!: RenderedPlant;
  sops!: MemorySops;

  /** To be called once in a test file. */
  static each(): Scene {
    const scene = new Scene();
    const [plant] = checkEstate(smallEstate()).plants;
    if (!plant) throw new Error('the small estate has no plant');
    const newFolder = renderedOnce(plant);
    beforeEach(() => {
      scene.rendered = newFolder();
      scene.sops = new MemorySops(scene.rendered.treeFolder);
    });
    afterEach(() => {
      rmSync(scene.rendered.treeFolder, { recursive: true });
    });
    return scene;
  }

  /** Runs the command on it. */
  fill(options: Partial<FillSecretsOptions> = {}): Promise<SecretsReport> {
    return fillSecrets({ ...this.rendered, sops: this.sops, now: NOW, ...options });
  }

  /** Logins for {@link fill}: all that a plant needs, or those stated. */
  given(text?: string, { secrets } = this.rendered.manifests): Pick<FillSecretsOptions, 'given'> {
    const logins = secrets.filter(({ content }) => GIVEN.includes(content.kind)).map(idOf);
    const all = logins.map((id) => `${id}: { username: robot, password: 'the secret of ${id}' }`).join('\n');
    return { given: parseGiven(text ?? all, 'logins', secrets) };
  }

  /** Files of the required Secrets of some kinds, or of all. */
  required(...kinds: readonly SecretContent['kind'][]): string[] {
    const meant = this.rendered.manifests.secrets.filter(({ content }) => kinds.length === 0 || kinds.includes(content.kind));
    return meant.map((secret) => `leeds/secrets/${idOf(secret)}.yaml`);
  }

  /** Every file of the command, by its path. */
  encrypted(): Map<string, string> {
    return new Map([...contents(this.rendered.treeFolder)].filter(([path]) => /^leeds\/(secrets|authority)\//.test(path)));
  }

  /** From now on an owner's private key is at hand. */
  ownerAtHand(): void {
    this.sops.keys = this.rendered.plant.secrets?.ownerKeys ?? [];
  }
}

function idOf({ namespace, name }: SecretRequirement): string {
  return `${namespace}/${name}`;
}

/** Days after the first run. */
export function inDays(days: number): Date {
  return new Date(NOW.getTime() + days * DAY);
}
