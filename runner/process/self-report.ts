import type { RunnerHealth } from '#lib/domain/runners/health.ts';

export interface SelfReportOptions {
  /** Checks for problems that prevent new work: see health.ts. */
  checkHealth(): Promise<Pick<RunnerHealth, 'status' | 'problems' | 'freeDiskBytes'>>;
  /** Stores the report for organizers. */
  send(health: RunnerHealth): Promise<void>;
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
  #drainedAt: string | null = null;

  constructor(options: SelfReportOptions) {
    this.#options = options;
  }

  async send(): Promise<void> {
    const health = await this.#options.checkHealth();
    this.#lastStatus = health.status;
    await this.#options.send({
      ...health,
      running: this.#running,
      drainedAt: this.#drainedAt,
      unsupported: [...this.#unsupported].map(([phaseId, needs]) => ({ phaseId, needs })),
    });
  }

  /** Whether the runner can take new work. A change is reported to organizers immediately. */
  async isHealthy(): Promise<boolean> {
    const { status } = await this.#options.checkHealth();
    if (status !== this.#lastStatus) await this.send();
    return status === 'ok';
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

  /** From now on, reports say that the runner takes no new work. */
  drain(at: Date): void {
    this.#drainedAt = at.toISOString();
  }
}
