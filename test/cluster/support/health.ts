import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/**
 * Asks a health endpoint on loopback once.
 *
 * The certificate is not checked: the programs make their own, and only the answer's status matters.
 *
 * @throws when there is no answer within 2 s or its status is not 200
 */
export function answersOk(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { rejectUnauthorized: false, timeout: 2_000, agent: false as const };
    const request = (url.startsWith('https:') ? httpsRequest : httpRequest)(url, options, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`${url} answered ${response.statusCode}`));
    });
    request.once('timeout', () => request.destroy(new Error(`${url} did not answer`)));
    request.once('error', reject);
    request.end();
  });
}
