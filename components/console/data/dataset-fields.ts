import type { FieldSpec } from '#components/ui/action-form.tsx';
import type { ReleasesView } from '#lib/api/pages/organizer/data.ts';
import { ACCESS_OPTIONS } from './access-fields.ts';

/** The form that describes a dataset; of a new one, also its name. */
export function datasetFields(challenge: string, view: ReleasesView | null): FieldSpec[] {
  const dataset = view?.dataset;
  return [
    { name: 'challenge', label: '', type: 'hidden', value: challenge },
    dataset
      ? { name: 'dataset', label: '', type: 'hidden', value: dataset.name }
      : {
          ...{ name: 'name', label: 'Name in addresses', type: 'text', autoComplete: 'off' },
          hint: 'Lower-case letters, digits and hyphens, as in training-scans. It can’t be changed.',
        },
    { name: 'title', label: 'Title', type: 'text', maxLength: 120, value: dataset?.title ?? '' },
    {
      ...{ name: 'summary', label: 'Summary', type: 'lines', isOptional: true },
      hint: 'In Markdown.',
      value: dataset?.summary ?? '',
    },
    {
      ...{ name: 'license', label: 'License', type: 'text', maxLength: 100 },
      hint: 'The SPDX identifier if there is one, as in CC-BY-4.0.',
      value: dataset?.license ?? '',
    },
    {
      ...{ name: 'contact', label: 'Contact', type: 'text', maxLength: 200 },
      hint: 'An email address or a page that everybody sees.',
      value: dataset?.contact ?? '',
    },
    {
      ...{ name: 'access', label: 'Access', type: 'select', options: ACCESS_OPTIONS },
      hint: 'A change holds at once, for all releases.',
      value: dataset?.access ?? 'REQUEST',
    },
    {
      ...{ name: 'terms', label: 'Terms', type: 'lines' },
      hint: 'Each release keeps the terms that it was published under.',
      value: view?.terms ?? '',
    },
    {
      ...{ name: 'doi', label: 'DOI', type: 'text', isOptional: true },
      hint: 'As in 10.1038/s41597-022-01401-7.',
      value: dataset?.doi ?? '',
    },
    {
      ...{ name: 'citation', label: 'Citation', type: 'lines', isOptional: true },
      value: dataset?.citation ?? '',
    },
    { name: 'funding', label: 'Funding', type: 'lines', isOptional: true, value: dataset?.funding ?? '' },
  ];
}
