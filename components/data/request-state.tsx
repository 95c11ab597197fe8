import Link from 'next/link';
import { utcDate } from '#components/format/time.ts';
import type { DataAccess } from '#lib/api/datasets/requests.ts';
import { counted } from '#lib/domain/units.ts';

/** Where somebody stands with a dataset that is given on request, in a sentence, and what to do next. */
export function RequestState({
  access,
  href,
}: {
  /** null: somebody who isn't signed in. */
  access: DataAccess | null;
  /** Of the page of the request. */
  href: string;
}) {
  const { sentence, next } = describeState(access);
  return (
    <p className="request-state">
      {sentence}{' '}
      <Link href={href} prefetch={false}>
        {next}
      </Link>
    </p>
  );
}

function describeState(access: DataAccess | null): { sentence: string; next: string } {
  if (access === null)
    return { sentence: 'This data is given on request.', next: 'Sign in and ask for access' };
  const { request, grant, terms } = access;
  if (grant) {
    const until = grant.expiresAt ? ` until ${utcDate(grant.expiresAt)}` : '';
    const unsigned = terms.filter(({ signature }) => signature === null).length;
    return unsigned > 0
      ? {
          sentence: 'You have access, but haven’t signed the terms of every release.',
          next: 'Sign the terms',
        }
      : { sentence: `You have access${until}.`, next: 'See your access' };
  }
  switch (request?.state) {
    case 'DRAFT':
      return { sentence: 'Your request is a draft.', next: 'Send it' };
    case 'SUBMITTED':
      return { sentence: 'Your request waits for the organizers.', next: 'See your request' };
    case 'CLARIFICATION':
      return { sentence: 'The organizers have asked you something.', next: 'Answer' };
    case 'DECLINED':
      return { sentence: 'The organizers declined your request.', next: 'See why, and ask again' };
    case 'REVOKED':
      return { sentence: 'The organizers revoked your access.', next: 'See why' };
    case 'EXPIRED':
      return { sentence: 'Your access has expired.', next: 'Ask for its renewal' };
    default:
      return { sentence: 'This data is given on request.', next: 'Ask for access' };
  }
}

/** How long organizers take, from their past decisions. */
export function describeWait(usualWait: DataAccess['usualWait']): string {
  if (usualWait === null) return 'Not known: the organizers haven’t decided about a request yet.';
  const { medianHours, decisions } = usualWait;
  const time =
    medianHours < 1
      ? 'less than an hour'
      : medianHours < 48
        ? counted(Math.round(medianHours), 'hour')
        : counted(Math.round(medianHours / 24), 'day');
  return `${time} (median of ${counted(decisions, 'decision')})`;
}
