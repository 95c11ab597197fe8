import type { Command } from './command.ts';

/** Loaded on demand, so that `heldout score` doesn’t wait for the container engine’s client, or vice versa. */
export const COMMANDS: Readonly<Record<string, { summary: string; load: () => Promise<Command> }>> = {
  score: {
    summary: 'score a folder of masks against a folder of true masks',
    load: async () => (await import('./score/score.ts')).scoreCommand,
  },
  rank: {
    summary: 'rank submissions by their scores, and say how sure the ranking is',
    load: async () => (await import('./rank/rank.ts')).rankCommand,
  },
  try: {
    summary: 'run an image on your own cases in the platform’s sandbox',
    load: async () => (await import('./try/try.ts')).tryCommand,
  },
  synthesize: {
    summary: 'generate synthetic stroke cases',
    load: async () => (await import('./synthesize/synthesize.ts')).synthesizeCommand,
  },
  dataset: {
    summary: 'check the cases that you have on disk',
    load: async () => (await import('./dataset/dataset-command.ts')).datasetCommand,
  },
  data: {
    summary: 'request and download released data, decrypt and verify it',
    load: async () => (await import('./data/data.ts')).dataCommand,
  },
  challenge: {
    summary: 'create a challenge from a template or a file',
    load: async () => (await import('./challenge/challenge.ts')).challengeCommand,
  },
  testset: {
    summary: 'seal a hidden test set on your machine and import it to a site',
    load: async () => (await import('./testset/testset.ts')).testsetCommand,
  },
  scorer: {
    summary: 'give a phase your own scorer',
    load: async () => (await import('./scorer/scorer.ts')).scorerCommand,
  },
  doctor: {
    summary: 'check whether this host can run untrusted containers',
    load: async () => (await import('./doctor/doctor.ts')).doctorCommand,
  },
  rescore: {
    summary: 'show what would change if a phase were rescored (on a runner’s host)',
    load: async () => (await import('./admin/rescore.ts')).rescoreCommand,
  },
  admin: {
    summary: 'create the first accounts, verify the audit trail, rotate data keys (needs the database)',
    load: async () => (await import('./admin/create-user.ts')).adminCommand,
  },
};

/** null if there is no command of that name. */
export async function findCommand(name: string): Promise<Command | null> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return entry ? await entry.load() : null;
}
