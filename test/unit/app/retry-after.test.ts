import { afterEach, expect, test } from 'vitest';
import { answer } from '#app/api/answer.ts';
import { DomainError } from '#lib/domain/errors.ts';
import type { Site } from '#lib/site/site.ts';
import { serveRoutes } from '#test/support/site/test-site.ts';

afterEach(() => serveRoutes(null));

/** The answer to a request whose budget is refused with this error. */
async function refusedWith(error: DomainError): Promise<Response> {
  const requests = { take: () => Promise.reject(error) };
  serveRoutes({ environment: { proxyHops: 0 }, requests } as unknown as Site);
  return answer(new Request('http://localhost/api/v1/teams'), () => Promise.resolve(new Response()));
}

test('an answer that is a matter of time says when to try again, in whole seconds', async () => {
  const error = new DomainError('TOO_MANY_ATTEMPTS', 'Too many.', {}, { retryAfterMs: 1500 });
  const response = await refusedWith(error);
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '2']);
});

test('one that isn’t says nothing', async () => {
  const response = await refusedWith(new DomainError('QUOTA_USED', 'All used.'));
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, null]);
});
