import type { ContentItem } from '../../infra/factory-plus/content-item';
import { APPLICATION, CLASS, PERMISSION } from '../../infra/factory-plus/ids';
import { entryPath, grantsAbout } from '../../stacks/configdb/requests';
import type { Send } from '../factory-plus-client';
import { atOnce } from './at-once';
import { refusal } from './refusal';

/** What counts as no use, because a run takes it away itself. */
export interface Own {
  /** Ids of grants. */
  readonly grants: ReadonlySet<string>;
  /** Whether an entry of an application about an object is one. @default - none is */
  readonly entry?: (application: string, uuid: string) => boolean;
}

/** Who uses what has left the estate. */
export class Usage {
  #applications: Promise<readonly string[]> | undefined;

  constructor(private readonly send: Send) {}

  /** Whether a grant gives a permission. */
  isGranted(permission: string, own: Own): Promise<boolean> {
    return this.#isInGrant(permission, ['permission'], own);
  }

  /** Whether anybody keeps an entry of an object, or a grant that it has part in. */
  async isUsed(uuid: string, own: Own): Promise<boolean> {
    if (await this.#isInGrant(uuid, ['principal', 'permission', 'target'], own)) return true;
    this.#applications ??= this.#readApplications();
    const others = (await this.#applications).filter((application) => !own.entry?.(application, uuid));
    const answers = await atOnce(others, (application) =>
      this.send({ service: 'configdb', method: 'GET', path: entryPath(application, uuid) }),
    );
    return answers.some(({ status }) => status !== 404);
  }

  /** Reads the applications anew when they are needed again. */
  forget(): void {
    this.#applications = undefined;
  }

  async #isInGrant(uuid: string, parts: Parameters<typeof grantsAbout>[1], own: Own): Promise<boolean> {
    for (const request of grantsAbout(uuid, parts)) {
      const answer = await this.send(request);
      if (!Array.isArray(answer.body)) throw refusal('tell the grants of Auth', answer);
      if ((answer.body as string[]).some((grant) => !own.grants.has(grant))) return true;
    }
    return false;
  }

  async #readApplications(): Promise<readonly string[]> {
    const answer = await this.send({ service: 'configdb', method: 'GET', path: `/v2/class/${CLASS.application}/member` });
    if (!Array.isArray(answer.body)) throw refusal('tell the applications of the ConfigDB', answer);
    return (answer.body as string[]).filter((application) => application !== APPLICATION.registration);
  }
}

/** Objects and applications of Factory+ itself that content and its record need, each with the label of the first item that does. */
export function neededOfFactoryPlus(content: readonly ContentItem[]): Map<string, string> {
  const own = new Set(content.flatMap((item) => (item.kind === 'object' ? [item.uuid] : [])));
  const record = [CLASS.application, CLASS.ofIndividuals, CLASS.configEntry, APPLICATION.info].map((uuid) => ({ uuid, label: 'record' }));
  const needed = new Map<string, string>();
  for (const { uuid, label } of [...content.flatMap((item) => leansOn(item).map((uuid) => ({ uuid, label: item.label }))), ...record]) {
    if (!own.has(uuid) && !needed.has(uuid)) needed.set(uuid, label);
  }
  return needed;
}

/** Whether a permission is Factory+'s own, and not one that Millwright made with a template. */
export function isOfFactoryPlus(permission: string): boolean {
  return Object.values<string>(PERMISSION).includes(permission);
}

/** The class, application or permission of Factory+ without which an item cannot be written, or is of no use. */
export function leansOn(item: ContentItem): string[] {
  switch (item.kind) {
    case 'object':
      return [item.class];
    case 'subclass':
    case 'member':
      return [item.of];
    case 'entry':
      return [item.application];
    case 'grant':
      return isOfFactoryPlus(item.permission) ? [item.permission] : [];
    case 'identity':
      return [];
  }
}
