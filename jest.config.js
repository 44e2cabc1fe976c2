// One project per tier. `scripts/test.ts` runs them one after another; each can also run alone
// with `npm run test:<tier>`. Needs NODE_OPTIONS=--experimental-vm-modules, which the script sets.
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
};

export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/{protocol,server,client,cli,operator}/src/**/*.test.ts',
        '<rootDir>/test/{cluster,images,demo,chart,vectors,lossless}/**/*.test.ts',
        '<rootDir>/test/{bench,bench-operator}/!(*.smoke).test.ts',
        '<rootDir>/scripts/**/*.test.ts',
      ],
    },
    {
      ...common,
      displayName: 'server',
      setupFilesAfterEnv: ['<rootDir>/test/wire/case-timeout.ts'],
      testMatch: ['<rootDir>/test/{wire,fuzz}/**/*.test.ts', '<rootDir>/test/bench/*.smoke.test.ts'],
    },
    {
      ...common,
      displayName: 'faults',
      testMatch: ['<rootDir>/test/chaos/**/*.test.ts', '<rootDir>/test/bench-operator/*.smoke.test.ts'],
    },
    { ...common, displayName: 'cluster', testMatch: ['<rootDir>/test/e2e/**/*.test.ts'] },
  ],
};
