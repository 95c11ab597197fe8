import { answer, json } from '#app/api/answer.ts';
import { readHealth } from '#lib/site/read-health.ts';

export function GET(request: Request): Promise<Response> {
  return answer(request, async (here) => {
    const health = await readHealth(here);
    return json(health, health.ok ? 200 : 503);
  });
}
