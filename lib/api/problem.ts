import { z } from 'zod';
import type { DomainErrorCode } from '#lib/domain/errors.ts';

/** Every error response of /api is a problem (RFC 9457) of this media type. */
export const PROBLEM_TYPE = 'application/problem+json';

/** What only HTTP can say, besides what a use case refuses. */
type HttpCode = 'METHOD_NOT_ALLOWED' | 'PRECONDITION_FAILED' | 'RANGE_NOT_SATISFIABLE' | 'INTERNAL';

/** Error codes and their HTTP status. */
export const PROBLEM_STATUS = {
  INVALID: 422,
  UPLOAD_INCOMPLETE: 400,
  NOT_SIGNED_IN: 401,
  FORBIDDEN: 403,
  SECOND_FACTOR_NEEDED: 403,
  NOT_REGISTERED: 403,
  TERMS_NOT_ACCEPTED: 403,
  GATE_CLOSED: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  PRECONDITION_FAILED: 412,
  RANGE_NOT_SATISFIABLE: 416,
  CONFLICT: 409,
  IDEMPOTENCY_KEY_REUSED: 422,
  PHASE_NOT_OPEN: 409,
  TOO_LARGE: 413,
  QUOTA_USED: 429,
  TOO_MANY_ATTEMPTS: 429,
  INTERNAL: 500,
} as const satisfies Record<DomainErrorCode | HttpCode, number>;
export type ProblemCode = keyof typeof PROBLEM_STATUS;

export const problemSchema = z.object({
  /** No page describes the problem in more detail: `code` identifies it and `title` names the status. */
  type: z.literal('about:blank'),
  title: z.string().min(1),
  status: z.int(),
  /** What happened and what to do, for people. */
  detail: z.string().min(1),
  code: z.enum(Object.keys(PROBLEM_STATUS) as [ProblemCode, ...ProblemCode[]]),
  /** A message for each invalid field of the request, by its path: `phases[0].limits.cpus`. */
  fields: z.record(z.string(), z.string()),
  /** Identifies an INTERNAL error in the site's log. */
  reference: z.uuid().optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** The body of an error response. `title` is the phrase of its status. */
export function problemBody(
  code: ProblemCode,
  title: string,
  detail: string,
  { fields = {}, reference }: { fields?: Problem['fields'] | undefined; reference?: string | undefined } = {},
): Problem {
  const body: Problem = {
    type: 'about:blank',
    title,
    status: PROBLEM_STATUS[code],
    detail,
    code,
    fields,
  };
  return reference === undefined ? body : { ...body, reference };
}
