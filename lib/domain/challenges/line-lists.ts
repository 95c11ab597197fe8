import { metricSetLine, readMetricSetLine } from '#lib/domain/phases/metric-sets.ts';
import { groupLimitLine, readGroupLimitLine } from '#lib/domain/registrations/groups.ts';
import { dateLine, linkLine, readDateLine, readLinkLine } from './links.ts';

interface Lines {
  write(entry: never): string;
  read(line: string): unknown;
}
const TEXTS: Lines = { write: (entry: string) => entry, read: (line) => line };

/** Lists of a definition that a form takes as one entry per line, by their names. */
export const LINE_LISTS: Readonly<Record<string, Lines>> = {
  groups: TEXTS,
  groupLimits: { write: groupLimitLine, read: readGroupLimitLine },
  metricSets: { write: metricSetLine, read: readMetricSetLine },
  allowedAddresses: TEXTS,
  deniedAddresses: TEXTS,
  links: { write: linkLine, read: readLinkLine },
  dates: { write: dateLine, read: readDateLine },
};

/** The lines of a text that aren't empty. */
export function linesIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
