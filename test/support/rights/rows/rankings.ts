import type { Action } from '#lib/domain/rights/actions.ts';
import { calls, opensPage, type Row } from '#test/support/rights/attempts.ts';
import type { Actor, Place, Stage } from '#test/support/rights/stage.ts';
import { form, state } from './form.ts';

const PHASE = '/api/v1/challenges/{slug}/phases/{phase}';
const RANKING = '/api/v1/rankings/{id}';
const inPhase = ({ slug }: Place, rest: string) => `/api/v1/challenges/${slug}/phases/test/${rest}`;

function route(entry: string, action: Action, path: (stage: Stage) => string | Promise<string>): Row {
  const method = entry.split(' ')[0] as 'GET' | 'POST';
  return {
    entry,
    action,
    attempt: async (stage, actor) => calls(stage, actor, await path(stage), { method }),
  };
}

/** Of a stage: a ranking that a visitor keeps, as a test of its own tries it. */
const kept = new WeakMap<Stage, Promise<string>>();

function keptRanking(stage: Stage): Promise<string> {
  const known = kept.get(stage) ?? keepRanking(stage);
  kept.set(stage, known);
  return known;
}

async function keepRanking({ newSubmission, place, url }: Stage): Promise<string> {
  await newSubmission('SCORED');
  const response = await fetch(new URL(inPhase(place, 'rankings'), url), { method: 'POST' });
  const { ranking } = (await response.json()) as { ranking: { id: string } };
  return ranking.id;
}

/** Another place, whose phase has closed with a score. */
async function closedPlace({ newPlace, newSubmission }: Stage): Promise<Place> {
  const place = await newPlace({ closesAt: new Date(Date.now() - 60_000) });
  await newSubmission('SCORED', place);
  return place;
}

async function finalPlace(stage: Stage): Promise<Place> {
  const place = await closedPlace(stage);
  const administrator: Actor = stage.actors.find(({ name }) => name === 'administrator')!;
  const headers = { ...(await stage.cookieOf(administrator)), origin: stage.url };
  const address = new URL(inPhase(place, 'final-ranking'), stage.url);
  const response = await fetch(address, { method: 'POST', headers });
  if (!response.ok) throw new Error(`The ranking wasn’t frozen: ${await response.text()}`);
  return place;
}

/** Rankings under permanent links, and what other sites show of a leaderboard. */
export const RANKING_ROWS: readonly Row[] = [
  route(`POST ${PHASE}/rankings`, 'ranking.keep', async (stage) => {
    await keptRanking(stage);
    return inPhase(stage.place, 'rankings');
  }),
  route(`POST ${PHASE}/final-ranking`, 'ranking.freeze', async (stage) =>
    inPhase(await closedPlace(stage), 'final-ranking'),
  ),
  route(`POST ${PHASE}/final-ranking/undo`, 'ranking.freeze', async (stage) =>
    inPhase(await finalPlace(stage), 'final-ranking/undo'),
  ),
  ...['badge.svg', 'card.png', 'embed.json'].map((file) =>
    route(`GET ${PHASE}/${file}`, 'leaderboard.read', ({ place }) => inPhase(place, file)),
  ),
  ...['', '/ranking.csv', '/citation.bib', '/citation.ris', '/card.png'].map((rest) =>
    route(
      `GET ${RANKING}${rest}`,
      'leaderboard.read',
      async (stage) => `/api/v1/rankings/${await keptRanking(stage)}${rest}`,
    ),
  ),
  {
    entry: '/challenges/[slug]/leaderboard/[snapshot]',
    action: 'leaderboard.read',
    attempt: async (stage, actor) => {
      const id = await keptRanking(stage);
      return opensPage(stage, actor, `/challenges/${stage.place.slug}/leaderboard/${id}`);
    },
  },
  {
    entry: '/embed/[slug]/[phase]',
    action: 'leaderboard.read',
    attempt: (stage, actor) => opensPage(stage, actor, `/embed/${stage.place.slug}/test`),
  },
  form('app/challenges/[slug]/leaderboard/actions.ts#keepRankingAction', 'ranking.keep', async (stage) => {
    await keptRanking(stage);
    const { slug } = stage.place;
    return {
      page: `/challenges/${slug}/leaderboard`,
      state,
      fields: { challenge: slug, phase: 'test' },
      isDone: (response) =>
        /\/leaderboard\/[0-9a-f]{20}/.test(response.headers.get('x-action-redirect') ?? ''),
    };
  }),
];
