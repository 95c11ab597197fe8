import { z } from 'zod';
import { countSchema, idSchema, sha256Schema } from './values.ts';

export const importTestSetResponseSchema = z.object({
  testSet: z.object({ id: idSchema, caseCount: countSchema, bytes: countSchema, sha256: sha256Schema }),
});
export type ImportedTestSet = z.infer<typeof importTestSetResponseSchema>['testSet'];
