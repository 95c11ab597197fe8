/**
 * Allowed imports between folders, as in the table of docs/contributors/architecture.md. Whatever a rule
 * doesn't list is forbidden, so a new folder or package fails the test until it is added here.
 */

export interface ImportRule {
  name: string;
  /** The folder (ending with a slash) or file that the rule applies to. */
  from: string;
  /** Parts with their own rule. */
  except?: readonly string[];
  /** Folders, files and packages (`npm:zod`, `npm:*`, `node:*`) that it may import besides itself. */
  may: readonly string[];
  /** Forbidden imports that a test adds to prove that the rule finds them. */
  planted: readonly { file: string; imports: string }[];
}

const NODE_ITSELF = 'node:*';
const ANY_PACKAGE = ['npm:*', NODE_ITSELF];
const PRISMA_CLIENT = 'prisma/generated/';

export const FOLDER_RULES: readonly ImportRule[] = [
  {
    name: 'lib/domain is pure',
    from: 'lib/domain/',
    may: ['npm:zod', 'npm:unhomoglyph'],
    planted: [
      { file: 'lib/domain/planted.ts', imports: 'lib/api/target.ts' },
      { file: 'lib/domain/planted.ts', imports: 'lib/platform/target.ts' },
      { file: 'lib/domain/planted.ts', imports: 'node:fs' },
      { file: 'lib/domain/planted.ts', imports: 'pino' },
    ],
  },
  {
    name: 'lib/api holds schemas',
    from: 'lib/api/',
    may: ['lib/domain/', 'npm:zod'],
    planted: [
      { file: 'lib/api/planted.ts', imports: 'lib/site/target.ts' },
      { file: 'lib/api/planted.ts', imports: 'node:fs' },
    ],
  },
  {
    name: 'lib/platform adapts and decides nothing',
    from: 'lib/platform/',
    may: ['lib/domain/', PRISMA_CLIENT, ...ANY_PACKAGE],
    planted: [
      { file: 'lib/platform/planted.ts', imports: 'lib/site/target.ts' },
      { file: 'lib/platform/planted.ts', imports: 'lib/evaluations/target.ts' },
      { file: 'lib/platform/planted.ts', imports: 'lib/api/target.ts' },
    ],
  },
  {
    name: 'the site cannot record a score',
    from: 'lib/site/',
    // Templates of challenges are definitions, and nothing else.
    may: [
      ...['lib/domain/', 'lib/api/', 'lib/platform/', 'examples/challenges/'],
      ...[PRISMA_CLIENT, ...ANY_PACKAGE],
    ],
    planted: [
      { file: 'lib/site/planted.ts', imports: 'lib/evaluations/target.ts' },
      { file: 'lib/site/planted.ts', imports: 'examples/target.ts' },
      { file: 'lib/site/planted.ts', imports: 'runner/target.ts' },
      { file: 'lib/site/planted.ts', imports: 'app/target.ts' },
    ],
  },
  {
    name: "the runner's use cases know no site",
    from: 'lib/evaluations/',
    may: ['lib/domain/', 'lib/platform/', PRISMA_CLIENT, ...ANY_PACKAGE],
    planted: [
      { file: 'lib/evaluations/planted.ts', imports: 'lib/site/target.ts' },
      { file: 'lib/evaluations/planted.ts', imports: 'lib/api/target.ts' },
    ],
  },
  {
    name: 'components take props',
    from: 'components/',
    may: ['lib/domain/', 'lib/api/', 'npm:*'],
    planted: [
      { file: 'components/planted.tsx', imports: 'lib/site/target.ts' },
      { file: 'components/planted.tsx', imports: 'lib/platform/target.ts' },
      { file: 'components/planted.tsx', imports: 'node:fs' },
    ],
  },
  {
    name: 'app calls use cases and renders',
    from: 'app/',
    may: ['components/', 'lib/site/', 'lib/api/', 'lib/domain/', ...ANY_PACKAGE],
    planted: [
      { file: 'app/planted.tsx', imports: 'lib/platform/target.ts' },
      { file: 'app/planted.tsx', imports: 'lib/evaluations/target.ts' },
      { file: 'app/planted.tsx', imports: 'runner/target.ts' },
    ],
  },
  {
    name: 'the HTTP server starts Next and the workers, and calls no use case',
    from: 'server/',
    may: [
      'lib/api/problem.ts',
      'lib/api/pages/reader.ts',
      'lib/domain/minutes.ts',
      'lib/platform/database.ts',
      'lib/platform/notifications.ts',
      'lib/site/environment.ts',
      'lib/site/page-reader.ts',
      'lib/site/accounts/client-address.ts',
      'lib/site/mail/mail-worker.ts',
      'lib/site/notifications/notice-worker.ts',
      'npm:next',
      NODE_ITSELF,
    ],
    planted: [
      { file: 'server/planted.ts', imports: 'lib/site/site.ts' },
      { file: 'server/planted.ts', imports: 'app/target.ts' },
      { file: 'server/planted.ts', imports: 'runner/target.ts' },
    ],
  },
  {
    name: 'the runner knows no site and no page',
    from: 'runner/',
    except: ['runner/imaging/', 'runner/scoring/'],
    may: ['lib/domain/', 'lib/platform/', 'lib/evaluations/', PRISMA_CLIENT, ...ANY_PACKAGE],
    planted: [
      { file: 'runner/planted.ts', imports: 'lib/site/target.ts' },
      { file: 'runner/planted.ts', imports: 'lib/api/target.ts' },
      { file: 'runner/planted.ts', imports: 'components/target.ts' },
    ],
  },
  {
    name: 'imaging depends on nothing else',
    from: 'runner/imaging/',
    may: ['lib/domain/', ...ANY_PACKAGE],
    planted: [{ file: 'runner/imaging/planted.ts', imports: 'runner/scoring/target.ts' }],
  },
  {
    name: 'scoring reads images and nothing else of the runner',
    from: 'runner/scoring/',
    may: ['lib/domain/', 'runner/imaging/', ...ANY_PACKAGE],
    planted: [
      { file: 'runner/scoring/planted.ts', imports: 'runner/target.ts' },
      { file: 'runner/scoring/planted.ts', imports: 'lib/platform/target.ts' },
    ],
  },
  {
    name: 'the command speaks to a site over HTTP',
    from: 'cli/',
    except: ['cli/admin/'],
    may: [
      'examples/',
      'lib/domain/',
      'lib/api/',
      'lib/platform/archives/',
      'lib/platform/encryption/',
      'runner/',
      ...ANY_PACKAGE,
    ],
    planted: [
      { file: 'cli/planted.ts', imports: 'lib/site/target.ts' },
      { file: 'cli/planted.ts', imports: 'lib/platform/target.ts' },
    ],
  },
  {
    // Bundled apart from the site's own pages, which never import it.
    name: 'workers of the browser run the code of the command',
    from: 'browser/',
    may: [
      'cli/dataset/',
      'cli/task/',
      'cli/testset/',
      'cli/command.ts',
      'lib/domain/',
      'lib/api/',
      'runner/',
      'npm:*',
    ],
    planted: [
      { file: 'browser/planted.ts', imports: 'lib/site/target.ts' },
      { file: 'browser/planted.ts', imports: 'cli/admin/target.ts' },
    ],
  },
  {
    // Accounts and rescoring, which run on a host with a database login.
    name: 'the commands for hosts reach the database by use cases',
    from: 'cli/admin/',
    may: ['cli/', 'lib/', 'runner/', 'scripts/', ...ANY_PACKAGE],
    planted: [{ file: 'cli/admin/planted.ts', imports: 'app/target.ts' }],
  },
  {
    name: 'examples know no site',
    from: 'examples/',
    may: ['lib/domain/', 'lib/api/', 'runner/', ...ANY_PACKAGE],
    planted: [
      { file: 'examples/planted.ts', imports: 'cli/target.ts' },
      { file: 'examples/planted.ts', imports: 'lib/site/target.ts' },
    ],
  },
  {
    name: 'migrations know the queue and what SQL can’t compute',
    from: 'prisma/',
    may: ['lib/platform/queue/', 'lib/domain/teams/', ...ANY_PACKAGE],
    planted: [{ file: 'prisma/planted.ts', imports: 'lib/platform/storage/target.ts' }],
  },
];

