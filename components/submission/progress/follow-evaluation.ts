'use client';

import { useEffect, useState } from 'react';
import { SECOND_MS } from '#components/format/time.ts';
import type { EvaluationView } from '#lib/api/evaluations.ts';
import type { SubmissionView } from '#lib/api/submissions.ts';
import { isFinal } from '#lib/domain/evaluations/state.ts';

const POLL_EVERY_MS = 5 * SECOND_MS;

/** How news reach the page: pushed, asked for, or not any more (ended, or no connection). */
export type Following = 'live' | 'polling' | 'ended';

export interface FollowedEvaluation {
  evaluation: EvaluationView;
  following: Following;
  /** Server's time at the latest news, ISO 8601. */
  updatedAt: string;
  /** Server's time now, counted on from the page's own stamp, so that a wrong clock here does not matter. */
  nowMs: number;
}

async function fetchEvaluation(submissionId: string): Promise<EvaluationView | null> {
  try {
    const response = await fetch(`/api/v1/submissions/${submissionId}`, { cache: 'no-store' });
    if (!response.ok) return null;
    return ((await response.json()) as SubmissionView).evaluation;
  } catch {
    // Offline: the next attempt is a few seconds away, and the stamp says how old the figures are.
    return null;
  }
}

/**
 * Listens to the event stream; whenever the stream fails, asks every five seconds until it is back. Stops when
 * the evaluation is final and then calls `onFinal` once, since scores and board stand outside the stream.
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
    const take = (news: EvaluationView) => {
      setEvaluation(news);
      setUpdatedAt(new Date(Date.parse(asOf) + performance.now() - mountedAtMs).toISOString());
      if (!isFinal(news.state)) return;
      source.close();
      stopPolling();
      setFollowing('ended');
      onFinal();
    };
    source.addEventListener('evaluation', (event) => {
      stopPolling();
      setFollowing('live');
      take(JSON.parse((event as MessageEvent<string>).data) as EvaluationView);
    });
    source.addEventListener('error', () => {
      if (timer !== undefined) return;
      setFollowing('polling');
      timer = setInterval(async () => {
        const news = await fetchEvaluation(id);
        if (news) take(news);
      }, POLL_EVERY_MS);
    });
    return () => {
      source.close();
      stopPolling();
    };
  }, [id]);

  // After a refresh the server's view is newer than what was followed.
  const shown = isFinal(submission.evaluation.state) ? submission.evaluation : evaluation;
  return { evaluation: shown, following, updatedAt, nowMs };
}

/** Server's time, a tick a second; starts at the page's stamp, so that server and browser draw the same. */
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
