import { z } from 'zod';
import { CHALLENGE_FIELDS } from '#lib/domain/challenges/fields.ts';
import { findAdmissionProblem } from '#lib/domain/disclosure/settings.ts';
import { slugOf } from '#lib/domain/names/slug.ts';
import { PHASE_FIELDS } from './fields.ts';
import { findConflict } from './rules.ts';
import { inputShapeOf } from './setting.ts';
import { PHASE_SETTINGS } from './settings.ts';

const slugSchema = slugOf('stroke-t1-2026');

/** A phase as defined by an organizer: its name, its dates and its settings. */
export const phaseDefinitionSchema = z
  .strictObject({
    slug: slugSchema,
    ...inputShapeOf(PHASE_FIELDS),
    ...inputShapeOf(PHASE_SETTINGS),
  })
  .superRefine((phase, context) => {
    if (Date.parse(phase.opensAt) >= Date.parse(phase.closesAt)) {
      context.addIssue({ code: 'custom', path: ['closesAt'], message: 'A phase must close after it opens.' });
    }
    if (phase.lateUntil !== null && Date.parse(phase.lateUntil) <= Date.parse(phase.closesAt)) {
      const message = 'Late submissions must end after the phase closes.';
      context.addIssue({ code: 'custom', path: ['lateUntil'], message });
    }
    const conflict = findConflict(phase);
    if (conflict) context.addIssue({ code: 'custom', path: [conflict.name], message: conflict.message });
  });

/** A challenge with its phases, as `heldout challenge export` writes it and POST /api/v1/challenges takes it. */
export const challengeDefinitionSchema = z
  .strictObject({
    slug: slugSchema,
    ...inputShapeOf(CHALLENGE_FIELDS),
    phases: z.array(phaseDefinitionSchema).min(1).max(20),
  })
  .superRefine(({ phases, ...challenge }, context) => {
    const admission = findAdmissionProblem({ ...challenge, phases });
    if (admission) context.addIssue({ code: 'custom', path: [admission.field], message: admission.message });
    const slugs = phases.map(({ slug }) => slug);
    phases.forEach(({ slug, gate }, index) => {
      if (gate === null || (gate.phase !== slug && slugs.includes(gate.phase))) return;
      const message = `The gate needs another phase of the challenge, and "${gate.phase}" is none.`;
      context.addIssue({ code: 'custom', path: ['phases', index, 'gate'], message });
    });
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

export type PhaseDefinition = ChallengeDefinition['phases'][number];

export type PhaseStatus = 'upcoming' | 'open' | 'closed';

/** Whether a phase that has closed takes submissions that aren't ranked. */
export function takesLate(
  { closesAt, acceptsLate, lateUntil }: { closesAt: Date; acceptsLate: boolean; lateUntil: Date | null },
  now: Date,
): boolean {
  return acceptsLate && now >= closesAt && (lateUntil === null || now < lateUntil);
}

export function phaseStatus(phase: { opensAt: Date; closesAt: Date }, now: Date): PhaseStatus {
  if (now < phase.opensAt) return 'upcoming';
  return now < phase.closesAt ? 'open' : 'closed';
}
