/** Tests against a real control plane; see test/cluster/programs for what they need to be built. */
module.exports = {
  rootDir: '../..',
  testMatch: ['<rootDir>/test/cluster/**/*.test.ts'],
  testEnvironment: 'node',
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  // Each test file has a cluster of its own, and one at a time is enough for a small machine.
  maxWorkers: 1,
  // The first test of a fresh checkout builds Kubernetes.
  testTimeout: 120_000,
};
