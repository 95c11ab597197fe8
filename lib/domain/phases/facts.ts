/** What a change of a phase may affect, for its consequences in words. */
export interface PhaseFacts {
  now: Date;
  /** Of all teams. */
  submissions: number;
  /** For each team that has submitted: its submissions that count against the quota. */
  usedTotals: readonly number[];
  /** Queued and running evaluations. */
  unfinished: number;
  hasTestSet: boolean;
}

export const NO_FACTS: Omit<PhaseFacts, 'now'> = {
  submissions: 0,
  usedTotals: [],
  unfinished: 0,
  hasTestSet: false,
};
