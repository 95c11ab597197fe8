import { z } from 'zod';
import { parseInput } from '#lib/server/parse-input.ts';
import { registerTeam } from '#lib/server/register-team.ts';
import { requestViewer } from '#lib/server/viewer.ts';
import { answer, json, readJson } from '../../../../answer.ts';

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
