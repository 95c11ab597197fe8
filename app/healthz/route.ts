import { answer } from '#app/api/answer.ts';
import { readHealth } from '#lib/site/read-health.ts';

export function GET(request: Request): Promise<Response> {
  return answer(request, async (here) => {
    const health = await readHealth(here);
    return Response.json(health, {
      status: health.ok ? 200 : 503,
      headers: { 'cache-control': 'no-store' },
    });
  });
}
