import { rmSync } from 'node:fs';
import { type FillSecretsOptions, fillSecrets } from '../../../cli/secrets/fill-secrets';
import { parseGiven } from '../../../cli/secrets/given';
import type { SecretsReport } from '../../../cli/secrets/report';
import { DAY } from '../../../stacks/secrets/authority';
import { contents, MemorySops } from './memory-sops';
import { examplePlant, type RenderedPlant, renderPlant } from './tree';

/** When the first run is. */
export const NOW = new Date('2027-01-01T00:00:00Z');

export const AUTHORITY = 'leeds/authority/ca.yaml';
export const PRESS = 'leeds/secrets/machines/press-1-client-tls.yaml';
export const BROKER = 'leeds/secrets/messaging/plant-broker-tls.yaml';
export const CENTRAL = 'leeds/secrets/uplink/central-login.yaml';

const LOGINS = `
'*/registry-login': { username: robot, password: registry-secret }
uplink/central-login: { username: leeds, password: central-secret }`;

/** The example plant in a folder of its own, with a stand-in for sops; both are new in each test. */
export class Scene {
  rendered!: RenderedPlant;
  sops!: MemorySops;

  /** To be called once in a test file. */
  static each(): Scene {
    const scene = new Scene();
    beforeEach(() => {
      scene.rendered = renderPlant(examplePlant());
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

  /** Logins for {@link fill}: all that the plant needs, or those stated. */
  given(text = LOGINS): Pick<FillSecretsOptions, 'given'> {
    return { given: parseGiven(text, 'logins', this.rendered.manifests.secrets) };
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

/** Days after the first run. */
export function inDays(days: number): Date {
  return new Date(NOW.getTime() + days * DAY);
}
