import { parseArgs } from 'node:util';
import { runAction } from '#cli/arguments.ts';
import { CommandError } from '#cli/command.ts';
import { startProgress } from '#cli/progress.ts';
import { writeJson } from '#cli/write-json.ts';
import type { Database } from '#lib/platform/database.ts';
import { openDataKeys } from '#lib/site/datasets/data-keys.ts';
import { addKeyIfDone, dataKeyUse, wrapAnew } from '#lib/site/datasets/keys/rotate.ts';
import { dataKeyFile } from '#scripts/environment.ts';
import { withDatabase } from './with-database.ts';

const ACTIONS = new Map([
  ['status', status],
  ['rotate', rotate],
]);

export function dataKeys(args: string[]): Promise<number> {
  return runAction(ACTIONS, args);
}

async function status(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  const state = await withDatabase('site', readState);
  if (values.json) await writeJson('-', { ...state, added: null, wrapped: 0 });
  else process.stdout.write(stateText(state));
  return 0;
}

async function rotate(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { 'add-only': { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
  });
  const file = dataKeyFile();
  const result = await withDatabase('site', async (db) => {
    const added = await addKeyIfDone(db, file);
    if (added === null && values['add-only'])
      throw new CommandError(
        'No key was added: an earlier rotation isn’t finished. Finish it with heldout admin data-keys rotate.',
      );
    const progress = startProgress();
    const update = (count: number) => progress.update(`${count} keys wrapped`);
    const wrapped = values['add-only'] ? 0 : await wrapAnew(db, await openDataKeys(file), update);
    if (!values['add-only']) progress.done(`${wrapped} keys wrapped`);
    await record(db, { added, wrapped });
    return { ...(await readState(db)), added, wrapped };
  });
  if (values.json) await writeJson('-', result);
  else process.stdout.write(`${addedText(result.added)}${stateText(result)}`);
  return 0;
}

interface State {
  ids: readonly string[];
  used: Record<string, number>;
}

async function readState(db: Database): Promise<State> {
  const { ids } = await openDataKeys(dataKeyFile());
  return { ids, used: await dataKeyUse(db) };
}

async function record(db: Database, detail: { added: string | null; wrapped: number }): Promise<void> {
  const actor = { actor: 'heldout admin', client: 'heldout admin' };
  await db.auditEvent.create({ data: { ...actor, action: 'dataKey.rotate', detail } });
}

function addedText(added: string | null): string {
  return added === null
    ? 'Finished an earlier rotation. No key was added.\n'
    : `Added the data key ${added}.\n`;
}

function stateText({ ids, used }: State): string {
  const lines = ids.map((id, index) => {
    const count = used[id] ?? 0;
    const needed = count > 0 ? `${count} keys are wrapped with it` : 'nothing is wrapped with it';
    return `  ${id}  ${index === 0 ? 'newest, ' : ''}${needed}`;
  });
  const missing = Object.keys(used).filter((id) => !ids.includes(id));
  return [
    `${dataKeyFile()}:`,
    ...lines,
    ...missing.map(
      (id) => `  ${id}  MISSING: ${used[id]} keys are wrapped with it. Restore it from a backup.`,
    ),
    'Backups of the database may still need an old key. Keep it as long as you keep them.',
    '',
  ].join('\n');
}
