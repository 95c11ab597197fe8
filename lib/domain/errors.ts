/**
 * An error that a user can cause: the message says what is wrong and what to do. One place maps it to an HTTP
 * status or a form message. Bugs stay plain errors.
 */
export type DomainErrorCode =
  | 'NOT_SIGNED_IN'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'INVALID'
  | 'PHASE_NOT_OPEN'
  | 'QUOTA_USED'
  | 'NOT_REGISTERED'
  | 'GATE_CLOSED'
  | 'TOO_LARGE'
  | 'UPLOAD_INCOMPLETE'
  | 'TOO_MANY_ATTEMPTS';

export class DomainError extends Error {
  readonly code: DomainErrorCode;
  /** Messages per input field, if the error concerns a form or a JSON body. */
  readonly fields: Readonly<Record<string, string>>;
  constructor(code: DomainErrorCode, message: string, fields: Record<string, string> = {}) {
    super(message);
    this.name = 'DomainError';
    this.code = code;
    this.fields = fields;
  }
}
