/** Tests against the real programs of a plant; see test/daemons/programs for what they need. Root is needed: they make network namespaces. */
module.exports = {
  rootDir: '../..',
  testMatch: ['<rootDir>/test/daemons/**/*.test.ts'],
  testEnvironment: 'node',
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  // The programs are timed: two plants at once on a small machine would only tell how slow it is.
  maxWorkers: 1,
  testTimeout: 120_000,
  // The first test of a fresh checkout builds NATS and Telegraf.
  globalSetup: '<rootDir>/test/daemons/programs/setup.cjs',
};
