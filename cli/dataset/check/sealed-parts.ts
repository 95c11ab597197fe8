import path from 'node:path';
import type { DatasetCase } from '#cli/dataset/case.ts';
import type { MaskLabel } from '#lib/domain/metrics/labels.ts';
import { type Finding, isError } from './findings.ts';
import type { PreparedCase } from './prepare-case.ts';

/** What of a case is sealed, by a task: its inputs and its truths, each by slug. */

/** What a task needs of a case, as plain data for a thread. */
export interface SealPlan {
  inputs: readonly { slug: string; required: boolean }[];
  truths: readonly string[];
  /** A Segmentation that is scored: the input whose grid it is on, and its labels, if it has any. */
  mask: { slug: string; grid: string; labels: readonly MaskLabel[] | null } | null;
  /** The slug under which a container gets what the table of participants says; null if it doesn't. */
  metadata: string | null;
}

export interface NamedPart {
  slug: string;
  /** Of the file in the sealed tar: ".nii.gz". */
  ending: string;
  /** Of the organizer's file. */
  file: string;
  bytes(): Uint8Array;
}

export interface CaseParts {
  inputs: NamedPart[];
  truths: NamedPart[];
  /** What the task needs and the case lacks. */
  findings: Finding[];
}

export function caseParts(source: DatasetCase, prepared: PreparedCase, plan: SealPlan): CaseParts {
  const findings: Finding[] = [];
  const need = (slug: string, part: NamedPart | null, isNeeded: boolean): NamedPart[] => {
    // A file that couldn't be read or used has an error of its own.
    if (part === null && isNeeded && !prepared.findings.some(isError)) {
      const message = `it has no ${slug}, which the task needs. Add the file, or leave the case out with --skip-bad`;
      findings.push({ code: 'incomplete', slug, file: null, message });
    }
    return part === null ? [] : [part];
  };
  const inputs = plan.inputs.flatMap(({ slug, required }) =>
    need(slug, inputPart(source, prepared, slug, plan.metadata), required),
  );
  const truths = plan.truths.flatMap((slug) => need(slug, truthPart(source, prepared, slug), true));
  return { inputs, truths, findings };
}

function inputPart(
  { inputs, values, metadata }: DatasetCase,
  prepared: PreparedCase,
  slug: string,
  metadataSlug: string | null,
): NamedPart | null {
  if (Object.hasOwn(inputs, slug)) {
    const image = prepared.inputs.find((one) => one.slug === slug);
    return image ? filePart(slug, image.path, image.bytes) : fileOf(prepared, slug);
  }
  if (Object.hasOwn(values, slug)) return valuePart(slug, values[slug]);
  return slug === metadataSlug ? valuePart(slug, metadata) : null;
}

function truthPart({ truths }: DatasetCase, prepared: PreparedCase, slug: string): NamedPart | null {
  const truth = Object.hasOwn(truths, slug) ? truths[slug] : undefined;
  if (truth && 'value' in truth) return valuePart(slug, truth.value);
  const mask = prepared.truths.find((one) => one.slug === slug);
  return mask ? filePart(slug, mask.paths[0]!, mask.bytes) : fileOf(prepared, slug);
}

function fileOf({ files }: PreparedCase, slug: string): NamedPart | null {
  const file = files.find((one) => one.slug === slug);
  return file ? filePart(slug, file.path, () => file.bytes) : null;
}

function filePart(slug: string, file: string, bytes: () => Uint8Array): NamedPart {
  const name = path.basename(file);
  const [ending] = /\.nii\.gz$|\.[a-z0-9]+$/i.exec(name) ?? ['.bin'];
  return { slug, ending: ending.toLowerCase(), file: name, bytes };
}

function valuePart(slug: string, value: unknown): NamedPart {
  return { slug, ending: '.json', file: `${slug}.json`, bytes: () => Buffer.from(JSON.stringify(value)) };
}
