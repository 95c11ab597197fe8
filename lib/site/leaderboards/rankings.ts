import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '#lib/platform/database.ts';
import type { Notifications } from '#lib/platform/notifications.ts';
import { parseColumn } from '#lib/platform/rows/parse-column.ts';
import type { SharedReads } from '#lib/site/shared-reads.ts';
import { findStale, type RankedPhase, type StoredVersions, VERSIONS } from './inputs/staleness.ts';
import { noFigures, type RankingFigures, rankingFiguresSchema } from './ranking-figures.ts';
import { RankingThread } from './ranking-thread.ts';
import { emptySnapshot, type Snapshot, snapshotContentSchema } from './snapshot.ts';

/** A process that computes a ranking has this long before another one may take over. */
const CLAIM_SECONDS = 60;
/** How often a process looks whether another one has finished. */
const POLL_MS = 250;
/** A ranking that fails is tried again so often, and then once more for each request. */
const MAX_TRIES = 3;
const MAX_CACHED = 200;
/** How long a page waits for the first ranking of a phase. */
const FIRST_RANKING_MS = 10_000;

interface Cached extends StoredVersions, Snapshot {
  computedAt: number;
}

/**
 * The rankings of all phases. Each is computed in a worker thread when a score is recorded, by one site process
 * at a time, and stored; requests only read what is stored. A ranking whose scores or code have changed since
 * is shown until the next one is stored.
 */
export class Rankings {
  readonly #db: Database;
  readonly #shared: SharedReads;
  readonly #log: Logger;
  readonly #thread: RankingThread;
  readonly #stopWatching: () => void;
  /** By phase: the work that is under way, which starts again if scores change meanwhile. */
  readonly #running = new Map<string, { again: boolean; done: Promise<void> }>();
  /** Parsed snapshots, the least recently used first. */
  readonly #cached = new Map<string, Cached>();
  #closed = false;

