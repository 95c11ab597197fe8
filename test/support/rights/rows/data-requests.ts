import { opensPage, type Row } from '#test/support/rights/attempts.ts';
import type { Actor, Stage } from '#test/support/rights/stage.ts';
import { newPublishedRelease } from '#test/support/site/release-archive.ts';
import { HEX64 } from '#test/support/site/scene.ts';
import { form, state } from './form.ts';
import { route } from './route.ts';

const CHALLENGE = '/api/v1/challenges/{slug}';
const DATASET = `${CHALLENGE}/datasets/{dataset}`;
const FORM = { institution: 'U', useStatement: 'Research.', name: 'Ada', termsSha256: HEX64 };
const SETTINGS = {
  ...{ access: 'REQUEST', autoApprove: [], validityDays: 30, dueDays: 9 },
  ...{ questions: [], replies: [] },
};
const REQUEST_ACTIONS = 'app/challenges/[slug]/data/[dataset]/request/actions.ts';
const DATA_ACTIONS = 'app/organize/[slug]/data/actions.ts';

interface Prepared {
  dataset: string;
  datasetId: string;
  /** Of the API. */
  path: string;
  page: string;
  /** Of forms. */
  fields: { challenge: string; dataset: string };
}

async function newDataset({ database, place }: Stage): Promise<Prepared> {
  const { dataset, datasetId } = await newPublishedRelease(database.owner, place.challengeId);
  const path = `/api/v1/challenges/${place.slug}/datasets/${dataset}`;
  const page = `/challenges/${place.slug}/data/${dataset}/request`;
  return { dataset, datasetId, path, page, fields: { challenge: place.slug, dataset } };
}

/** A request of an actor, or of whoever has an account. Returns its ID. */
async function newRequest(
  { database, actors }: Stage,
  datasetId: string,
  actor: Actor | null,
  isAsked = false,
): Promise<string> {
  const { userId } = actor?.account ?? actors.find(({ account }) => account !== null)!.account!;
  const at = new Date();
  const stateOf = isAsked ? ('CLARIFICATION' as const) : ('SUBMITTED' as const);
  const data = { datasetId, userId, state: stateOf, submittedAt: at, dueAt: at };
  return (await database.owner.dataRequest.create({ data })).id;
}

