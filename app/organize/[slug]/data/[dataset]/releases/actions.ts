'use server';

import { revalidatePath } from 'next/cache';
import { redirect } from 'next/navigation';
import { formRefusal, textOf } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { EMPTY_FORM, type FormState } from '#components/ui/form-state.ts';
import { describeDataset, describeRelease, publishRelease } from '#lib/site/datasets/edit-dataset.ts';
import { site } from '#lib/site/site.ts';

export async function createDatasetAction(_state: FormState, form: FormData): Promise<FormState> {
  const place = { challenge: textOf(form, 'challenge'), dataset: textOf(form, 'name') };
  try {
    await describeDataset(site(), place, descriptionIn(form), await currentViewer(), { isNew: true });
  } catch (error) {
    return formRefusal(error, form);
  }
  redirect(releasesOf(place));
}

export async function describeDatasetAction(_state: FormState, form: FormData): Promise<FormState> {
  const place = placeIn(form);
  try {
    await describeDataset(site(), place, descriptionIn(form), await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(releasesOf(place));
  return { ...EMPTY_FORM, done: 'Description saved.' };
}

export async function draftReleaseAction(_state: FormState, form: FormData): Promise<FormState> {
  const place = placeIn(form);
  try {
    const input = { changelog: textOf(form, 'changelog') };
    await describeRelease(site(), place, input, await currentViewer(), { isNew: true });
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(releasesOf(place));
  return { ...EMPTY_FORM, done: `Release ${place.version} is a draft.` };
}

/** The changelog of a draft, or the errata of a published release. */
export async function describeReleaseAction(_state: FormState, form: FormData): Promise<FormState> {
  const place = placeIn(form);
  try {
    const sent = ['changelog', 'errata'].filter((name) => form.has(name));
    const input = Object.fromEntries(sent.map((name) => [name, textOf(form, name)]));
    await describeRelease(site(), place, input, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(releasesOf(place));
  return { ...EMPTY_FORM, done: 'Saved.' };
}

export async function publishReleaseAction(_state: FormState, form: FormData): Promise<FormState> {
  const place = placeIn(form);
  try {
    await publishRelease(site(), place, await currentViewer());
  } catch (error) {
    return formRefusal(error, form);
  }
  revalidatePath(releasesOf(place));
  return { ...EMPTY_FORM, done: `Release ${place.version} is published.` };
}

function placeIn(form: FormData) {
  const [challenge, dataset, version] = ['challenge', 'dataset', 'version'].map((name) => textOf(form, name));
  return { challenge: challenge!, dataset: dataset!, version: version! };
}

function releasesOf({ challenge, dataset }: { challenge: string; dataset: string }): string {
  return `/organize/${challenge}/data/${dataset}/releases`;
}

function descriptionIn(form: FormData) {
  const names = ['title', 'summary', 'license', 'contact', 'access', 'terms'];
  const optional = ['doi', 'citation', 'funding'];
  return Object.fromEntries([
    ...names.map((name) => [name, textOf(form, name)]),
    ...optional.map((name) => [name, textOf(form, name).trim() || null]),
  ]);
}
