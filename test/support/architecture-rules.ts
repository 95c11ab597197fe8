/**
 * Who may import whom: the table of docs/contributors/architecture.md. What a folder may not import is everything that
 * is not listed, so that a new folder or package is refused until somebody decides.
 */

export interface ImportRule {
  name: string;
  /** The folder (or file) that the rule is about; a folder ends with a slash. */
  from: string;
  /** Parts of it that have a rule of their own. */
  except?: readonly string[];
  /** Folders, files and packages (`npm:zod`, `npm:*`, `node:*`) that it may import besides itself. */
  may: readonly string[];
  /** A forbidden import, planted to see that the rule holds. */
  planted: { file: string; imports: string };
}

const NODE_ITSELF = 'node:*';
const ANY_PACKAGE = ['npm:*', NODE_ITSELF];
const PRISMA_CLIENT = 'prisma/generated/';

export const FOLDER_RULES: readonly ImportRule[] = [
  {
    name: 'lib/domain is pure',
    from: 'lib/domain/',
    may: ['npm:zod'],
    planted: { file: 'lib/domain/planted.ts', imports: 'lib/server/target.ts' },
  },
  {
    name: 'lib/domain does no input or output',
    from: 'lib/domain/',
    may: ['npm:zod'],
    planted: { file: 'lib/domain/planted.ts', imports: 'node:fs' },
  },
  {
    name: 'lib/server knows no transport',
    from: 'lib/server/',
    may: ['lib/domain/', PRISMA_CLIENT, ...ANY_PACKAGE],
    planted: { file: 'lib/server/planted.ts', imports: 'runner/target.ts' },
  },
  {
    name: 'components take props',
    from: 'components/',
    may: ['lib/domain/', 'npm:*'],
    planted: { file: 'components/planted.tsx', imports: 'lib/server/target.ts' },
  },
  {
    name: 'app never reaches the runner',
    from: 'app/',
    may: ['components/', 'lib/', ...ANY_PACKAGE],
    planted: { file: 'app/planted.tsx', imports: 'runner/target.ts' },
  },
  {
    name: 'the runner knows no page',
    from: 'runner/',
    except: ['runner/imaging/', 'runner/scoring/'],
    may: ['lib/', PRISMA_CLIENT, ...ANY_PACKAGE],
    planted: { file: 'runner/planted.ts', imports: 'components/target.ts' },
  },
  {
    name: 'imaging stands alone',
    from: 'runner/imaging/',
    may: ['lib/domain/', ...ANY_PACKAGE],
    planted: { file: 'runner/imaging/planted.ts', imports: 'runner/scoring/target.ts' },
  },
  {
    name: 'scoring reads images and nothing else of the runner',
    from: 'runner/scoring/',
    may: ['lib/domain/', 'runner/imaging/', ...ANY_PACKAGE],
    planted: { file: 'runner/scoring/planted.ts', imports: 'runner/target.ts' },
  },
  {
    name: 'the command speaks to a site over HTTP',
    from: 'cli/',
    except: ['cli/admin/'],
    may: ['examples/', 'lib/domain/', 'runner/', ...ANY_PACKAGE],
    planted: { file: 'cli/planted.ts', imports: 'lib/server/target.ts' },
  },
  {
    // Accounts, and scores compared where the key is: what is done on the host, with a login of the database.
    name: 'the commands for hosts reach the database by use cases',
    from: 'cli/admin/',
    may: ['cli/', 'lib/', 'runner/', 'scripts/', ...ANY_PACKAGE],
    planted: { file: 'cli/admin/planted.ts', imports: 'app/target.ts' },
  },
  {
    name: 'examples know no site',
    from: 'examples/',
    may: ['lib/domain/', 'runner/', ...ANY_PACKAGE],
    planted: { file: 'examples/planted.ts', imports: 'cli/target.ts' },
  },
  {
    name: 'migrations know the queue',
    from: 'prisma/',
    may: ['lib/platform/queue/queue.ts', ...ANY_PACKAGE],
    planted: { file: 'prisma/planted.ts', imports: 'app/target.ts' },
  },
];

/** Packages and files that one module alone may import: the doors that everything else goes through. */
export const ONLY_DOORS: readonly { name: string; to: string; only: readonly string[]; planted: string }[] = [
  {
    name: 'one module talks to the engine',
    to: 'npm:dockerode',
    only: ['runner/sandbox/engine/docker.ts'],
    planted: 'runner/planted.ts',
  },
  {
    name: 'rows are touched by use cases',
    to: 'npm:@prisma/client',
    only: ['lib/server/', 'prisma/generated/'],
    planted: 'app/planted.tsx',
  },
  {
    name: 'the test set is opened by the pipeline',
    to: 'runner/secrets/test-set.ts',
    only: [
      'runner/pipeline/evaluate.ts',
      'runner/pipeline/rescore.ts',
      'runner/pipeline/score-output.ts',
      'runner/start-runner.ts',
      'runner/secrets/test-set.ts',
      'test/',
    ],
    planted: 'cli/planted.ts',
  },
  {
    name: 'nothing that is shipped imports a script or a test',
    to: 'scripts/',
    only: ['scripts/', 'test/', 'cli/admin/', 'playwright.config.ts'],
    planted: 'runner/planted.ts',
  },
];

const literal = (path: string) => path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** A path of the tree or a package, as dependency-cruiser resolves them. */
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
  const cycles = {
    name: 'no cycles',
    severity: 'error' as const,
    from: {},
    // Types alone may refer to each other: nothing of that is left at run time.
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only' as const] } },
  };
  return [...folders, ...doors, cycles];
}
