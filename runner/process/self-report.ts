import type { RunnerHealth } from '#lib/domain/runners/health.ts';

export interface SelfReportOptions {
  /** Checks for problems that prevent new work: see health.ts. */
  checkHealth(): Promise<Pick<RunnerHealth, 'status' | 'problems' | 'freeDiskBytes'>>;
  /** Stores the report for organizers. Returns since when they ask the runner to take no new work; null if they don't. */
  send(health: RunnerHealth): Promise<Date | null>;
}

/**
 * The runner's report about itself: that it is alive, its health, its current work, and the phases it can't
 * run.
 */
export class SelfReport {
  readonly #options: SelfReportOptions;
  /** Phases that turned out to exceed this host, and what they need. */
  readonly #unsupported = new Map<string, string>();
  #lastStatus: RunnerHealth['status'] | null = null;
  #running = 0;
  /** Since when the process is being stopped. */
  #stoppedAt: Date | null = null;
  #drainRequestedAt: Date | null = null;

  constructor(options: SelfReportOptions) {
    this.#options = options;
  }

  async send(): Promise<void> {
    const health = await this.#options.checkHealth();
    this.#lastStatus = health.status;
    const report = () => ({
      ...health,
      running: this.#running,
      drainedAt: (this.#stoppedAt ?? this.#drainRequestedAt)?.toISOString() ?? null,
      unsupported: [...this.#unsupported].map(([phaseId, needs]) => ({ phaseId, needs })),
    });
    const before = this.#drainRequestedAt;
    this.#drainRequestedAt = await this.#options.send(report());
    // So that the console shows within one report that the runner obeys.
    if ((before === null) !== (this.#drainRequestedAt === null)) await this.#options.send(report());
  }

  /** Whether the runner may take new work. A change of its health is reported to organizers immediately. */
  async takesWork(): Promise<boolean> {
    const { status } = await this.#options.checkHealth();
    if (status !== this.#lastStatus) await this.send();
    return status === 'ok' && this.#drainRequestedAt === null;
  }

  /** Reports sent during the work say that an evaluation is running. */
  async whileRunning(work: () => Promise<void>): Promise<void> {
    this.#running = 1;
    try {
      await work();
    } finally {
      this.#running = 0;
    }
  }

  addUnsupported(phaseId: string, needs: string): void {
    this.#unsupported.set(phaseId, needs);
  }

  get unsupportedPhases(): string[] {
    return [...this.#unsupported.keys()];
  }

  /** The process is being stopped: from now on, reports say that the runner takes no new work. */
  stop(at: Date): void {
    this.#stoppedAt = at;
  }
}
