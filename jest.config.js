// `scripts/test.ts` runs them one after another, tier by tier (`npm run test:<tier>`; `server-alone` is of the server tier,
// `cluster-alone` of the cluster tier).
// Needs NODE_OPTIONS=--experimental-vm-modules, which the script sets.
const common = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['/dist/'],
  setupFilesAfterEnv: ['<rootDir>/test/case-timeout.ts'],
};

// Files of the server tier that keep all processors busy, judge what happens within moments, or start a server anew on the
// port of one that has ended, which another file's server could have by then.
const alone = 'client|client-resume|cpu-time|drain|fill-up|ledger|limits|slow-consumers|tls';

// Files of the cluster tier that replace the operator or take nodes away, which all others share, or that judge what a busy
// machine changes: what the pods use and tell of themselves, how late the ticks are.
const aloneInCluster = 'embedded-cluster|lossless|plan|resource-limits|scaling|tick-storm|upgrade|upgrade-release';

export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{protocol,server,client,cli,operator}/src/**/*.test.ts',
        '<rootDir>/test/{cluster,images,demo,chart,vectors,lossless,releases,operator-memory}/**/*.test.ts',
        '<rootDir>/test/{bench,bench-operator}/!(*.smoke).test.ts',
        '<rootDir>/scripts/**/*.test.ts',
      ],
    },
    {
      ...common,
      displayName: 'server',
      testMatch: ['<rootDir>/test/{wire,fuzz}/**/*.test.ts'],
      testPathIgnorePatterns: [`/test/wire/(${alone})\\.test\\.ts$`],
    },
    {
      ...common,
      displayName: 'server-alone',
      testMatch: [`<rootDir>/test/wire/(${alone}).test.ts`, '<rootDir>/test/{bench,bench-client}/*.smoke.test.ts'],
    },
    {
      ...common,
      displayName: 'faults',
      testMatch: ['<rootDir>/test/chaos/**/*.test.ts', '<rootDir>/test/bench-operator/*.smoke.test.ts'],
    },
    {
      ...common,
      displayName: 'cluster',
      testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
      testPathIgnorePatterns: [`/test/e2e/(${aloneInCluster})\\.test\\.ts$`],
    },
    { ...common, displayName: 'cluster-alone', testMatch: [`<rootDir>/test/e2e/(${aloneInCluster}).test.ts`] },
  ],
};
