import type { RunnerHealth } from '#lib/domain/runners/health.ts';

export interface SelfReportOptions {
  /** What stands in the way of new work at this moment: see health.ts. */
  checkHealth(): Promise<Pick<RunnerHealth, 'status' | 'problems' | 'freeDiskBytes'>>;
  /** Writes it where organizers read it. */
  send(health: RunnerHealth): Promise<void>;
}

/** What the runner says of itself: that it is there, how it is, what it does, and what it can't do. */
export class SelfReport {
  readonly #options: SelfReportOptions;
  /** Phases that turned out to be too much for this host, and what they need. */
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

  /** Whether new work can be taken. Organizers hear of a change at once. */
  async isWell(): Promise<boolean> {
    const { status } = await this.#options.checkHealth();
    if (status !== this.#lastStatus) await this.send();
    return status === 'ok';
  }

  /** What is sent meanwhile says that an evaluation is under way. */
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

  /** From now on it takes nothing new. */
  drain(at: Date): void {
    this.#drainedAt = at.toISOString();
  }
}
