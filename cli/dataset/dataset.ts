import { stat } from 'node:fs/promises';
import path from 'node:path';
import { CommandError, UsageError } from '#cli/command.ts';
import type { Dataset } from './case.ts';
import { type ListedFile, listFiles } from './files/list-files.ts';
import { readMetadata } from './files/metadata.ts';
import { assembleCases } from './layouts/assemble.ts';
import { atlas2 } from './layouts/atlas-2.ts';
import { atlas3Raw } from './layouts/atlas-3-raw.ts';
import { atlasR1 } from './layouts/atlas-r1.ts';
import { bids } from './layouts/bids.ts';
import { isles2022 } from './layouts/isles-2022.ts';
import type { Layout } from './layouts/layout.ts';
import { patternLayout } from './layouts/pattern.ts';
import { readTableLayout, TABLE_NAMES } from './layouts/table.ts';

/** Recognized by their names; BIDS is what remains. */
const NAMED: readonly Layout[] = [isles2022, atlas3Raw, atlas2, atlasR1];
const BY_NAMES: readonly Layout[] = [...NAMED, bids];
export const LAYOUT_NAMES = [...BY_NAMES.map(({ name }) => name), 'table', 'pattern'] as const;

export interface ReadOptions {
  /** Recognized if null. */
  layout?: string | null;
  /** Patterns of the layout `pattern`. */
  inputs?: readonly string[];
  truths?: readonly string[];
}

/**
 * Finds the cases of a folder (or of a table) by its layout, without opening any image. Throws CommandError if no
 * case is found or the layout is ambiguous, UsageError for options that contradict each other.
 */
export async function readDataset(root: string, options: ReadOptions = {}): Promise<Dataset> {
  const { layout = null, inputs = [], truths = [] } = options;
  if (layout !== null && !(LAYOUT_NAMES as readonly string[]).includes(layout)) {
    throw new UsageError(`--layout takes one of ${LAYOUT_NAMES.join(', ')}, not "${layout}".`);
  }
  const byPattern = inputs.length + truths.length > 0;
  if (byPattern ? layout !== null && layout !== 'pattern' : layout === 'pattern') {
    throw new UsageError(
      `--input and --truth belong to the layout pattern${byPattern ? `, not to ${layout}` : ''}.`,
    );
  }
  if (await isTable(root)) return await readTableAt(root, root, 'the argument is a table');
  const files = await listFiles(root);
  const table = files.find(({ relative }) => (TABLE_NAMES as readonly string[]).includes(relative));
  if (layout === 'table' || (layout === null && !byPattern && table)) {
    if (!table)
      throw new CommandError(`${root} has no ${TABLE_NAMES.join(' or ')}. Add it, or pass the table itself.`);
    return await readTableAt(root, table.path, `it has a ${table.relative}`);
  }
  if (byPattern) return await readNamed(root, files, patternLayout(inputs, truths), 'patterns were given');
  return await readNamed(root, files, ...chooseLayout(root, files, layout));
}

async function isTable(root: string): Promise<boolean> {
  return /\.(csv|tsv)$/i.test(root) && ((await stat(root).catch(() => null))?.isFile() ?? false);
}

function chooseLayout(root: string, files: readonly ListedFile[], name: string | null): [Layout, string] {
  const given = BY_NAMES.find((layout) => layout.name === name);
  if (given) return [given, 'it was given'];
  const recognized = NAMED.flatMap((layout) => {
    const matches = files.flatMap((file) => {
      const slug = layout.match(file)?.slug;
      return slug === undefined ? [] : [{ slug, file }];
    });
    const slugs = new Set(matches.map(({ slug }) => slug));
    const all = [...layout.inputs, ...layout.truths.map(({ slug }) => slug)];
    const scans = matches.filter(({ slug }) => slug === layout.inputs[0]);
    if (!all.every((slug) => slugs.has(slug))) return [];
    return [{ layout, count: scans.length, example: scans[0]!.file.relative }];
  });
  const [first, second] = recognized;
  if (first && second) {
    const seen = recognized.map(
      ({ layout, count, example }) => `${layout.name} (${count} scans, such as ${example})`,
    );
    throw new CommandError(
      `${root} has files of several layouts: ${seen.join(' and ')}. Choose one with --layout.`,
    );
  }
  if (!first) return [bids, 'its names are those of BIDS and of no other layout'];
  return [first.layout, `${first.count} scans are named like ${first.example}`];
}

async function readNamed(
  root: string,
  files: readonly ListedFile[],
  layout: Layout,
  reason: string,
): Promise<Dataset> {
  const metadata = await readMetadata(files);
  const { cases, refused } = assembleCases(layout, files, metadata);
  if (cases.length === 0 && refused.size === 0) {
    const hint =
      layout.name === 'bids'
        ? ' sub-<id>_T1w.nii.gz in any subfolder is enough; links work too. For other names, pass --input and --truth.'
        : '';
    throw new CommandError(
      `No scan found in ${root}. Expected the layout ${layout.name}: ${layout.inputs.map((slug) => layout.examples[slug]).join(', ')}.${hint}`,
    );
  }
  return {
    root,
    layout: layout.name,
    reason,
    inputSlugs: layout.inputs,
    truthSlugs: layout.truths.map(({ slug }) => slug),
    cases,
    refused,
    notes: metadata.notes(),
  };
}

async function readTableAt(root: string, file: string, reason: string): Promise<Dataset> {
  const { cases, refused, inputSlugs, truthSlugs, notes } = await readTableLayout(path.resolve(file));
  if (cases.length + refused.size === 0) throw new CommandError(`The table ${file} has no row.`);
  return { root, layout: 'table', reason, inputSlugs, truthSlugs, cases, refused, notes };
}
