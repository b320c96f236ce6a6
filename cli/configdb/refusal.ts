import type { ContentItem } from '../../infra/factory-plus/content-item';
import type { ServiceAnswer } from '../../stacks/configdb/requests';
import { UserError } from '../user-error';

/** What a service's refusal means, for people. */
export function statusText(status: number): string {
  switch (status) {
    case 401:
      return '401: it does not know the login';
    case 403:
      return '403: the principal may not do that; an administrator may (role Administrator)';
    case 405:
      return '405: that may not be changed';
    case 409:
      return '409: it contradicts what is there';
    case 413:
      return '413: it is too large';
    case 422:
      return '422: it does not follow the JSON Schema of its application';
    default:
      return String(status);
  }
}

/** What a service's refusal to make or change an item means. */
export function itemRefusal(item: ContentItem, status: number): string {
  if (item.kind !== 'identity' || status !== 409) return statusText(status);
  return `409: another account is ${item.principal}, or this one is another principal already`;
}

/** A service refused what a run cannot go on without. */
export function refusal(what: string, { status }: ServiceAnswer): UserError {
  return new UserError(`Factory+ refuses to ${what} (${statusText(status)}).`);
}
