/** What a check can find. An error refuses its case; an oddity is listed and accepted. */
export const FINDINGS = {
  incomplete: { severity: 'error', title: 'a file is missing, or there are several' },
  unreadable: { severity: 'error', title: 'a file can’t be read' },
  not_a_mask: { severity: 'error', title: 'a mask isn’t a mask' },
  other_grid: { severity: 'error', title: 'a mask isn’t on the grid of its scan' },
  sheared: { severity: 'error', title: 'the axes of a scan aren’t at right angles' },
  duplicate: { severity: 'error', title: 'a scan is identical to another' },
  near_duplicate: { severity: 'oddity', title: 'a scan is nearly identical to another' },
  empty_mask: { severity: 'oddity', title: 'a mask is empty' },
  large_mask: { severity: 'oddity', title: 'a mask covers more than half of its grid' },
  labels: { severity: 'oddity', title: 'a mask has values other than 0 and 1' },
  united: { severity: 'oddity', title: 'several masks are united' },
  header: { severity: 'oddity', title: 'a header was made canonical' },
  not_finite: { severity: 'oddity', title: 'a scan has NaN or infinite values' },
  negative: { severity: 'oddity', title: 'a scan has negative values' },
  constant: { severity: 'oddity', title: 'a scan has one value only' },
} as const satisfies Record<string, { severity: 'error' | 'oddity'; title: string }>;

export type FindingCode = keyof typeof FINDINGS;

export interface Finding {
  code: FindingCode;
  slug: string | null;
  file: string | null;
  /** Without the name of the case; says what to do where it refuses the case. */
  message: string;
}

export function isError({ code }: Finding): boolean {
  return FINDINGS[code].severity === 'error';
}
