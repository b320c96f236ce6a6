import { gitServer } from '../../../infra/flux/git-server';

const contract = { addresses: ['198.51.100.8/29', '192.0.2.0/28'], git: { url: 'https://git.factory.example.com/git', port: 443 } };
const of = (url: string, gitAddresses?: string[]) =>
  gitServer({
    repository: { url, branch: 'main', folder: '.' },
    contract,
    flux: { by: 'millwright', ...(gitAddresses ? { gitAddresses } : {}) },
  });

describe('the Git server that Flux pulls from', () => {
  test("is at the centre's addresses where the repository is on its Git server, whatever the port", () => {
    const networks = ['192.0.2.0/28', '198.51.100.8/29'];
    expect(of('https://git.factory.example.com/git/plants/leeds')).toEqual({ networks, port: 443, anywhere: false });
    expect(of('https://git.factory.example.com:8443/git/plants/leeds')).toEqual({ networks, port: 8443, anywhere: false });
  });

  test('is where the estate says', () => {
    expect(of('ssh://git@git.example.org/leeds.git', ['203.0.113.10/32', '203.0.113.1/32'])).toEqual({
      networks: ['203.0.113.1/32', '203.0.113.10/32'],
      port: 22,
      anywhere: false,
    });
    expect(of('https://git.factory.example.com/git/plants/leeds', ['203.0.113.10/32']).networks).toEqual(['203.0.113.10/32']);
  });

  test('may be anywhere where nobody says', () => {
    expect(of('ssh://git.example.org:2222/leeds.git')).toEqual({ networks: ['0.0.0.0/0', '::/0'], port: 2222, anywhere: true });
    // A name that only ends like that of the centre's is another one.
    expect(of('https://evil-git.factory.example.com/leeds').anywhere).toBe(true);
  });
});
