import { opensPage, type Row } from '#test/support/rights/attempts.ts';
import type { Stage } from '#test/support/rights/stage.ts';
import { DATASET, newReleaseFile } from '#test/support/site/release-archive.ts';
import { unique } from '#test/support/site/scene.ts';
import { form, state } from './form.ts';

const ACTIONS = 'app/organize/[slug]/data/[dataset]/releases/actions.ts';

/** A draft of a release with a variant, and the page of its forms. */
async function newDraft({ database, place }: Stage) {
  const { dataset, releaseId } = await newReleaseFile(database.owner, place.challengeId);
  const page = `/organize/${place.slug}/data/${dataset}/releases`;
  return { dataset, releaseId, page, fields: { challenge: place.slug, dataset, version: '1.0' } };
}

/** The forms with which datasets are described and released. */
export const RELEASE_FORM_ROWS: readonly Row[] = [
  {
    entry: '/organize/[slug]/data/[dataset]/releases',
    action: 'dataset.edit',
    attempt: async (stage, actor) => opensPage(stage, actor, (await newDraft(stage)).page),
  },
  form(`${ACTIONS}#createDatasetAction`, 'dataset.edit', ({ database, place }) => {
    const name = unique('scans');
    return {
      page: `/organize/${place.slug}/data`,
      ...{ state, fields: { ...DATASET, challenge: place.slug, name } },
      isDone: async () => (await database.owner.dataset.count({ where: { name } })) === 1,
    };
  }),
  form(`${ACTIONS}#describeDatasetAction`, 'dataset.edit', async (stage) => {
    const { dataset, page, fields } = await newDraft(stage);
    const where = { name: dataset, title: 'Renamed' };
    return {
      ...{ page, state, fields: { ...fields, ...DATASET, title: 'Renamed' } },
      isDone: async () => (await stage.database.owner.dataset.count({ where })) === 1,
    };
  }),
  form(`${ACTIONS}#draftReleaseAction`, 'dataset.edit', async (stage) => {
    const { dataset, page, fields } = await newDraft(stage);
    const where = { version: '1.1', dataset: { name: dataset } };
    return {
      ...{ page, state, fields: { ...fields, version: '1.1', changelog: 'More.' } },
      isDone: async () => (await stage.database.owner.release.count({ where })) === 1,
    };
  }),
  form(`${ACTIONS}#describeReleaseAction`, 'dataset.edit', async (stage) => {
    const { releaseId, page, fields } = await newDraft(stage);
    const where = { id: releaseId, changelog: 'Better.' };
    return {
      ...{ page, state, fields: { ...fields, changelog: 'Better.' } },
      isDone: async () => (await stage.database.owner.release.count({ where })) === 1,
    };
  }),
  form(`${ACTIONS}#publishReleaseAction`, 'dataset.edit', async (stage) => {
    const { releaseId, page, fields } = await newDraft(stage);
    const where = { id: releaseId, publishedAt: { not: null } };
    return {
      ...{ page, state, fields },
      isDone: async () => (await stage.database.owner.release.count({ where })) === 1,
    };
  }),
];
