/**
 * Tests of the rendered objects on real nodes: containerd, kubelet and kube-proxy on computers that the tests make of namespaces; see
 * test/node/programs for what they need. Root is needed, and cgroups of version 1.
 */
module.exports = {
  rootDir: '../..',
  testMatch: ['<rootDir>/test/node/**/*.test.ts'],
  testEnvironment: 'node',
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } }],
  },
  maxWorkers: 1,
  testTimeout: 180_000,
  // The first test of a fresh checkout builds Kubernetes.
  globalSetup: '<rootDir>/test/node/programs/setup.cjs',
};
