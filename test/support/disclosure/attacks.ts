import {
  type DisclosedPhase,
  discloseSubmission,
  findShownEntries,
  leavesOutHeldBack,
} from '#lib/domain/disclosure/disclosure.ts';
import { drawHeldBack, withoutHeldBack } from '#lib/domain/disclosure/held-back.ts';
import { replacesShown } from '#lib/domain/disclosure/ladder.ts';
import { roundTo } from '#lib/domain/metrics/rounding.ts';
import { countingSubmissions } from '#lib/domain/ranking/counting.ts';
import { randomBelow, seededSource, type Uint32Source } from '#lib/domain/ranking/random.ts';
import { disclosedPhase } from '#test/support/disclosed-phase.ts';

/**
 * Teams that guess. The score of a case is 1 if a guess is right and 0 if not, as of a classifier, which tells most about a
 * case. No guess is better than chance on new cases, so whatever is above 0.5 on display was learned from what was shown.
 */

export interface Rule {
  name: string;
  phase?: Partial<DisclosedPhase>;
  counting?: 'BEST' | 'LATEST';
  decimals?: number;
  /** Not one of Heldout's rules: shows an improvement that is larger than a fixed number of standard errors. */
  step?: number;
}

export const RULES: readonly Rule[] = [
  { name: 'live, 6 decimals', decimals: 6 },
  { name: 'live, 3 decimals' },
  { name: 'live, 2 decimals', decimals: 2 },
  { name: 'live, 3 decimals, half of the cases held back', phase: { heldBackPercent: 50 } },
  { name: 'a fixed step of one standard error, which Heldout doesn’t offer', step: 1 },
  { name: 'ladder', phase: { disclosure: 'LADDER' } },
  { name: 'ladder, half of the cases held back', phase: { disclosure: 'LADDER', heldBackPercent: 50 } },
  { name: 'sealed, own scores shown', phase: { disclosure: 'SEALED', showsOwnScores: true } },
  { name: 'sealed, the best submission counts', phase: { disclosure: 'SEALED' } },
  { name: 'sealed, the latest submission counts', phase: { disclosure: 'SEALED' }, counting: 'LATEST' },
];

const REVEALED = new Date('2026-03-01T00:00:00Z');

interface Entry {
  id: string;
  team: string;
  submittedAt: Date;
  primaryMean: number;
  /** 1 where the guess is right. */
  values: Uint8Array;
  ladder: { isShown: boolean } | null;
}

/** A phase as a team meets it: what it shows of each submission is decided by lib/domain/disclosure. */
class Phase {
  readonly #rule: Rule;
  readonly #phase: DisclosedPhase;
  readonly #truth: readonly number[];
  readonly #heldBack: readonly boolean[];
  /** Indices of the cases that scores are shown of. */
  readonly #shownCases: readonly number[];
  readonly #admitted: number;
  readonly #entries: Entry[] = [];
  #shown: Entry | null = null;

  constructor(rule: Rule, truth: readonly number[], admitted: number) {
    this.#rule = rule;
    this.#phase = disclosedPhase(rule.phase);
    this.#truth = truth;
    this.#admitted = admitted;
    const { heldBackPercent } = this.#phase;
    this.#heldBack = drawHeldBack({ caseCount: truth.length, heldBackPercent, seed: 1 });
    const all = [...truth.keys()];
    this.#shownCases = leavesOutHeldBack(this.#phase) ? withoutHeldBack(all, this.#heldBack) : all;
  }

