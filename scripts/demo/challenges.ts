import type { AlgorithmName, TemplateName } from '#examples/build.ts';
import type { DemoFolder } from './state.ts';

/** The accounts that submit, by the name under which state.json keeps them. */
export const TEAMS = {
  asymmetry: { person: 'Ada Moreau', team: 'Midline Lab' },
  threshold: { person: 'Ben Okafor', team: 'Gray Level Group' },
  empty: { person: 'Chiara Voss', team: 'Null Hypothesis' },
  crash: { person: 'Dai Tanaka', team: 'Optimists' },
} as const;
export type TeamRole = keyof typeof TEAMS;

export interface DemoDataSet {
  /** Of its folder. */
  name: string;
  /** The phase whose test set it is; null for training data, which the first challenge releases. */
  phase: string | null;
  cases: number;
  native: boolean;
  seed: (folder: DemoFolder) => string;
}

/** A challenge of the demo, made from a template: its synthetic data, and who submits what. */
export interface DemoChallenge {
  template: TemplateName;
  dataSets: readonly DemoDataSet[];
  /** The first one is rehearsed before it is submitted to the test; the others go straight there. */
  entries: readonly { role: TeamRole; algorithm: AlgorithmName; label: string }[];
}

const hidden = (folder: DemoFolder) => folder.state.hiddenSeed;

export const DEMO_CHALLENGES: readonly [DemoChallenge, ...DemoChallenge[]] = [
  {
    template: 'stroke-t1',
    dataSets: [
      { name: 'training', phase: null, cases: 6, native: false, seed: () => 'training' },
      { name: 'native-training', phase: null, cases: 2, native: true, seed: () => 'training' },
      { name: 'rehearsal', phase: 'rehearsal', cases: 2, native: false, seed: () => 'rehearsal' },
      { name: 'test', phase: 'test', cases: 8, native: false, seed: hidden },
    ],
    entries: [
      { role: 'asymmetry', algorithm: 'asymmetry', label: 'asymmetry 1.0' },
      { role: 'threshold', algorithm: 'threshold', label: 'threshold 1.0' },
      { role: 'empty', algorithm: 'empty', label: 'empty mask' },
      { role: 'crash', algorithm: 'crash', label: 'crash 0.1' },
    ],
  },
  {
    template: 'isles26',
    dataSets: [
      { name: 'native-rehearsal', phase: 'rehearsal', cases: 1, native: true, seed: () => 'rehearsal' },
      { name: 'native-test', phase: 'test', cases: 3, native: true, seed: hidden },
    ],
    entries: [
      { role: 'asymmetry', algorithm: 'isles26/asymmetry', label: 'asymmetry 1.0, any grid' },
      { role: 'empty', algorithm: 'isles26/empty', label: 'empty mask' },
    ],
  },
];
