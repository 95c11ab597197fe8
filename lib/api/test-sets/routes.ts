import { ok } from '#lib/api/values.ts';
import {
  importTestSetResponseSchema,
  testSetUploadResponseSchema,
  uploadedTestSetQuerySchema,
  uploadPartQuerySchema,
} from './test-sets.ts';

const UPLOAD = '/api/v1/challenges/{slug}/phases/{phase}/test-set/upload';

const state = ok(testSetUploadResponseSchema);

/** The routes by which a sealed test set arrives in parts, a part of ROUTES. */
export const TEST_SET_UPLOAD_ROUTES = {
  readTestSetUpload: {
    method: 'GET',
    path: UPLOAD,
    action: 'testset.import',
    query: uploadedTestSetQuerySchema,
    response: state,
  },
  uploadTestSetPart: {
    method: 'PUT',
    path: UPLOAD,
    action: 'testset.import',
    query: uploadPartQuerySchema,
    body: 'application/octet-stream',
    response: state,
  },
  /** Needs no idempotency key: repeated for the same file, it imports nothing and answers the same. */
  importUploadedTestSet: {
    method: 'POST',
    path: UPLOAD,
    action: 'testset.import',
    query: uploadedTestSetQuerySchema,
    response: ok(importTestSetResponseSchema),
  },
} as const;