  /** What the team sees of its submission: its score, or null. */
  submit(guesses: readonly number[]): number | null {
    const values = Uint8Array.from(guesses, (guess, index) => Number(guess === this.#truth[index]));
    const entry: Entry = {
      ...{ id: String(this.#entries.length), team: 'team', values },
      submittedAt: new Date(this.#entries.length),
      primaryMean: meanOf(values, this.#shownCases),
      ladder: null,
    };
    if (this.#phase.disclosure === 'LADDER' || this.#rule.step !== undefined) {
      entry.ladder = { isShown: this.#isClearlyBetter(entry) };
      if (entry.ladder.isShown) this.#shown = entry;
    }
    this.#entries.push(entry);
    const { withheld } = discloseSubmission(this.#phase, { isScored: true, ladder: entry.ladder }, 'team');
    if (withheld !== null || (this.#rule.step !== undefined && !entry.ladder?.isShown)) return null;
    return roundTo(entry.primaryMean, this.#rule.decimals ?? 3);
  }

  #isClearlyBetter(entry: Entry): boolean {
    if (this.#shown === null) return true;
    const before = this.#shown.values;
    const gains = Float64Array.from(this.#shownCases, (index) => entry.values[index]! - before[index]!);
    const { step } = this.#rule;
    return step === undefined
      ? replacesShown(gains, this.#admitted)
      : mean(gains) > (step * sd(gains)) / Math.sqrt(gains.length);
  }

  /** Of the entry that counts, how far it is above chance: in the final ranking, and on the held-back cases alone. */
  outcome(): { final: number; heldBack: number | null } {
    const phase = { ...this.#phase, revealedAt: REVEALED };
    const entries =
      this.#rule.step === undefined
        ? findShownEntries(phase, this.#entries)
        : this.#entries.filter(({ ladder }) => ladder?.isShown);
    const [entry] = countingSubmissions(entries, {
      counting: this.#rule.counting ?? 'BEST',
      better: 'higher',
    });
    const hidden = entry!.values.filter((_, index) => this.#heldBack[index]);
    return {
      final: errorsAboveChance(entry!.values),
      heldBack: hidden.length > 0 ? errorsAboveChance(hidden) : null,
    };
  }
}

/** In standard errors of a mean of as many cases. */
function errorsAboveChance(values: Uint8Array): number {
  return (mean(values) - 0.5) / (0.5 / Math.sqrt(values.length));
}

type Attack = (phase: Phase, options: AttackOptions) => void;

interface AttackOptions {
  cases: number;
  submissions: number;
  source: Uint32Source;
}

const bit = (source: Uint32Source) => source() >>> 31;
const guess = (cases: number, source: Uint32Source) => Array.from({ length: cases }, () => bit(source));

/** Submits at random, and at last what agrees most with the submissions that scored well. */
const combine: Attack = (phase, { cases, submissions, source }) => {
  const votes = new Float64Array(cases);
  for (let sent = 1; sent < submissions; sent++) {
    const guesses = guess(cases, source);
    const score = phase.submit(guesses);
    if (score === null) continue;
    for (let c = 0; c < cases; c++) votes[c]! += (score - 0.5) * (guesses[c]! === 1 ? 1 : -1);
  }
  phase.submit(Array.from(votes, (vote) => (vote === 0 ? bit(source) : Number(vote > 0))));
};

/** Changes a few guesses of the best submission that it knows, and keeps the change if a better score is shown. */
const climb: Attack = (phase, { cases, submissions, source }) => {
  let best = guess(cases, source);
  let bestScore = phase.submit(best) ?? Number.NEGATIVE_INFINITY;
  for (let sent = 1; sent < submissions; sent++) {
    const changed = [...best];
    for (let flip = 0; flip < 1 + randomBelow(source, 10); flip++) {
      const at = randomBelow(source, cases);
      changed[at] = 1 - changed[at]!;
    }
    const score = phase.submit(changed);
    if (score === null || score <= bestScore) continue;
    [best, bestScore] = [changed, score];
  }
};

export const ATTACKS = { combine, climb } as const;
export type AttackName = keyof typeof ATTACKS;

export interface Outcome {
  /** Standard errors above chance in the final ranking, the mean of all repetitions. */
  final: number;
  /** On the held-back cases alone; null without any. */
  heldBack: number | null;
}

/** Lets a team attack a phase again and again, each time with other cases. */
export function simulateAttack(
  rule: Rule,
  attack: AttackName,
  {
    cases,
    submissions,
    repetitions,
    seed,
  }: { cases: number; submissions: number; repetitions: number; seed: number },
): Outcome {
  const outcomes = Array.from({ length: repetitions }, (_, repetition) => {
    const source = seededSource(seed + repetition);
    const phase = new Phase(rule, guess(cases, source), submissions);
    ATTACKS[attack](phase, { cases, submissions, source });
    return phase.outcome();
  });
  const hidden = outcomes.flatMap(({ heldBack }) => heldBack ?? []);
  return {
    final: mean(outcomes.map(({ final }) => final)),
    heldBack: hidden.length > 0 ? mean(hidden) : null,
  };
}

/** What the documentation shows. */
export const SIMULATION = { cases: 150, submissions: 1000, repetitions: 100, seed: 1 } as const;

/** The table of the documentation. */
export function attackTable(options: typeof SIMULATION = SIMULATION): string {
  const errors = (value: number) => (Math.abs(value) < 0.05 ? '0.0' : value.toFixed(1).replace('-', '−'));
  const rows = RULES.map((rule) => {
    const [combined, climbed] = [
      simulateAttack(rule, 'combine', options),
      simulateAttack(rule, 'climb', options),
    ];
    const hidden = [combined.heldBack, climbed.heldBack].map((value) =>
      value === null ? '' : errors(value),
    );
    return `| ${[rule.name, errors(combined.final), errors(climbed.final), hidden.filter(Boolean).join(' and ')].join(' | ')} |`;
  });
  return [
    '| rule | by combining guesses | by changing the best guess | on the held-back cases alone |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

function meanOf(values: ArrayLike<number>, indices: readonly number[]): number {
  let sum = 0;
  for (const index of indices) sum += values[index]!;
  return sum / indices.length;
}

function sd(values: Float64Array): number {
  const middle = mean(values);
  return Math.sqrt(
    mean(values.map((value) => (value - middle) ** 2)) * (values.length / (values.length - 1)),
  );
}
