import {
  type RunnerCapabilities,
  type RunnerHost,
  runnerCapabilitiesSchema,
  runnerHostSchema,
} from '#lib/domain/runners/capabilities.ts';
import { type RunnerHealth, runnerHealthSchema } from '#lib/domain/runners/health.ts';
import type { Runner as RunnerColumns } from '#prisma-client';

interface ParsedColumns {
  /** What decides whether it can serve a phase; null where it says nothing that can be read. */
  capabilities: RunnerCapabilities | null;
  /** What organizers are shown of its host. */
  host: RunnerHost | null;
  health: RunnerHealth | null;
}

/**
 * A runner of another version than the site may report its host and its health in another form. It counts as one
 * that reports nothing, so that an update can go from host to host while the site runs.
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
