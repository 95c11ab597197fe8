import { z } from 'zod';

/** How a container meets its scans: docs/participants/submission-format.md. */
export const contractSchema = z.enum(['exec', 'invoke', 'batch']);
export type Contract = z.infer<typeof contractSchema>;
