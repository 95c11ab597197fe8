'use client';

import { useEffect, useRef, useState } from 'react';
import type {
  ChosenFile,
  SealingAnswer,
  SealingPlace,
  SealingReport,
  SealingRequest,
  SealingStep,
  StoredWork,
} from '#lib/domain/test-sets/browser-sealing.ts';

/** Of the script in public/ that scripts/sealing-worker.ts makes. */
export const WORKER_ADDRESS = '/sealing/worker.js';

export type SealingState =
  | { is: 'starting' }
  | { is: 'choosing'; work: StoredWork | null; problem: string | null }
  | { is: 'running'; step: SealingStep; done: number; total: number; isPausing: boolean }
  | { is: 'reported'; report: SealingReport }
  | { is: 'stopped'; step: SealingStep; problem: string | null; canContinue: boolean }
  | { is: 'done'; sha256: string; bytes: number; cases: number };

export interface Sealing {
  state: SealingState;
  check(files: readonly ChosenFile[], allowsShear: boolean): void;
  seal(recipient: string, skipsBad: boolean): void;
  /** Continues what was paused, failed or left by an earlier visit. */
  resume(): void;
  pause(): void;
  discard(): void;
  /** Back to the choice of a folder. Keeps what is sealed. */
  chooseAgain(): void;
}

type Rules = Extract<SealingRequest, { kind: 'check' }>['rules'];

/** Speaks with the worker, which does the work. It goes on while the page is open, whatever it shows. */
export function useSealing(place: SealingPlace, rules: Rules): Sealing {
  const [state, setState] = useState<SealingState>({ is: 'starting' });
  const worker = useRef<Worker | null>(null);
  /** What is asked again to continue; null after an earlier visit. */
  const last = useRef<Extract<SealingRequest, { kind: 'seal' | 'upload' }> | null>(null);
  const step = useRef<SealingStep>('check');
  const { challenge, phase, uploadAddress } = place;
  useEffect(() => {
    const own = new Worker(WORKER_ADDRESS);
    worker.current = own;
    own.addEventListener('message', ({ data }: MessageEvent<SealingAnswer>) => {
      if (data.kind === 'progress') step.current = data.step;
      if (data.kind === 'progress' && data.step === 'upload') last.current = { kind: 'upload' };
      setState((before) => stateAfter(before, data, step.current));
    });
    own.addEventListener('error', () => {
      const problem =
        'The script that seals can’t run in this browser. Use a current one, or the heldout command.';
      setState({ is: 'stopped', step: 'check', problem, canContinue: false });
    });
    own.postMessage({ kind: 'find', place: { challenge, phase, uploadAddress } } satisfies SealingRequest);
    return () => own.terminate();
  }, [challenge, phase, uploadAddress]);
  const ask = (request: SealingRequest) => worker.current?.postMessage(request);
  const run = (request: SealingRequest, first: SealingStep) => {
    step.current = first;
    setState({ is: 'running', step: first, done: 0, total: 0, isPausing: false });
    ask(request);
  };
  return {
    state,
    check: (files, allowsShear) => run({ kind: 'check', place, files, rules, allowsShear }, 'check'),
    seal: (recipient, skipsBad) => {
      last.current = { kind: 'seal', recipient, skipsBad };
      // Otherwise the browser may remove sealed cases when the disk fills up. Only pages may ask.
      void navigator.storage?.persist();
      run(last.current, 'seal');
    },
    resume: () => run(last.current ?? { kind: 'upload' }, last.current?.kind === 'seal' ? 'seal' : 'upload'),
    pause: () => {
      setState((before) => (before.is === 'running' ? { ...before, isPausing: true } : before));
      ask({ kind: 'pause' });
    },
    discard: () => {
      last.current = null;
      ask({ kind: 'discard' });
    },
    chooseAgain: () => ask({ kind: 'find', place }),
  };
}

function stateAfter(before: SealingState, answer: SealingAnswer, step: SealingStep): SealingState {
  switch (answer.kind) {
    case 'stored':
      return { is: 'choosing', work: answer.work, problem: null };
    case 'progress': {
      const isPausing = before.is === 'running' && before.isPausing;
      const { done, total } = answer;
      return { is: 'running', step, done, total, isPausing };
    }
    case 'report':
      return { is: 'reported', report: answer.report };
    case 'paused':
      if (step === 'check') return { is: 'choosing', work: null, problem: null };
      return { is: 'stopped', step, problem: null, canContinue: true };
    case 'failed':
      if (answer.step === 'check') return { is: 'choosing', work: null, problem: answer.message };
      return { is: 'stopped', step, problem: answer.message, canContinue: true };
    case 'done': {
      const { sha256, bytes, cases } = answer;
      return { is: 'done', sha256, bytes, cases };
    }
  }
}
