/** Tests that need Node alone: `npm test`. The cluster and daemon tests have configurations of their own. */
module.exports = {
  testEnvironment: 'node',
  // Two cores are what the smallest machine has; jest would leave one of them idle.
  maxWorkers: '100%',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/cluster/', '<rootDir>/test/daemons/', '<rootDir>/test/node/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/build/'],
  transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }] },
};
