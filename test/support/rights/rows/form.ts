import { EMPTY_FORM } from '#components/ui/form-state.ts';
import type { Action } from '#lib/domain/rights/actions.ts';
import { type FormCall, type Row, sendsForm } from '#test/support/rights/attempts.ts';
import type { Actor, Stage } from '#test/support/rights/stage.ts';

/** A form, and how one sees afterwards that it was obeyed. */
interface Prepared extends Omit<FormCall, 'action'> {
  isDone(response: Response): boolean | Promise<boolean>;
}

export function form(
  entry: string,
  action: Action,
  prepare: (stage: Stage, actor: Actor) => Prepared | Promise<Prepared>,
): Row {
  return {
    entry,
    action,
    attempt: async (stage, actor) => {
      const { isDone, ...call } = await prepare(stage, actor);
      const response = await sendsForm(stage, actor, { action: entry, ...call });
      await response.text();
      return isDone(response);
    },
  };
}

export const state = EMPTY_FORM;

export function setsCookie(response: Response, start: string): boolean {
  return response.headers.getSetCookie().some((cookie) => cookie.startsWith(start));
}
