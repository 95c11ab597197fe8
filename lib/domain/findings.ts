/** One line of a check: what there is, and the impact of what is missing. */
export type Finding = {
  name: string;
  /** `error`: what it concerns doesn't work. `warning`: it works, with the given impact. */
  state: 'ok' | 'warning' | 'error';
  found: string;
  impact?: string;
};

/** A finding of a condition that should hold, with the impact where it doesn't. */
export function findingOf(
  name: string,
  isFine: boolean,
  found: string,
  impact: { error?: string; warning?: string },
): Finding {
  if (isFine) return { name, state: 'ok', found };
  const state = impact.error ? 'error' : 'warning';
  return { name, state, found, impact: impact.error ?? impact.warning ?? '' };
}
