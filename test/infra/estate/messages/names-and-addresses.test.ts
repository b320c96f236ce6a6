import { minimalWith, toldOf } from '../../rules/found';

// biome-ignore lint/suspicious/noExplicitAny: each row writes into an estate what the types forbid
type Change = (estate: any) => void;

const MISTAKES: [mistake: string, change: Change, told: string][] = [
  [
    'an address with a leading zero',
    ({ plants: { york } }) => {
      york.machines['press-1'].address = '10.20.1.011';
    },
    'plants.york.machines.press-1.address: "10.20.1.011" must be an IP address such as 10.20.1.11, without leading zeros; write "10.20.1.11"',
  ],
  [
    'an address with a space behind it',
    ({ plants: { york } }) => {
      york.machines['press-1'].address = '10.20.1.11 ';
    },
    'plants.york.machines.press-1.address: "10.20.1.11 " must be an IP address such as 10.20.1.11, without leading zeros; write "10.20.1.11"',
  ],
  [
    'an address with a port',
    ({ plants: { york } }) => {
      york.machines['press-1'].address = '10.20.1.11:102';
    },
    'plants.york.machines.press-1.address: "10.20.1.11:102" must be an IP address such as 10.20.1.11, without leading zeros; write "10.20.1.11"',
  ],
  [
    'an address that cannot be',
    ({ plants: { york } }) => {
      york.machines['press-1'].address = '10.20.1.311';
    },
    `plants.york.machines.press-1.address: "10.20.1.311" must be an IP address such as 10.20.1.11, without leading zeros; correct it (IP address of the machine's controller)`,
  ],
  [
    'an address that YAML read as a number',
    ({ plants: { york } }) => {
      york.machines['press-1'].address = 10.2;
    },
    "plants.york.machines.press-1.address: 10.2 must be an IP address such as 10.20.1.11, without leading zeros; correct it (IP address of the machine's controller)",
  ],
  [
    'an address in a list',
    ({ plants: { york } }) => {
      york.machines['press-1'].address = ['10.20.1.11'];
    },
    'plants.york.machines.press-1.address: ["10.20.1.11"] must be an IP address such as 10.20.1.11, without leading zeros; write "10.20.1.11"',
  ],
  [
    'a name in place of an address',
    ({ plants: { york } }) => {
      york.machines['press-1'].address = 'press-1.example.com';
    },
    `plants.york.machines.press-1.address: "press-1.example.com" must be an IP address such as 10.20.1.11, without leading zeros; correct it (IP address of the machine's controller)`,
  ],
  [
    'an address of a node as a network',
    ({ plants: { york } }) => {
      york.networks.nodes = '10.20.1.5/24';
    },
    'plants.york.networks.nodes: "10.20.1.5/24" must be a network with its length, such as 10.20.1.0/24, whose host bits are zero; write "10.20.1.0/24"',
  ],
  [
    'a network without its length',
    ({ plants: { york } }) => {
      york.networks.nodes = '10.20.1.0';
    },
    'plants.york.networks.nodes: "10.20.1.0" must be a network with its length, such as 10.20.1.0/24, whose host bits are zero; correct it (Network of the nodes)',
  ],
  [
    'a name with capitals',
    ({ plants: { york } }) => {
      york.machines['Press-2'] = { type: 'press', address: '10.20.1.12' };
    },
    'plants.york.machines.Press-2: "Press-2" must be lower-case letters, digits and single hyphens, begin with a letter, end with a letter or digit, and have at most 40 characters; name it press-2, for example',
  ],
  [
    'a name with an underscore',
    ({ plants: { york } }) => {
      york.machines.press_2 = { type: 'press', address: '10.20.1.12' };
    },
    'plants.york.machines.press_2: "press_2" must be lower-case letters, digits and single hyphens, begin with a letter, end with a letter or digit, and have at most 40 characters; name it press-2, for example',
  ],
  [
    'a name with umlauts',
    ({ plants: { york } }) => {
      york.machines.Säge = { type: 'press', address: '10.20.1.12' };
    },
    'plants.york.machines["Säge"]: "Säge" must be lower-case letters, digits and single hyphens, begin with a letter, end with a letter or digit, and have at most 40 characters; name it saege, for example',
  ],
  [
    'a name that refers with a capital',
    ({ plants: { york } }) => {
      york.machines['press-1'].type = 'Press';
    },
    'plants.york.machines.press-1.type: "Press" must be lower-case letters, digits and single hyphens, begin with a letter, end with a letter or digit, and have at most 40 characters; write "press"',
  ],
  [
    'a registry with its scheme',
    ({ plants: { york } }) => {
      york.images = { registry: 'https://registry.example.com/' };
    },
    'plants.york.images.registry: "https://registry.example.com/" must be a registry host with an optional port and path, such as registry.example.com/mirror; write "registry.example.com"',
  ],
  [
    'a domain with capitals',
    ({ centrals }) => {
      centrals.centre.domain = 'Factory.example.com';
    },
    'centrals.centre.domain: "Factory.example.com" must be a lower-case DNS name with at least two labels, such as factory.example.com; write "factory.example.com"',
  ],
  [
    'a domain as an address of the web',
    ({ centrals }) => {
      centrals.centre.domain = 'https://factory.example.com';
    },
    'centrals.centre.domain: "https://factory.example.com" must be a lower-case DNS name with at least two labels, such as factory.example.com; write "factory.example.com"',
  ],
  [
    'a realm in small letters',
    ({ centrals }) => {
      centrals.centre.realm = 'factory.example.com';
    },
    'centrals.centre.realm: "factory.example.com" must be a Kerberos realm in capitals, such as FACTORY.EXAMPLE.COM, of 200 characters at most; write "FACTORY.EXAMPLE.COM"',
  ],
  [
    'no network of the central cluster',
    ({ centrals }) => {
      centrals.centre.addresses = [];
    },
    'centrals.centre.addresses: [] must name at least one network: network policies know addresses, not names; correct it (Networks in which the services of the central cluster are reached from the plants)',
  ],
  [
    'a repository as the git command line writes it',
    ({ plants: { york } }) => {
      york.repository = { url: 'git@git.example.com:plants/york.git' };
    },
    'plants.york.repository.url: "git@git.example.com:plants/york.git" must be an https or ssh address of a Git repository, without a password; write "ssh://git@git.example.com/plants/york.git"',
  ],
  [
    'a repository with a password',
    ({ plants: { york } }) => {
      york.repository = { url: 'https://flux:secret@git.example.com/york.git' };
    },
    'plants.york.repository.url: "https://(hidden)@git.example.com/york.git" must be an https or ssh address of a Git repository, without a password; correct it (Address of the Git repository. Default: plants/NAME on the Git server of the central cluster)',
  ],
  [
    'a folder without its dot',
    ({ plants: { york } }) => {
      york.repository = { folder: 'york' };
    },
    'plants.york.repository.folder: "york" must be a relative folder such as ./leeds; write "./york"',
  ],
];

describe('what a person is told about names and addresses', () => {
  test.each(MISTAKES)('%s', (_, change, message) => {
    expect(toldOf(minimalWith(change))).toEqual([`error: ${message}`]);
  });
});
