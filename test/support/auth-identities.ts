type Answer = [status: number, body?: unknown];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * The Kerberos identities of Auth of ACS 6.8.1, as an administrator has them: acs-auth/lib/{api_v2,model,queries,dataflow}.js and sql/v3.sql, written
 * anew. An account has one at most, and a principal is one account's. Nobody need be an object that the ConfigDB knows. They have no ETags.
 */
export class AuthIdentities {
  /** Id of an account → its principal. */
  readonly all = new Map<string, string>();

  /** Gives an account a principal, as an operator in an edge cluster does. */
  add(uuid: string, principal: string): number {
    if (this.all.get(uuid) === principal) return 204;
    if (this.all.has(uuid) || [...this.all.values()].includes(principal)) return 409;
    this.all.set(uuid, principal);
    return 204;
  }

  /** Answers a request to `/v2/principal/UUID/KIND`. */
  answer(method: string, uuid: string, kind: string, body: unknown): Answer {
    if (!UUID.test(uuid)) return [410];
    if (kind !== 'kerberos') return [404];
    const principal = this.all.get(uuid);
    switch (method) {
      case 'GET':
        return principal === undefined ? [404] : [200, principal];
      case 'PUT':
        return [this.add(uuid, String(body))];
      case 'DELETE':
        return [this.all.delete(uuid) ? 204 : 404];
      default:
        return [404];
    }
  }
}
