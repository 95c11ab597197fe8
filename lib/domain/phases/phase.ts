import { z } from 'zod';
import { limitsSchema } from './limits.ts';

/** A metric of a phase and its weight in the ranking; weight 0 means shown, not ranked. */
export const phaseMetricSchema = z.strictObject({ metric: z.string(), weight: z.number().min(0).max(1000) });
export type PhaseMetric = z.infer<typeof phaseMetricSchema>;

/** Which voxels touch, where a metric counts lesions: by faces, edges or corners. */
export const connectivitySchema = z.union([z.literal(6), z.literal(18), z.literal(26)]);

const slugSchema = z
  .string()
  .min(2)
  .max(60)
  .regex(
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    'Lower-case letters, digits and single hyphens, as in "stroke-t1-2026".',
  );

/** What an organizer writes to make a challenge: the body of POST /api/v1/challenges. */
export const phaseDefinitionSchema = z
  .strictObject({
    slug: slugSchema,
    title: z.string().min(1).max(80),
    kind: z.enum(['OPEN', 'HIDDEN']),
    opensAt: z.iso.datetime(),
    closesAt: z.iso.datetime(),
    contract: z.enum(['EXEC', 'INVOKE', 'BATCH']).default('EXEC'),
    inputFormat: z.enum(['NII_GZ', 'MHA']).default('NII_GZ'),
    givesMetadata: z.boolean().default(true),
    takesProbabilityMaps: z.boolean().default(false),
    /** 0: predictions are not kept. */
    keepsPredictionsDays: z.int().min(0).max(3650).default(0),
    showsCaseScores: z.boolean().default(false),
    requiresGvisor: z.boolean().default(false),
    /** What containers print: kept for organizers, in clear, or not at all. */
    keepsLogs: z.boolean().default(true),
    limits: limitsSchema,
    metrics: z.array(phaseMetricSchema).min(1).max(20),
    connectivity: connectivitySchema.default(6),
    counting: z.enum(['BEST', 'LATEST']).default('BEST'),
    decimals: z.int().min(0).max(6).default(3),
    submissionsPerDay: z.int().min(1).max(1000),
    submissionsTotal: z.int().min(1).max(100_000),
    seed: z.int().min(0).max(2_147_483_647).default(1),
  })
  .refine((phase) => phase.opensAt < phase.closesAt, {
    path: ['closesAt'],
    message: 'A phase closes after it opens.',
  })
  .refine((phase) => phase.metrics.some(({ weight }) => weight > 0), {
    path: ['metrics'],
    message: 'At least one metric needs a weight above 0, or nothing is ranked.',
  })
  .refine((phase) => !(phase.contract === 'INVOKE' && phase.requiresGvisor), {
    path: ['contract'],
    message: 'A server can’t be reached under gVisor, which has a network of its own: exec or batch.',
  })
  .refine((phase) => !(phase.contract === 'BATCH' && phase.takesProbabilityMaps), {
    path: ['takesProbabilityMaps'],
    message: 'A batch has no place for probability maps.',
  });
export type PhaseDefinition = z.infer<typeof phaseDefinitionSchema>;

export const challengeDefinitionSchema = z.strictObject({
  slug: slugSchema,
  title: z.string().min(1).max(120),
  question: z.string().min(1).max(200),
  summary: z.string().min(1).max(8000),
  synthetic: z.boolean().default(false),
  citation: z.string().max(4000).optional(),
  phases: z.array(phaseDefinitionSchema).min(1).max(20),
});
export type ChallengeDefinition = z.infer<typeof challengeDefinitionSchema>;

export type PhaseStatus = 'upcoming' | 'open' | 'closed';

export function phaseStatus(phase: { opensAt: Date; closesAt: Date }, now: Date): PhaseStatus {
  if (now < phase.opensAt) return 'upcoming';
  return now < phase.closesAt ? 'open' : 'closed';
}

export interface Quota {
  perDay: number;
  total: number;
  usedToday: number;
  usedTotal: number;
  /** When today's count starts again: the next 00:00 UTC. */
  resetsAt: Date;
}

/** Start of the UTC day that holds `now`: quotas count from there. */
export function startOfUtcDay(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
}

export function quotaLeft(quota: Quota): { today: number; total: number } {
  const total = Math.max(0, quota.total - quota.usedTotal);
  return { today: Math.min(Math.max(0, quota.perDay - quota.usedToday), total), total };
}
