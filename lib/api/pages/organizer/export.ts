import { z } from 'zod';
import { type ListHead, pageShape } from '#lib/api/pages/organizer.ts';
import type { PageLinks } from '#lib/api/values.ts';

/** What organizers download of a challenge: the name of a table, and what a row is. */
export const EXPORT_TABLES = {
  submissions: 'A submission, with its latest attempt and what was decided about it',
  attempts: 'An attempt of a submission',
  scores: 'A metric of a scored attempt, over all cases',
  cases: 'A case of an attempt: scores, code, time and memory; without logs',
  registrations: 'A registered team, with its answers',
  'data-requests':
    'A request for data, with who asked, what was decided, and the latest signature of the terms',
  downloads: 'A download of released data that began: who took what version when',
  audit: 'An entry of the audit trail, with what was there before and after',
} as const;
export type ExportTable = keyof typeof EXPORT_TABLES;
export const EXPORT_FORMATS = ['csv', 'json'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export const computeQuerySchema = z.object({
  /** Slug of a phase. */
  phase: z.string().max(100).optional().catch(undefined),
  ...pageShape,
  /** A row of a phase and a team. */
  after: z
    .string()
    .regex(/^[0-9a-f-]{36} [0-9a-f-]{36}$/)
    .optional()
    .catch(undefined),
});
export type ComputeQuery = z.infer<typeof computeQuerySchema>;

export interface ComputeEntry {
  id: string;
  teamSlug: string;
  teamName: string;
  phaseTitle: string;
  submissions: number;
  /** How long containers ran. */
  seconds: number;
  /** The part that counts against the budget of the phase. */
  countedSeconds: number;
  /** Of the phase; null: any time. */
  budgetHours: number | null;
}

export interface ExportView extends ListHead, Pick<PageLinks, 'next'> {
  compute: ComputeEntry[];
  phases: { slug: string; title: string }[];
}
