import type { CaseFinding, DatasetCase } from '#cli/dataset/case.ts';
import type { ListedFile } from '#cli/dataset/files/list-files.ts';
import { type MetadataTables, UNKNOWN_METADATA } from '#cli/dataset/files/metadata.ts';
import type { FileMatch, Layout } from './layout.ts';

export interface Assembled {
  cases: DatasetCase[];
  refused: Map<string, CaseFinding[]>;
}

interface Group extends FileMatch {
  files: Map<string, string[]>;
}

/** Puts the files of a layout together to cases, sorted by name. A case that lacks an input is refused alone. */
export function assembleCases(
  layout: Layout,
  files: readonly ListedFile[],
  metadata: MetadataTables,
): Assembled {
  const groups = new Map<string, Group>();
  for (const file of files) {
    const match = layout.match(file);
    if (match === null) continue;
    const group = groups.get(match.name) ?? { ...match, files: new Map() };
    groups.set(match.name, group);
    group.files.set(match.slug, [...(group.files.get(match.slug) ?? []), file.path]);
  }
  const sorted = [...groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const refused = new Map<string, CaseFinding[]>();
  const cases: DatasetCase[] = [];
  for (const group of sorted) {
    const findings = findingsOf(layout, group);
    if (findings.length > 0) refused.set(group.name, findings);
    else cases.push(caseOf(layout, group, metadata));
  }
  return { cases, refused };
}

function findingsOf(layout: Layout, { name, files }: Group): CaseFinding[] {
  return layout.inputs.flatMap((slug): CaseFinding[] => {
    const found = files.get(slug) ?? [];
    const [first] = found;
    if (found.length === 1) return [];
    if (first === undefined) {
      const [other] = [...files.values()].flat();
      const message = `it has no ${slug}, but ${other}. Add a file like ${layout.examples[slug]}, or remove the others`;
      return [{ slug, file: other ?? null, message }];
    }
    const message = `${name} exists twice as ${slug}: ${found.join(' and ')}. Keep only one`;
    return [{ slug, file: first, message }];
  });
}

function caseOf(layout: Layout, group: Group, tables: MetadataTables): DatasetCase {
  const metadata = tables.of(group.subject, group.session) ?? UNKNOWN_METADATA;
  const truths = layout.truths.flatMap(({ slug, on }) => {
    const paths = group.files.get(slug);
    return paths ? [[slug, { paths, on }] as const] : [];
  });
  return {
    name: group.name,
    inputs: Object.fromEntries(layout.inputs.map((slug) => [slug, { path: group.files.get(slug)![0]! }])),
    truths: Object.fromEntries(truths),
    values: {},
    metadata: { ...metadata, CENTER: metadata.CENTER ?? group.center ?? null },
    strata: {},
  };
}
