import type { ContentItem, Json } from '../../infra/factory-plus/content-item';
import { GIT_REPOSITORY_APPLICATION } from '../../infra/factory-plus/git-mirrors';
import { entryPath } from '../../stacks/configdb/requests';
import type { Send } from '../factory-plus-client';
import { atOnce } from './at-once';
import { refusal } from './refusal';

/**
 * Another object that says it is the repository of an entry's path; undefined where none does, or the entry is of something else. acs-git
 * 6.8.1 looks a repository up by its path, and serves none when it finds two (js-service-client, `resolve`).
 */
export async function otherWithPath(item: ContentItem, send: Send): Promise<string | undefined> {
  if (item.kind !== 'entry' || item.application !== GIT_REPOSITORY_APPLICATION) return undefined;
  const listed = await send({ service: 'configdb', method: 'GET', path: `/v2/app/${item.application}/object` });
  if (!Array.isArray(listed.body)) throw refusal('tell the repositories of the Git server', listed);
  const others = (listed.body as string[]).filter((uuid) => uuid !== item.uuid);
  const entries = await atOnce(others, (uuid) => send({ service: 'configdb', method: 'GET', path: entryPath(item.application, uuid) }));
  const pathOf = (value: unknown) => (value as { readonly path?: Json } | null | undefined)?.path;
  return others[entries.findIndex(({ body }) => pathOf(body) !== undefined && pathOf(body) === pathOf(item.value))];
}
