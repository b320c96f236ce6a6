import { createHash } from 'node:crypto';
import type { KubeObject, ManifestSet } from '../../../stacks/manifest/manifest-set';
import { issueCertificate, type PlantAuthority, trustedCertificates } from '../../../stacks/secrets/authority';
import { type Login, loginSecret } from '../../../stacks/secrets/fill';

/** Files of a ConfigMap or Secret of a namespace, by name. */
export type FileSource = (kind: 'configMap' | 'secret', namespace: string, name: string) => Readonly<Record<string, string>>;

/**
 * What the ConfigMaps of a set hold, and Secrets made as its requirements say.
 *
 * @param loginOf what somebody gives for the login of a Secret
 * @param rewrite changes the content of a ConfigMap's file
 */
export function filesOf(
  set: ManifestSet,
  authority: PlantAuthority,
  loginOf: (secret: string) => Login,
  rewrite: (text: string) => string,
): FileSource {
  const now = new Date();
  return (kind, namespace, name) => {
    if (kind === 'configMap') {
      const data = objectOf(set, 'ConfigMap', namespace, name).data as Record<string, string>;
      return Object.fromEntries(Object.entries(data).map(([file, text]) => [file, rewrite(text)]));
    }
    const requirement = set.secrets.find((secret) => secret.namespace === namespace && secret.name === name);
    if (!requirement) throw new Error(`a pod mounts the Secret ${namespace}/${name}, which nothing requires`);
    const { content } = requirement;
    if (requirement.source === 'kerberosKey') return { password: loginOf(`${namespace}/${name}`).password };
    if (content.kind === 'login') return loginSecret(requirement, loginOf(`${namespace}/${name}`)).stringData;
    // The same in every pod that mounts it, as if it had been made once.
    if (content.kind === 'password') {
      const password = createHash('sha256').update(`${namespace}/${name}`).digest('base64url').slice(0, 32);
      return { username: content.username, password };
    }
    if (content.kind !== 'certificate') throw new Error(`no test fills the Secret ${namespace}/${name}`);
    const { certificate, key } = issueCertificate(authority, content, now);
    return { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': trustedCertificates(authority, now).join('') };
  };
}

/** An object of a set. Throws when it is not there. */
export function objectOf(set: ManifestSet, kind: string, namespace: string, name: string): KubeObject {
  const found = set.entries.find(
    ({ object }) => object.kind === kind && object.metadata.namespace === namespace && object.metadata.name === name,
  );
  if (!found) throw new Error(`the plant has no ${kind} ${namespace}/${name}`);
  return found.object;
}
