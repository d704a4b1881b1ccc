/** Types are checked by `npm run types`; ts-jest only strips them (isolatedModules in tsconfig.json). */
module.exports = {
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/run-folder.cjs',
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: '<rootDir>/tsconfig.json' }] },
  moduleFileExtensions: ['ts', 'js', 'cjs', 'mjs', 'json', 'node'],
  maxWorkers: 3,
  testTimeout: 30_000,
  randomize: true,
}
