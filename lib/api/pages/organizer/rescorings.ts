import type { QueueView } from '#lib/api/pages/organizer.ts';
import type { RescoringReport } from '#lib/domain/evaluations/rescoring.ts';

/** Rescorings in the organizers' console; not part of /api/v1. */
export interface RescoringsView extends Pick<QueueView, 'challenge' | 'asOf'> {
  /** The latest first. */
  rescorings: RescoringView[];
  viewerDecides: boolean;
}

export interface RescoringView {
  id: string;
  state: 'SHADOW' | 'PUBLISHED' | 'DROPPED';
  phaseTitle: string;
  createdAt: string;
  decidedAt: string | null;
  report: RescoringReport;
  /** Of the metrics. */
  labels: Readonly<Record<string, string>>;
  /** Evaluations that were scored after it was computed; 0 once it is decided. */
  scoredSince: number;
}
