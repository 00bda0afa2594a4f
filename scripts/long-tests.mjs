/**
 * Test files that `npm test` leaves to `npm run test:all`: their work is done by other programs, which are killed, driven
 * or packed, or by the nets over folders of photographs. They take half of the time of all.
 */
const names = [
  // Servers, engines and machines that end in the middle of something.
  ...['accepted-crash', 'crash', 'didit-crash', 'faults-data', 'faults-engine', 'fleet', 'power-cut'],
  ...['slow-callers', 'supervision', 'webhook-crash'],
  // Chromium.
  ...['capture-page', 'console', 'playground'],
  // Packages, clients in other languages, the command line as a process, nginx.
  ...[
    'cashfree-client',
    'commands',
    'didit-webhooks',
    'first-use',
    'generated-clients',
    'indiconnect-clients',
  ],
  ...['nginx', 'package', 'python-client', 'several-servers', 'verifyhq-client'],
  // The nets over folders of photographs.
  ...['pad-regression', 'traits-accuracy'],
]

/** Paths below the root of the tree. */
export const longTests = names.map((name) => `test/${name}.test.ts`)
