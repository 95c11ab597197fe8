import { readHealth } from '#lib/server/read-health.ts';
import { answer, json } from '../api/answer.ts';

export function GET(request: Request): Promise<Response> {
  return answer(request, async (here) => {
    const health = await readHealth(here);
    return json(health, health.ok ? 200 : 503);
  });
}
