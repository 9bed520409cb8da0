// Who may import whom, as rules: `npm run arrows`.
//
//   protocols → sim/protocol.ts, zod, @noble/hashes
//   sim       → nothing of ours, a short list of packages
//   tui       → sim, and each protocol's view
//   cli       → sim, protocols/registry.ts, and tui by dynamic import
//   test, bench, scripts → everything;  nobody imports tui, cli, test, bench or scripts
//
// `test/repository/arrows.test.ts` breaks each rule once, to show that it bites.

/** A package, in whichever place it was found, as a regular expression over resolved paths. */
const packages = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)`;
const anyPackage = packages('.*');

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'protocols-use-the-front-door',
      comment:
        'A protocol is a pure machine behind one contract. If it could reach the engine itself, it could do what no recording ' +
        'sees. Import from sim/protocol.ts; what is missing there is either added to it, or not for protocols.',
      severity: 'error',
      from: { path: '^protocols/' },
      to: { path: '^sim/', pathNot: '^sim/protocol\\.ts$' },
    },
    {
      name: 'protocols-stand-alone',
      comment:
        'Each protocol is read, changed and removed on its own. What two of them share goes to protocols/common; only the ' +
        'registry knows them all, and none of them knows the registry.',
      severity: 'error',
      from: { path: '^protocols/([^/]+)/' },
      to: { path: '^protocols/', pathNot: '^protocols/($1|common)/' },
    },
    {
      name: 'protocols-know-no-user',
      comment: 'A protocol does not know who shows, starts or tests it: the arrows point towards it.',
      severity: 'error',
      from: { path: '^protocols/' },
      to: { path: '^(tui|cli|test|bench|scripts)/' },
    },
    {
      name: 'protocols-use-few-packages',
      comment:
        'A package in a handler may keep state, read a clock or draw a number unseen. zod (configuration) and @noble/hashes ' +
        '(identifiers) do neither. Another one needs a decision record and its name in this rule.',
      severity: 'error',
      from: { path: '^protocols/' },
      to: { path: anyPackage, pathNot: packages('zod', '@noble/hashes') },
    },
    {
      name: 'sim-knows-nothing-of-ours',
      comment:
        'The engine receives systems as values and knows no protocol, so that a sixth one needs no change in it; and it ' +
        'knows no screen, so that a run is the same with one and without.',
      severity: 'error',
      from: { path: '^sim/' },
      to: { path: '^(protocols|tui|cli|test|bench|scripts)/' },
    },
    {
      name: 'sim-uses-few-packages',
      comment:
        'What a run is made of must be the same everywhere and next year. Each of these packages was looked at for that: see ' +
        'docs/decisions. Another one needs a record there and its name in this rule.',
      severity: 'error',
      from: { path: '^sim/' },
      to: {
        path: anyPackage,
        pathNot: packages(
          'seedrandom',
          '@types/seedrandom',
          '@stdlib/.*',
          '@noble/hashes',
          'zod',
          'yaml',
          'hdr-histogram-js',
          'fastest-levenshtein',
        ),
      },
    },
    {
      name: 'no-node-in-sim-and-protocols',
      comment:
        'The engine runs alike in a worker, a test, or a browser. Files, processes and clocks belong to cli/, which hands in ' +
        'what it has read.',
      severity: 'error',
      from: { path: '^(sim|protocols)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'tui-sees-views-only',
      comment:
        "The dashboard draws a protocol's view model. If it looked into the state, each change of a protocol would break the " +
        'screen. Put what it needs into protocols/<name>/view.ts.',
      severity: 'error',
      from: { path: '^tui/' },
      to: { path: '^protocols/', pathNot: '^protocols/[^/]+/view\\.ts$' },
    },
    {
      name: 'cli-asks-the-registry',
      comment: 'A command that names a protocol would have to change with each new one. Ask protocols/registry.ts.',
      severity: 'error',
      from: { path: '^(cli|scripts)/' },
      to: { path: '^protocols/', pathNot: '^protocols/registry\\.ts$' },
    },
    {
      name: 'cli-loads-the-dashboard-late',
      comment:
        'Ink and React take as long to load as a short run takes in all, and a run without a terminal needs neither. Write ' +
        "await import('../tui/...'); types may be imported as usual, they vanish.",
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: `^tui/|${packages('ink', 'react')}`, dynamic: false, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nobody-imports-tui',
      comment: 'The dashboard is a leaf: with it gone, every run must still be the same.',
      severity: 'error',
      from: { pathNot: '^(tui|cli|test|bench|scripts)/' },
      to: { path: '^tui/' },
    },
    {
      name: 'nobody-imports-cli',
      comment: 'The commands are the outermost shell. What another folder needs from there belongs in sim/.',
      severity: 'error',
      from: { pathNot: '^(cli|test|bench|scripts)/' },
      to: { path: '^cli/' },
    },
    {
      name: 'nobody-imports-test-bench-or-scripts',
      comment: 'Nothing that a user runs may depend on what only a developer needs.',
      severity: 'error',
      from: { pathNot: '^(test|bench|scripts)/|^[^/]+$' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'no-cycles',
      comment:
        'In a cycle no file can be read, tested or moved first. Move what both sides need into a third file. Types count too.',
      severity: 'error',
      from: { path: '^(sim|protocols|cli|tui|test|bench|scripts)/' },
      to: { circular: true },
    },
    {
      name: 'no-undeclared-packages',
      comment:
        'A package that is there only because another one brought it goes away with that one. Declare it in package.json.',
      severity: 'error',
      from: { path: '^(sim|protocols|cli|tui|test|bench|scripts)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-development-packages-at-run-time',
      comment: 'What a user runs must work with the run-time dependencies alone. Types vanish, and are exempt.',
      severity: 'error',
      from: { path: '^(sim|protocols|cli|tui)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: packages('@types/.*') },
    },
    {
      name: 'no-missing-modules',
      comment: 'An import that resolves to nothing fails only when that line runs, perhaps in the middle of a run.',
      severity: 'error',
      from: { path: '^(sim|protocols|cli|tui|test|bench|scripts)/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // TypeScript 7 has no parser that other tools may call; swc's reads the same language and sees type-only imports.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)node_modules/[^@]+/node_modules/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
    skipAnalysisNotInRules: true,
    cache: false,
  },
};
