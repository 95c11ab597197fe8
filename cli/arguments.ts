import { UsageError } from './command.ts';

/** Arguments that several commands have. */

/** The only positional argument. Throws UsageError. */
export function onlyArgument(positionals: readonly string[], what: string): string {
  const [first, ...rest] = positionals;
  if (first === undefined || rest.length > 0) throw new UsageError(`pass one ${what}.`);
  return first;
}

type Action = (args: string[]) => Promise<number>;

/** Runs the action that the first argument names, with the arguments after it. Throws UsageError. */
export function runAction(
  actions: ReadonlyMap<string, Action>,
  [name, ...args]: readonly string[],
): Promise<number> {
  if (name === undefined) throw new UsageError(`an action is missing: ${[...actions.keys()].join(' or ')}.`);
  const action = actions.get(name);
  if (!action) throw new UsageError(`unknown action "${name}".`);
  return action(args);
}
