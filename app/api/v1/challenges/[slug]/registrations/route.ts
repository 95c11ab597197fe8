import { z } from 'zod';
import { answer, json, readJson } from '#app/api/answer.ts';
import { requestViewer } from '#lib/site/accounts/viewer.ts';
import { parseInput } from '#lib/site/parse-input.ts';
import { registerTeam } from '#lib/site/registrations/register-team.ts';

const bodySchema = z.strictObject({ team: z.string() });

export function POST(request: Request, context: { params: Promise<{ slug: string }> }): Promise<Response> {
  return answer(request, async (here) => {
    const viewer = await requestViewer(here, request);
    const { slug: challenge } = await context.params;
    const { team } = parseInput(bodySchema, await readJson(request));
    await registerTeam(here, { challenge, team }, viewer);
    return json({ registration: { challenge, team } }, 201);
  });
}
