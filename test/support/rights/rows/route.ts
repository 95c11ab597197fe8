import type { Action } from '#lib/domain/rights/actions.ts';
import { type Call, calls, type Row } from '#test/support/rights/attempts.ts';
import type { Actor, Stage } from '#test/support/rights/stage.ts';

export type Prepared = Call & { path: string };

/** A row of the API: a method and a path of the table of routes, and how it is called. */
export function route(
  entry: string,
  action: Action,
  prepare: (stage: Stage, actor: Actor) => Prepared | Promise<Prepared>,
): Row {
  const method = entry.split(' ')[0] as 'GET' | 'POST' | 'PUT';
  return {
    entry,
    action,
    attempt: async (stage, actor) => {
      const { path, ...call } = await prepare(stage, actor);
      return calls(stage, actor, path, { method, ...call });
    },
  };
}
