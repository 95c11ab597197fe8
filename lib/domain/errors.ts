/**
 * An error that a user can cause: the message says what is wrong and what to do. One place maps it to an HTTP
 * status or a form message. Bugs stay plain errors.
 */
export type DomainErrorCode =
  | 'NOT_SIGNED_IN'
  | 'FORBIDDEN'
  | 'SECOND_FACTOR_NEEDED'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'INVALID'
  | 'PHASE_NOT_OPEN'
  | 'QUOTA_USED'
  | 'NOT_REGISTERED'
  | 'TERMS_NOT_ACCEPTED'
  | 'GATE_CLOSED'
  | 'TOO_LARGE'
  | 'UPLOAD_INCOMPLETE'
  | 'TOO_MANY_ATTEMPTS';

export class DomainError extends Error {
  readonly code: DomainErrorCode;
  /** Messages per input field, if the error concerns a form or a JSON body. */
  readonly fields: Readonly<Record<string, string>>;
  /** When the same request may succeed, if that is a matter of time: a whole number of seconds. */
  readonly retryAfterSeconds: number | null;
  constructor(
    code: DomainErrorCode,
    message: string,
    fields: Record<string, string> = {},
    { retryAfterMs }: { retryAfterMs?: number } = {},
  ) {
    super(message);
    this.name = 'DomainError';
    this.code = code;
    this.fields = fields;
    this.retryAfterSeconds = retryAfterMs === undefined ? null : Math.max(1, Math.ceil(retryAfterMs / 1000));
  }
}
