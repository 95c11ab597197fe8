import { startProgress } from '#cli/progress.ts';

/** Prints the demo’s steps: for each a heading, its progress, its result and its duration. */
export class Steps {
  private number = 0;
  private readonly startedAt = performance.now();
  private readonly total: number;

  constructor(total: number) {
    this.total = total;
  }

  /** `work` reports its progress through `update`; `summarize` describes the result. */
  async run<T>(
    title: string,
    work: (update: (text: string) => void) => Promise<T>,
    summarize: (value: T) => string = String,
  ): Promise<T> {
    this.number += 1;
    console.log(`\n[${this.number}/${this.total}] ${title}`);
    const startedAt = performance.now();
    const progress = startProgress(process.stdout);
    const value = await work((text) => progress.update(`      ${text}`));
    if (process.stdout.isTTY) process.stdout.write('\r\x1b[2K');
    console.log(`      ${summarize(value)}  (${secondsSince(startedAt)} s)`);
    return value;
  }

  allSeconds(): string {
    return secondsSince(this.startedAt);
  }
}

function secondsSince(startedAt: number): string {
  return ((performance.now() - startedAt) / 1000).toFixed(1);
}