/** Packages and files that only the listed modules may import. */
export const ONLY_DOORS: readonly { name: string; to: string; only: readonly string[]; planted: string }[] = [
  {
    name: 'only one module uses the engine',
    to: 'npm:dockerode',
    only: ['runner/sandbox/engine/docker.ts'],
    planted: 'runner/planted.ts',
  },
  {
    name: 'only use cases access the database',
    to: 'npm:@prisma/client',
    only: ['lib/platform/', 'lib/site/', 'lib/evaluations/', 'prisma/generated/'],
    planted: 'app/planted.tsx',
  },
  {
    name: 'only the pipeline opens test sets',
    to: 'runner/secrets/test-set.ts',
    only: ['runner/pipeline/', 'runner/secrets/test-set.ts', 'test/'],
    planted: 'cli/planted.ts',
  },
  {
    name: 'no page imports a worker',
    to: 'browser/',
    only: ['browser/', 'test/'],
    planted: 'components/planted.tsx',
  },
  {
    name: 'nothing that is shipped imports a script',
    to: 'scripts/',
    only: ['scripts/', 'test/', 'cli/admin/', 'playwright.config.ts'],
    planted: 'runner/planted.ts',
  },
  {
    name: 'nothing that is shipped imports a test',
    to: 'test/',
    only: ['test/', 'playwright.config.ts', 'vitest.config.ts'],
    planted: 'scripts/planted.ts',
  },
];

const literal = (path: string) => path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A pattern for a path or package, as dependency-cruiser resolves them. */
function pattern(target: string): string {
  if (target === 'npm:*') return '^node_modules/';
  if (target.startsWith('npm:')) return `^node_modules/(@types/)?${literal(target.slice(4))}/`;
  return target.endsWith('/') ? `^${literal(target)}` : `^${literal(target)}$`;
}

export function forbiddenImports() {
  const folders = FOLDER_RULES.map(({ name, from, except = [], may }) => ({
    name,
    severity: 'error' as const,
    from: { path: pattern(from), pathNot: except.map(pattern) },
    to: {
      pathNot: [pattern(from), ...may.filter((target) => target !== NODE_ITSELF).map(pattern)],
      ...(may.includes(NODE_ITSELF) ? { dependencyTypesNot: ['core' as const] } : {}),
    },
  }));
  const doors = ONLY_DOORS.map(({ name, to, only }) => ({
    name,
    severity: 'error' as const,
    from: { pathNot: only.map(pattern) },
    to: { path: pattern(to) },
  }));
  // Includes type imports: two files that need each other's types should be one file, or three.
  const cycles = { name: 'no cycles', severity: 'error' as const, from: {}, to: { circular: true } };
  return [...folders, ...doors, cycles];
}
