/**
 * Version of the ranking code. Raise it whenever the same scores may get another ranking: stored rankings of
 * an earlier version are then computed again.
 */
export const RANKING_VERSION = 2;
