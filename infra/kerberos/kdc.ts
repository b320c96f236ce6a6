import { toKadm5Acl } from '../formats/kadm5-acl';
import { toKrb5Conf } from '../formats/krb5-conf';
import { componentFacts } from '../model/central-components';
import type { Contract } from '../model/contract';
import { administratorLines } from './administrators';

/** Where files lie in the pod of the KDC. The database and its stash lie where the image acs-identity 6.8.1 has them, so that its volumes can be taken over. */
export const KDC_PATHS = {
  /** The volume. Beside the database it holds the stash file with the master key: who reads both has every key. */
  data: '/var/lib/krb5kdc',
  database: '/var/lib/krb5kdc/principal',
  /** File with the master key. */
  stash: (realm: string) => `/var/lib/krb5kdc/.k5.${realm}`,
  /** Folder of the files of {@link kdcFiles}. */
  configuration: '/config/kdc-conf',
  /** Folder of `krb5.conf`, which the KDC reads as its clients do. */
  kerberos: '/config/krb5-conf',
} as const;

/** File names have at most 255 bytes, and that of the stash holds the realm. */
const REALM_CHARACTERS = 200;

/** Variables that the programs of the KDC read. */
export const KDC_ENVIRONMENT = {
  KRB5_CONFIG: `${KDC_PATHS.kerberos}/krb5.conf`,
  KRB5_KDC_PROFILE: `${KDC_PATHS.configuration}/kdc.conf`,
} as const;

/** Variables that {@link MAKE_DATABASE_SCRIPT} takes beside those. */
export function makeDatabaseEnvironment({ realm }: Pick<Contract, 'realm'>): Record<'DATA' | 'STASH', string> {
  return { DATA: KDC_PATHS.data, STASH: KDC_PATHS.stash(realm) };
}

/**
 * Files of the KDC and of kadmind, by name: `kdc.conf`, `kadm5.acl`, and the script that makes the database.
 *
 * @param people see {@link administratorLines}
 * @throws RangeError on a realm that no file name or configuration can hold
 */
export function kdcFiles(
  { realm }: Pick<Contract, 'realm'>,
  people: readonly string[] = [],
): Record<'kdc.conf' | 'kadm5.acl' | 'make-database.sh', string> {
  if (realm.length > REALM_CHARACTERS) throw new RangeError(`a realm has at most ${REALM_CHARACTERS} characters`);
  const { ports = {} } = componentFacts('kdc');
  const port = (name: string) => String(ports[name]?.pod ?? 0);
  return {
    'kdc.conf': toKrb5Conf({
      realms: {
        [realm]: {
          acl_file: `${KDC_PATHS.configuration}/kadm5.acl`,
          database_name: KDC_PATHS.database,
          key_stash_file: KDC_PATHS.stash(realm),
          // TCP only, as the Services are: a KDC that answers UDP can be made to flood others.
          kdc_listen: '',
          kdc_tcp_listen: port('kerberos'),
          kadmind_listen: port('kerberos-adm'),
          kpasswd_listen: port('kpasswd'),
          // Without it whoever reaches the KDC gets something to try passwords on. ACS 6.8.1 leaves it out.
          default_principal_flags: 'preauth',
        },
      },
      logging: { default: 'STDERR' },
    }),
    'kadm5.acl': toKadm5Acl(realm, administratorLines(realm, people)),
    'make-database.sh': MAKE_DATABASE_SCRIPT,
  };
}

/**
 * Makes the database of principals where there is none, with a random master password that nobody ever sees. It is made aside and moved when it is
 * whole, so that it can be ended at any moment and run again (the script of ACS 6.8.1 takes a half-made one for whole). It never touches one that
 * is there, and refuses a volume where either the database or its stash is missing.
 *
 * Takes DATA (the volume) and STASH (path of the stash file in it).
 */
export const MAKE_DATABASE_SCRIPT = String.raw`# shellcheck shell=sh
set -eu
umask 077
cd "$DATA"
# The stash comes last: with it the database is whole.
move() {
  for file in principal.ok principal.kadm5 principal.kadm5.lock principal; do
    if [ -e "making/$file" ]; then mv -f "making/$file" "$file"; fi
  done
  if [ -e making/stash ]; then mv -f making/stash "$STASH"; fi
  sync
  rm -rf making
}
if [ -e making/whole ]; then move; fi
if [ -e principal ] && [ -e "$STASH" ]; then
  echo "the database is there"
  exit 0
fi
if [ -e principal ] || [ -e "$STASH" ]; then
  echo "of the database and its stash $STASH one is there and the other is not: restore both from a backup" >&2
  exit 1
fi
rm -rf making
mkdir making
password=$(head -c 48 /dev/urandom | base64 | tr -d '\n')
printf '%s\n%s\n' "$password" "$password" | kdb5_util -d "$DATA/making/principal" -sf "$DATA/making/stash" create -s
sync
touch making/whole
sync
move
echo "made the database"
`;
