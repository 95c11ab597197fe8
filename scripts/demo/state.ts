import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const accountSchema = z.strictObject({
  name: z.string(),
  email: z.string(),
  password: z.string(),
  token: z.string().nullable(),
});
export type Account = z.infer<typeof accountSchema>;

/** HELDOUT_HOME/demo/state.json (mode 600): what the demo created and a second start reuses. */
const stateSchema = z.strictObject({
  /** Secret seed of the hidden cases: the generator is public, so a known seed would reveal the masks. */
  hiddenSeed: z.string(),
  accounts: z.record(z.string(), accountSchema),
  /** What the data and images were made from, by their folder or file. */
  madeFrom: z.record(z.string(), z.string()),
  /** Which recipient the imported test sets are sealed to, and the hash of their data, by data set. */
  imported: z.record(z.string(), z.strictObject({ recipient: z.string(), madeFrom: z.string() })),
});
export type State = z.infer<typeof stateSchema>;

export interface DemoFolder {
  path: string;
  state: State;
  save: () => void;
}

export function openDemoFolder(home: string): DemoFolder {
  const path = join(home, 'demo');
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const file = join(path, 'state.json');
  const state: State = existsSync(file)
    ? stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
    : { hiddenSeed: randomBytes(32).toString('hex'), accounts: {}, madeFrom: {}, imported: {} };
  const save = () => {
    const aside = `${file}.${process.pid}`;
    writeFileSync(aside, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
    renameSync(aside, file);
  };
  save();
  return { path, state, save };
}
