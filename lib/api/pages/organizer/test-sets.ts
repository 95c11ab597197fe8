/** A sealed test set, for organizers. */
export interface TestSetEntry {
  id: string;
  recipient: string;
  caseCount: number;
  bytes: number;
  sha256: string;
  createdAt: string;
  phaseSlugs: string[];
  /** Those that the organizer gave to the site; empty without a phase. */
  strata: StratumState[];
}

export interface StratumState {
  id: string;
  of: string;
  name: string;
  /** Without the held-back ones. */
  caseCount: number;
  /**
   * Why it isn't shown: fewer than 10 of its cases are on display; or it would tell about fewer than 10 cases of `of`
   * (`shown`, `heldBack`, or the ones that count for a metric); or no metric ranks single cases. null if it is shown.
   */
  withheld: { why: 'FEW' | 'DIFFERENCE' | 'NOT_RANKED'; of: string | null } | null;
}
