import { PAGE_LIMITS } from '#lib/api/page-limits.ts';
import type { QueueView } from '#lib/api/pages/organizer.ts';
import {
  listRegistrationsQuerySchema,
  type RegistrationEntry,
  type RegistrationState,
} from '#lib/api/registrations.ts';
import type { PageLinks } from '#lib/api/values.ts';

const { after, limit, state, q } = listRegistrationsQuerySchema.shape;

/** What makes no sense is ignored, because addresses are typed. */
export const registrationsQuerySchema = listRegistrationsQuerySchema.extend({
  after: after.catch(undefined),
  limit: limit.catch(PAGE_LIMITS.limit),
  state: state.catch(undefined),
  q: q.catch(undefined),
});

/** The registrations of the console; not part of /api/v1. */
export interface RegistrationsView extends PageLinks, Pick<QueueView, 'challenge' | 'asOf'> {
  registrations: RegistrationEntry[];
  counts: Record<RegistrationState, number>;
  /** Names of the challenge's replies. */
  replies: string[];
}
