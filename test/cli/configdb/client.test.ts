import { factoryPlusClient } from '../../../cli/factory-plus-client';
import { APPLICATION } from '../../../infra/factory-plus/ids';
import { issueCertificate, newAuthority } from '../../../stacks/secrets/authority';
import { isCampaign } from '../../support/campaign';
import { ConfigStore, type Fault } from '../../support/config-store';
import { applied, centreOf, clientOf, counts, ownContent } from './scene';

const content = ownContent(centreOf({ leeds: [{ name: 'press-1' }] }));
const ASK = { service: 'configdb', method: 'GET', path: `/v2/app/${APPLICATION.info}/object/${APPLICATION.info}` } as const;

/** Runs a test with a store that listens, and stops it. */
async function served<T>(store: ConfigStore, work: (url: string) => Promise<T>): Promise<T> {
  const url = await store.start();
  try {
    return await work(url);
  } finally {
    await store.stop();
  }
}

test('a client logs in once at each service with the password, and shows its token from then on', async () => {
  const store = new ConfigStore();
  await served(store, async (url) => {
    const report = await applied(url, content);
    expect(counts(report)).toEqual({ created: content.length });
    // The ConfigDB and Auth, which are one server here.
    expect(store.seen.filter(({ path }) => path === '/token')).toHaveLength(2);
  });
});

test('whatever happens to connections, servers and tokens on the way, the run ends with what the estate says', async () => {
  const reference = new ConfigStore();
  await applied(reference, content);
  const faults: readonly Fault[] = ['cut before', 'cut after', 'unavailable', 'forget tokens', 'slow'];
  for (let offset = 0; offset < (isCampaign ? 20 : 1); offset++) {
    const store = new ConfigStore();
    let met = 0;
    // One request in four, scattered so that a repeated one does not meet the same again and again.
    store.fault = ({ number }) => {
      const scattered = Math.imul(number + offset, 2_654_435_761) >>> 16;
      if (scattered % 4 !== 0) return undefined;
      met++;
      return faults[(scattered >>> 2) % faults.length];
    };
    // More attempts than usual: there are far more faults than usual.
    await served(store, (url) => applied(url, content, { send: clientOf(url, { attempts: 20 }) }));
    expect(met).toBeGreaterThan(50);
    expect(store.state()).toEqual(reference.state());
  }
});

describe('a client tells in a sentence,', () => {
  test('without the password, that the password is refused', async () => {
    await served(new ConfigStore(), async (url) => {
      const send = clientOf(url, { password: 'secret word' });
      await expect(send(ASK)).rejects.toThrow(`${url} refuses the password of admin.`);
    });
  });

  test('that nobody answers, after it tried six times', async () => {
    const store = new ConfigStore();
    const url = await store.start();
    await store.stop();
    const waits: number[] = [];
    const send = clientOf(url, { wait: async (milliseconds) => waits.push(milliseconds) });
    await expect(send(ASK)).rejects.toThrow(new RegExp(`^${url} cannot be reached: `));
    expect(waits).toEqual([200, 400, 800, 1600, 3200]);
  });

  test('that a service does not work', async () => {
    const store = new ConfigStore();
    store.fault = () => 'unavailable';
    await served(store, async (url) => expect(clientOf(url)(ASK)).rejects.toThrow('answers 503 to a login; is it a service of Factory+?'));
  });

  test('that an answer does not come', async () => {
    const store = new ConfigStore();
    await served(store, async (url) => {
      store.fault = () => 'silent';
      await expect(clientOf(url, { attempts: 2, timeoutMs: 20 })(ASK)).rejects.toThrow('no answer within 0.02 s');
    });
  });
});

test('a private authority is trusted where the estate states it, and no other one', async () => {
  const now = new Date();
  const authority = newAuthority('sheffield', now);
  const { certificate, key } = issueCertificate(
    authority,
    { kind: 'certificate', commonName: 'localhost', dnsNames: ['localhost'], usages: ['server'] },
    now,
  );
  const store = new ConfigStore(undefined, { key, cert: certificate });
  await served(store, async (loopback) => {
    const url = loopback.replace('127.0.0.1', 'localhost');
    const trusting = clientOf(url, { authority: authority.signing.certificate });
    expect((await trusting(ASK)).status).toBe(404);
    await expect(clientOf(url, { attempts: 1 })(ASK)).rejects.toThrow(/cannot be reached: .*certificate/);
    const other = newAuthority('york', now).signing.certificate;
    await expect(
      factoryPlusClient({ urls: { configdb: url, auth: url }, principal: 'admin', password: 'x', authority: other, attempts: 1 })(ASK),
    ).rejects.toThrow(/certificate/);
  });
});
