import { z } from 'zod';
import { slugOf } from '#lib/domain/names/slug.ts';
import { findConflict } from './rules.ts';
import { inputShapeOf } from './setting.ts';
import { PHASE_SETTINGS } from './settings.ts';

const slugSchema = slugOf('stroke-t1-2026');

/** A phase as defined by an organizer: its name, its dates and its settings. */
export const phaseDefinitionSchema = z
  .strictObject({
    slug: slugSchema,
    title: z.string().min(1).max(80),
    opensAt: z.iso.datetime(),
    closesAt: z.iso.datetime(),
    ...inputShapeOf(PHASE_SETTINGS),
  })
  .superRefine((phase, context) => {
    if (phase.opensAt >= phase.closesAt) {
      context.addIssue({ code: 'custom', path: ['closesAt'], message: 'A phase must close after it opens.' });
    }
    const conflict = findConflict(phase);
    if (conflict) context.addIssue({ code: 'custom', path: [conflict.name], message: conflict.message });
  });

/** The body of POST /api/v1/challenges, with which an administrator creates a challenge. */
export const challengeDefinitionSchema = z
  .strictObject({
    slug: slugSchema,
    title: z.string().min(1).max(120),
    question: z.string().min(1).max(200),
    summary: z.string().min(1).max(8000),
    synthetic: z.boolean().default(false),
    citation: z.string().max(4000).optional(),
    phases: z.array(phaseDefinitionSchema).min(1).max(20),
  })
  .superRefine(({ phases }, context) => {
    const slugs = phases.map(({ slug }) => slug);
    slugs.forEach((slug, index) => {
      if (slugs.indexOf(slug) === index) return;
      context.addIssue({
        code: 'custom',
        path: ['phases', index, 'slug'],
        message: 'Another phase of the challenge has this slug.',
      });
    });
  });
export type ChallengeDefinition = z.infer<typeof challengeDefinitionSchema>;

export type PhaseStatus = 'upcoming' | 'open' | 'closed';

export function phaseStatus(phase: { opensAt: Date; closesAt: Date }, now: Date): PhaseStatus {
  if (now < phase.opensAt) return 'upcoming';
  return now < phase.closesAt ? 'open' : 'closed';
}
