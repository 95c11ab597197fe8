import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '#scripts/root.ts';

/** Every file of the repository, from its root: what git tracks or would add. */
export function repositoryFiles(): string[] {
  // Root may look at a clone of somebody else's, as in a container.
  const args = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const names = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).split('\0');
  return [...new Set(names)].filter((name) => name !== '' && existsSync(join(ROOT, name)));
}