/** Requests for data: pages, routes and forms. */
export const DATA_REQUEST_ROWS: readonly Row[] = [
  {
    entry: '/challenges/[slug]/data/[dataset]/request',
    action: 'dataset.readRequest',
    attempt: async (stage, actor) => opensPage(stage, actor, (await newDataset(stage)).page),
  },
  {
    entry: '/account/data',
    action: 'dataset.readRequest',
    attempt: (stage, actor) => opensPage(stage, actor, '/account/data'),
  },
  ...['/organize/[slug]/data', '/organize/[slug]/data/downloads'].map(
    (entry): Row => ({
      ...{ entry, action: 'dataRequest.read' },
      attempt: (stage, actor) => opensPage(stage, actor, entry.replace('[slug]', stage.place.slug)),
    }),
  ),
  {
    entry: '/organize/[slug]/data/[dataset]',
    action: 'dataRequest.read',
    attempt: async (stage, actor) => {
      const { dataset } = await newDataset(stage);
      return opensPage(stage, actor, `/organize/${stage.place.slug}/data/${dataset}`);
    },
  },
  route(`GET ${DATASET}/request`, 'dataset.readRequest', async (stage) => ({
    path: `${(await newDataset(stage)).path}/request`,
  })),
  route(`PUT ${DATASET}/request`, 'dataset.request', async (stage) => ({
    path: `${(await newDataset(stage)).path}/request`,
    json: { institution: 'U' },
  })),
  route(`POST ${DATASET}/request`, 'dataset.request', async (stage) => ({
    path: `${(await newDataset(stage)).path}/request`,
    json: FORM,
  })),
  route(`POST ${DATASET}/request/answer`, 'dataset.request', async (stage, actor) => {
    const { path, datasetId } = await newDataset(stage);
    await newRequest(stage, datasetId, actor, true);
    return { path: `${path}/request/answer`, json: { text: 'Here.' } };
  }),
  route(`POST ${DATASET}/request/withdrawal`, 'dataset.request', async (stage, actor) => {
    const { path, datasetId } = await newDataset(stage);
    await newRequest(stage, datasetId, actor);
    return { path: `${path}/request/withdrawal` };
  }),
  route(`POST ${DATASET}/signature`, 'dataset.request', async (stage) => ({
    path: `${(await newDataset(stage)).path}/signature`,
    json: { name: 'Ada', termsSha256: HEX64 },
  })),
  route(`GET ${DATASET}/access`, 'dataRequest.read', async (stage) => ({
    path: `${(await newDataset(stage)).path}/access`,
  })),
  route(`PUT ${DATASET}/access`, 'dataRequest.decide', async (stage) => ({
    path: `${(await newDataset(stage)).path}/access`,
    json: SETTINGS,
  })),
  route(`GET ${CHALLENGE}/data-requests`, 'dataRequest.read', ({ place }) => ({
    path: `/api/v1/challenges/${place.slug}/data-requests`,
  })),
  route(`POST ${CHALLENGE}/data-requests/decisions`, 'dataRequest.decide', async (stage) => {
    const { datasetId } = await newDataset(stage);
    const requests = [await newRequest(stage, datasetId, null)];
    return {
      path: `/api/v1/challenges/${stage.place.slug}/data-requests/decisions`,
      json: { requests, decision: 'approve' },
    };
  }),
  form(`${REQUEST_ACTIONS}#sendRequestAction`, 'dataset.request', async (stage) => {
    const { datasetId, page, fields } = await newDataset(stage);
    return {
      ...{ page, state, fields: { ...fields, ...FORM } },
      isDone: async () => (await stage.database.owner.dataRequest.count({ where: { datasetId } })) === 1,
    };
  }),
  form(`${REQUEST_ACTIONS}#answerRequestAction`, 'dataset.request', async (stage, actor) => {
    const { datasetId, page, fields } = await newDataset(stage);
    await newRequest(stage, datasetId, actor, true);
    const where = { datasetId, state: 'SUBMITTED' as const };
    return {
      ...{ page, state, fields: { ...fields, text: 'Here.' } },
      isDone: async () => (await stage.database.owner.dataRequest.count({ where })) === 1,
    };
  }),
  form(`${REQUEST_ACTIONS}#withdrawRequestAction`, 'dataset.request', async (stage, actor) => {
    const { datasetId, page, fields } = await newDataset(stage);
    await newRequest(stage, datasetId, actor);
    const where = { datasetId, state: 'WITHDRAWN' as const };
    return {
      ...{ page, state, fields },
      isDone: async () => (await stage.database.owner.dataRequest.count({ where })) === 1,
    };
  }),
  form(`${REQUEST_ACTIONS}#signTermsAction`, 'dataset.request', async (stage) => {
    const { datasetId, page, fields } = await newDataset(stage);
    return {
      ...{ page, state, fields: { ...fields, name: 'Ada', termsSha256: HEX64 } },
      isDone: async () => (await stage.database.owner.dataSignature.count({ where: { datasetId } })) === 1,
    };
  }),
  form(`${DATA_ACTIONS}#decideDataRequestsAction`, 'dataRequest.decide', async (stage) => {
    const { place, database } = stage;
    const { datasetId } = await newDataset(stage);
    const request = await newRequest(stage, datasetId, null);
    const where = { id: request, state: 'APPROVED' as const };
    return {
      page: `/organize/${place.slug}/data`,
      ...{ state, fields: { challenge: place.slug, request, decision: 'approve' } },
      isDone: async () => (await database.owner.dataRequest.count({ where })) === 1,
    };
  }),
  form(`${DATA_ACTIONS}#changeAccessSettingsAction`, 'dataRequest.decide', async (stage) => {
    const { dataset, datasetId, fields } = await newDataset(stage);
    const where = { id: datasetId, dueDays: 9 };
    return {
      page: `/organize/${stage.place.slug}/data/${dataset}`,
      ...{ state, fields: { ...fields, access: 'REQUEST', dueDays: '9' } },
      isDone: async () => (await stage.database.owner.dataset.count({ where })) === 1,
    };
  }),
];
