/**
 * A value of a machine's Secret as a setting of a Telegraf input names it: `@{press_1_login:password}`. Telegraf's names of secret
 * stores are letters, digits and underscores; names of the model hold no underscore, so that no two become one.
 *
 * @param machine name of the machine
 * @param id the {@link MachineSecret}'s id
 * @param key key of the Secret
 */
export function secretText(machine: string, id: string, key: string): string {
  return `@{${secretStoreId(machine, id)}:${key}}`;
}

/** Name of the secret store of a machine's Secret in its gateway's configuration. */
export function secretStoreId(machine: string, id: string): string {
  return `${machine}_${id}`.replaceAll('-', '_');
}
