/**
 * Test files that `npm test` leaves to `npm run test:all`: their work is done by other programs, which are killed, driven
 * or packed, or by the nets over folders of photographs, or they wait for what takes its time. They take more than half of
 * the time of all.
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
  ...['client-runtimes', 'evidence-store', 'first-integration', 'nginx', 'package', 'python-client'],
  ...['several-servers', 'suite-results', 'tracing', 'verifyhq-client'],
  // The nets over folders of photographs.
  ...['pad-regression', 'traits-accuracy'],
]

/** Beside what they test: starts of several processes at one folder, and pictures whose servers never answer. */
const elsewhere = ['src/dialects/indiconnect/picture.test.ts', 'src/installation/installation.test.ts']

/** Paths below the root of the tree. */
export const longTests = [...names.map((name) => `test/${name}.test.ts`), ...elsewhere]
