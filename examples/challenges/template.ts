import { type ChallengeDefinition, challengeDefinitionSchema } from '#lib/domain/phases/phase.ts';
import type { PhaseRules } from '#lib/domain/phases/settings.ts';

/** A challenge to start from: `heldout challenge create --template NAME`. */
export interface ChallengeTemplate {
  name: string;
  /** One line for lists. */
  summary: string;
  /** Its phases open a day before `now`, so that they are open even if clocks differ. */
  define(now: Date): ChallengeDefinition;
}

/** Validated with the challenge. */
type PhaseSettings = Partial<Record<Exclude<keyof PhaseRules, 'kind' | 'seed'>, unknown>>;
type Texts = Pick<ChallengeDefinition, 'slug' | 'title' | 'question' | 'summary' | 'synthetic'>;

const DAY_MS = 24 * 3600 * 1000;
const OPEN_DAYS = 180;
/** Of a container that works for seconds to a minute on a scan. */
export const LIMITS = {
  cpus: 1,
  memoryMib: 2048,
  pids: 128,
  timeLimitSeconds: 120,
  outputMib: 128,
  imageMib: 1024,
};
const SUBMISSIONS = { submissionsPerDay: 25, submissionsTotal: 500 };
/** So that a change of the scorer can be tested on the predictions (`heldout rescore`). */
const KEPT_DAYS = 30;

/** An open phase to rehearse, and a hidden one with the same settings. Throws ZodError. */
export function defineChallenge(
  now: Date,
  { settings, ...texts }: Texts & { settings: PhaseSettings },
): ChallengeDefinition {
  const window = {
    opensAt: new Date(now.getTime() - DAY_MS).toISOString(),
    closesAt: new Date(now.getTime() + OPEN_DAYS * DAY_MS).toISOString(),
  };
  const common = { ...window, ...SUBMISSIONS, ...settings };
  return challengeDefinitionSchema.parse({
    ...texts,
    phases: [
      { ...common, slug: 'rehearsal', title: 'Rehearsal', kind: 'OPEN', seed: 1 },
      {
        ...common,
        slug: 'test',
        title: 'Hidden test',
        kind: 'HIDDEN',
        seed: 2,
        keepsPredictionsDays: KEPT_DAYS,
      },
    ],
  });
}

/** Metrics with equal weight in the ranking; the first is the primary metric. */
export function equalWeights(...metrics: readonly string[]): { metric: string; weight: number }[] {
  return metrics.map((metric) => ({ metric, weight: 1 }));
}
