import { z } from 'zod';

/** How a container gets its scans: docs/participants/container-contracts.md. */
export const contractSchema = z.enum(['exec', 'invoke', 'batch']);
export type Contract = z.infer<typeof contractSchema>;
