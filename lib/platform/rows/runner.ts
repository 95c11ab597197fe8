import {
  type RunnerCapabilities,
  type RunnerHost,
  runnerCapabilitiesSchema,
  runnerHostSchema,
} from '#lib/domain/runners/capabilities.ts';
import { type RunnerHealth, runnerHealthSchema } from '#lib/domain/runners/health.ts';
import type { Runner as RunnerColumns } from '#prisma-client';

interface ParsedColumns {
  /** Decides which phases the runner can serve; null if the runner's report doesn't parse. */
  capabilities: RunnerCapabilities | null;
  /** Host details for organizers. */
  host: RunnerHost | null;
  health: RunnerHealth | null;
}

/**
 * Parses a runner's reports. A runner of another version may report in another format; it then counts as a
 * runner without a report. This way hosts can be updated one by one while the site runs.
 */
export function runnerFromRow<Row extends Pick<RunnerColumns, 'host' | 'health'>>(
  row: Row,
): Omit<Row, keyof ParsedColumns> & ParsedColumns {
  return {
    ...row,
    capabilities: runnerCapabilitiesSchema.safeParse(row.host).data ?? null,
    host: runnerHostSchema.safeParse(row.host).data ?? null,
    health: runnerHealthSchema.safeParse(row.health).data ?? null,
  };
}
