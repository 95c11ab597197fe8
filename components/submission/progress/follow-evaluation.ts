'use client';

import { useEffect, useState } from 'react';
import { SECOND_MS } from '#components/format/time.ts';
import type { EvaluationView } from '#lib/api/evaluations.ts';
import type { PublicSubmissionView, SubmissionView } from '#lib/api/submissions.ts';
import { isFinal } from '#lib/domain/evaluations/state.ts';

const POLL_INTERVAL_MS = 5 * SECOND_MS;

/** How updates reach the page: pushed, polled, or not anymore because the evaluation has ended. */
export type Following = 'live' | 'polling' | 'ended';

export interface FollowedEvaluation {
  evaluation: EvaluationView;
  following: Following;
  /** Server time of the latest update, ISO 8601. */
  updatedAt: string;
  /** Current server time, counted from the page’s timestamp, so that a wrong local clock doesn’t matter. */
  nowMs: number;
}

async function fetchEvaluation(submissionId: string): Promise<EvaluationView | null> {
  try {
    const response = await fetch(`/api/v1/submissions/${submissionId}`, { cache: 'no-store' });
    if (!response.ok) return null;
    const submission = (await response.json()) as SubmissionView | PublicSubmissionView;
    // Public for a reader who has signed out meanwhile.
    return submission.audience === 'public' ? null : submission.evaluation;
  } catch {
    // Offline: the next attempt follows in a few seconds, and the page shows how old its data is.
    return null;
  }
}

/**
 * Follows the event stream, and polls while the stream is down. Stops when the evaluation is final and then calls
 * `onFinal` once, because scores and leaderboard aren’t part of the stream.
 */
export function useFollowedEvaluation(submission: SubmissionView, onFinal: () => void): FollowedEvaluation {
  const { id, asOf } = submission;
  const [evaluation, setEvaluation] = useState(submission.evaluation);
  const [updatedAt, setUpdatedAt] = useState(asOf);
  const [following, setFollowing] = useState<Following>(
    isFinal(submission.evaluation.state) ? 'ended' : 'live',
  );
  const nowMs = useServerClock(asOf, following !== 'ended');

  // biome-ignore lint/correctness/useExhaustiveDependencies: one stream for the life of the page
  useEffect(() => {
    if (isFinal(submission.evaluation.state)) return;
    const mountedAtMs = performance.now();
    let timer: ReturnType<typeof setInterval> | undefined;
    const source = new EventSource(`/api/v1/submissions/${id}/events`);
    const stopPolling = () => {
      clearInterval(timer);
      timer = undefined;
    };
    const update = (latest: EvaluationView) => {
      setEvaluation(latest);
      setUpdatedAt(new Date(Date.parse(asOf) + performance.now() - mountedAtMs).toISOString());
      if (!isFinal(latest.state)) return;
      source.close();
      stopPolling();
      setFollowing('ended');
      onFinal();
    };
    source.addEventListener('evaluation', (event) => {
      stopPolling();
      setFollowing('live');
      update(JSON.parse((event as MessageEvent<string>).data) as EvaluationView);
    });
    source.addEventListener('error', () => {
      if (timer !== undefined) return;
      setFollowing('polling');
      timer = setInterval(async () => {
        const latest = await fetchEvaluation(id);
        if (latest) update(latest);
      }, POLL_INTERVAL_MS);
    });
    return () => {
      source.close();
      stopPolling();
    };
  }, [id]);

  // After a refresh, the server’s view is newer than the followed one.
  const shown = isFinal(submission.evaluation.state) ? submission.evaluation : evaluation;
  return { evaluation: shown, following, updatedAt, nowMs };
}

/** Server time, updated every second. Starts at the page’s timestamp, so that server and browser render the same. */
function useServerClock(asOf: string, ticking: boolean): number {
  const startMs = Date.parse(asOf);
  const [nowMs, setNowMs] = useState(startMs);
  useEffect(() => {
    if (!ticking) return;
    const mountedAtMs = performance.now();
    const timer = setInterval(() => setNowMs(startMs + performance.now() - mountedAtMs), SECOND_MS);
    return () => clearInterval(timer);
  }, [startMs, ticking]);
  return nowMs;
}
