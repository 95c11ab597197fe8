/** What a Wilcoxon test needs of one pair. */
export interface SignedRanks {
  /** Differences that aren't zero. */
  n: number;
  /** W⁺: the sum of the ranks of the positive ones; ties have the mean of their ranks. */
  positive: number;
  /** Σ (t³ − t) over groups of t equal magnitudes. */
  ties: number;
}
