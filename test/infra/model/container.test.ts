import { z } from 'zod';
import { ownContainer, ownImageSchema } from '../../../infra/model/container';

const schema = z.strictObject(ownContainer);
const MINIMAL = { image: 'registry.example.com/gateways/saw:1.4.0', health: { port: 8080 } };

/** What the schema refuses of a container with a change: path and message. */
const refused = (change: Record<string, unknown>) =>
  schema.safeParse({ ...MINIMAL, ...change }).error?.issues.map(
    // What is wrong with a key stands within the problem of its record.
    (issue) => `${issue.path.join('.')}: ${issue.code === 'invalid_key' ? issue.issues[0]?.message : issue.message}`,
  ) ?? [];

const DIGEST = `@sha256:${'0123456789abcdef'.repeat(4)}`;
const IMAGE = 'must be an image with its registry and a version or digest, such as registry.example.com/gateways/saw:1.4.0; latest is none';

describe('the image of a container of the plant’s own', () => {
  test.each([
    'registry.example.com/gateways/saw:1.4.0',
    'registry.example.com:5000/saw:v2',
    'localhost:5000/a/b/c:1',
    'docker.io/library/telegraf:1.37.2-alpine',
    `registry.example.com/saw${DIGEST}`,
    'ghcr.io/some_org/a--b__c.d:latest-1',
  ])('may be %s', (image) => {
    expect(ownImageSchema.parse(image)).toBe(image);
  });

  test.each([
    ['has no registry', 'saw:1.4.0'],
    ['has a first part that is none', 'gateways/saw:1.4.0'],
    ['has no version', 'registry.example.com/saw'],
    ['is the latest, whatever that is', 'registry.example.com/saw:latest'],
    ['has a digest that is too short', 'registry.example.com/saw@sha256:0123'],
    ['has a tag beside its digest', `registry.example.com/saw:1.4.0${DIGEST}`],
    ['has capitals', 'registry.example.com/Saw:1.4.0'],
    ['has a scheme', 'https://registry.example.com/saw:1.4.0'],
    ['leaves its path', 'registry.example.com/../saw:1.4.0'],
    ['has a space', 'registry.example.com/saw:1.4.0 '],
    ['has a second line', 'registry.example.com/saw:1.4.0\nlatest'],
    ['is empty', ''],
  ])('is refused when it %s', (_, image) => {
    expect(refused({ image })).toEqual([`image: ${IMAGE}`]);
  });

  test('is refused when it is longer than a reference may be', () => {
    expect(refused({ image: `registry.example.com/${'a'.repeat(240)}:1` })).toEqual(['image: must have at most 255 characters']);
  });
});

describe('what else a container of the plant’s own states', () => {
  const RESERVED = 'must not be a variable that is set for it: MILLWRIGHT_…, HOME, HOSTNAME, PATH, LD_…, KUBERNETES_…';
  test.each(['MILLWRIGHT_TOPIC', 'HOME', 'HOSTNAME', 'PATH', 'LD_PRELOAD', 'KUBERNETES_SERVICE_HOST'])(
    'the variable %s is refused: it is set for it',
    (name) => {
      expect(refused({ env: { [name]: 'x' } })).toEqual([`env.${name}: ${RESERVED}`]);
    },
  );

  test.each(['MILLWRIGHT', 'HOMES', 'MY_PATH', '_', 'a1'])('the variable %s is its own', (name) => {
    expect(refused({ env: { [name]: '$(NAME) is kept' } })).toEqual([]);
  });

  test.each([
    [
      'a variable that begins with a digit',
      { env: { '1A': 'x' } },
      'env.1A: must be the name of an environment variable: letters, digits and underscores',
    ],
    ['a value of two lines', { env: { A: 'x\ny' } }, 'env.A: must be one line without control characters or invisible separators'],
    ['a value that is too long', { env: { A: 'x'.repeat(4097) } }, 'env.A: must have at most 4096 characters'],
    ['an argument of two lines', { args: ['x\ny'] }, 'args.0: must be one line without control characters or invisible separators'],
    [
      'a limit below the request',
      { resources: { memoryMiB: [128, 64] } },
      'resources.memoryMiB: must have the request first, and a limit that is not below it',
    ],
    [
      'a health port that only root may open',
      { health: { port: 80 } },
      'health.port: must be a port from 1024 to 65535: the container is not root',
    ],
    ['a health port that is none', { health: { port: 65_536 } }, 'health.port: must be a port from 1 to 65535'],
    ['a health path that is none', { health: { port: 8080, path: 'health' } }, 'health.path: must be a path such as /health'],
    [
      'a name that it reaches',
      { reaches: [{ address: 'db.example.com', port: 443, purpose: 'x' }] },
      'reaches.0.address: must be an IP address, or a network in CIDR notation',
    ],
    [
      'port 0 that it reaches',
      { reaches: [{ address: '192.0.2.1', port: 0, purpose: 'x' }] },
      'reaches.0.port: must be a port from 1 to 65535',
    ],
    ['a Secret without a purpose', { secrets: { login: { purpose: '' } } }, 'secrets.login.purpose: must not be empty'],
  ])('%s is refused', (_, change, message) => {
    expect(refused(change)).toEqual([message]);
  });

  test.each([
    ['no scratch at all', { scratchMiB: 0 }, 'scratchMiB'],
    ['more scratch than 4 GiB', { scratchMiB: 4097 }, 'scratchMiB'],
    ['a password in place of a purpose', { secrets: { login: { purpose: 'x', password: 'y' } } }, 'secrets.login'],
    ['more processor time than a node has', { resources: { cpuMillis: [1, 64_001] } }, 'resources.cpuMillis.1'],
    ['no processor time', { resources: { cpuMillis: [0, 1] } }, 'resources.cpuMillis.0'],
    ['an image’s command', { command: ['sh'] }, ''],
  ])('%s is refused', (_, change, path) => {
    expect(refused(change).map((text) => text.slice(0, text.indexOf(':')))).toEqual([path]);
  });

  test('a network and an address that it reaches are kept, TCP unless stated', () => {
    const reaches = [
      { address: '192.0.2.0/28', port: 443, purpose: 'licence' },
      { address: '2001:db8::1', port: 123, protocol: 'UDP', purpose: 'clock' },
    ];
    expect(schema.parse({ ...MINIMAL, reaches }).reaches).toEqual([{ ...reaches[0], protocol: 'TCP' }, reaches[1]]);
  });
});