  constructor(options: {
    db: Database;
    databaseUrl: string;
    notifications: Notifications;
    shared: SharedReads;
    log: Logger;
  }) {
    this.#db = options.db;
    this.#shared = options.shared;
    this.#log = options.log;
    this.#thread = new RankingThread(options.databaseUrl);
    this.#stopWatching = options.notifications.watchScores((phaseId) => {
      if (phaseId === null) void this.#refreshAll();
      else void this.refresh(phaseId);
    });
  }

  /** The stored ranking of a phase. One that is out of date is computed again in the background. */
  async read(phase: RankedPhase): Promise<Snapshot> {
    const snapshot = await this.#load(phase.id);
    if (findStale(phase, snapshot)) {
      const refreshed = this.refresh(phase.id);
      if (!snapshot) await within(FIRST_RANKING_MS, refreshed);
    }
    if (snapshot || phase.scoresVersion === 0) return snapshot ?? emptySnapshot();
    return (await this.#load(phase.id)) ?? emptySnapshot();
  }

  /** The ranking with all scores of `phase`, or after `timeoutMs` what is stored then. */
  async readCurrent(phase: RankedPhase, timeoutMs: number): Promise<Snapshot> {
    if (findStale(phase, await this.#load(phase.id))) await within(timeoutMs, this.refresh(phase.id));
    return this.read(phase);
  }

  /** What only the figures show of the stored ranking. Read once for all requests of the moment, but not kept. */
  readFigures(phaseId: string): Promise<RankingFigures> {
    return this.#shared.read(`figures ${phaseId}`, async () => {
      const row = await this.#db.rankingSnapshot.findUnique({
        where: { phaseId },
        select: { figures: true },
      });
      const column = { table: 'RankingSnapshot', id: phaseId, column: 'figures' };
      return row?.figures ? parseColumn(rankingFiguresSchema, row.figures, column) : noFigures();
    });
  }

  /**
   * Resolves when the stored ranking has all scores that are recorded now, or can't be computed. Never rejects.
   */
  refresh(phaseId: string): Promise<void> {
    const running = this.#running.get(phaseId);
    if (running) {
      running.again = true;
      return running.done;
    }
    const work = { again: false, done: Promise.resolve() };
    this.#running.set(phaseId, work);
    work.done = this.#compute(phaseId, work).finally(() => {
      this.#running.delete(phaseId);
      // Whoever waited for the ranking reads it before the database announces it.
      this.#shared.forget();
    });
    return work.done;
  }

  /** Waits until all scores that are recorded now are ranked, but no longer than `timeoutMs`. */
  settle(phaseId: string, timeoutMs: number): Promise<void> {
    return within(timeoutMs, this.refresh(phaseId));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWatching();
    await this.#thread.close();
    await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  async #compute(phaseId: string, work: { again: boolean }): Promise<void> {
    let failures = 0;
    while (!this.#closed && failures < MAX_TRIES) {
      work.again = false;
      try {
        const [phase] = await this.#db.phase.findMany({
          where: { id: phaseId },
          select: VERSIONS,
        });
        const part = phase && findStale(phase, phase.snapshot);
        if (!part) {
          if (work.again) continue;
          return;
        }
        if (await this.#claim(phaseId)) {
          await this.#thread.compute({ phaseId, part }).finally(() => this.#release(phaseId));
          failures = 0;
          continue;
        }
      } catch (error) {
        if (this.#closed) return;
        failures += 1;
        this.#log.error({ err: error, phaseId }, 'a ranking failed');
      }
      // Another process computes it, or something failed.
      await sleep(POLL_MS * 2 ** failures, undefined, { ref: false });
    }
  }

  async #claim(phaseId: string): Promise<boolean> {
    const claimed = await this.#db.$queryRaw<unknown[]>`
      INSERT INTO "RankingSnapshot" ("phaseId", "claimExpiresAt")
      VALUES (${phaseId}::uuid, now() + make_interval(secs => ${CLAIM_SECONDS}))
      ON CONFLICT ("phaseId") DO UPDATE SET "claimExpiresAt" = excluded."claimExpiresAt"
      WHERE "RankingSnapshot"."claimExpiresAt" IS NULL OR "RankingSnapshot"."claimExpiresAt" < now()
      RETURNING 1`;
    return claimed.length > 0;
  }

  async #release(phaseId: string): Promise<void> {
    await this.#db.rankingSnapshot.updateMany({ where: { phaseId }, data: { claimExpiresAt: null } });
  }

  /** After the connection was lost, scores of any phase may have changed. */
  async #refreshAll(): Promise<void> {
    try {
      const phases = await this.#db.phase.findMany({
        where: { scoresVersion: { gt: 0 } },
        select: VERSIONS,
      });
      for (const phase of phases) {
        if (findStale(phase, phase.snapshot)) void this.refresh(phase.id);
      }
    } catch (error) {
      if (!this.#closed) this.#log.error({ err: error }, 'out-of-date rankings were not found');
    }
  }

  /** The stored ranking of a phase, read and parsed when it has changed. */
  #load(phaseId: string): Promise<Cached | undefined> {
    return this.#shared.read(`ranking ${phaseId}`, () => this.#loadNow(phaseId));
  }

  async #loadNow(phaseId: string): Promise<Cached | undefined> {
    const where = { phaseId, computedAt: { not: null } };
    const select = { ...VERSIONS.snapshot.select, computedAt: true };
    const stored = await this.#db.rankingSnapshot.findFirst({ where, select });
    if (!stored) return undefined;
    const cached = this.#cached.get(phaseId);
    const isKept = cached?.computedAt === stored.computedAt!.getTime();
    const { frozenAt, strataVersion } = stored;
    const snapshot = isKept ? { ...cached, frozenAt, strataVersion } : await this.#parse(phaseId);
    this.#cached.delete(phaseId);
    this.#cached.set(phaseId, snapshot);
    for (const oldest of this.#cached.keys()) {
      if (this.#cached.size <= MAX_CACHED) break;
      this.#cached.delete(oldest);
    }
    return snapshot;
  }

  async #parse(phaseId: string): Promise<Cached> {
    const row = await this.#db.rankingSnapshot.findUniqueOrThrow({
      where: { phaseId },
      omit: { figures: true },
    });
    const { scoresVersion, strataVersion, codeVersion, computedAt, frozenAt, key } = row;
    const column = { table: 'RankingSnapshot', id: phaseId, column: 'content' };
    const content = parseColumn(snapshotContentSchema, row.content, column);
    const revision = createHash('sha256')
      .update(`${key} ${computedAt!.getTime()}`)
      .digest('hex')
      .slice(0, 12);
    const versions = { scoresVersion, strataVersion, codeVersion, frozenAt };
    return { ...versions, computedAt: computedAt!.getTime(), content, revision };
  }
}

/** Waits for `work`, but no longer than `timeoutMs`. */
async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  await Promise.race([work, sleep(timeoutMs, undefined, { ref: false })]);
}
