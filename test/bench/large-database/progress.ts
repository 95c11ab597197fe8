/** Says what is being done, how far it is, and how long it took: on one line in a terminal, else a line per step. */
export class Progress {
  readonly #interactive = process.stderr.isTTY;
  #step = '';
  #shownAt = 0;

  /** Runs a step. Its text begins with a verb, as in "Write 20,000 submissions". */
  async step<Result>(text: string, work: () => Promise<Result>): Promise<Result> {
    this.#step = text;
    const startedAt = performance.now();
    this.#show('…');
    const result = await work();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stderr.write(`${this.#interactive ? '\r\x1b[K' : ''}  ${text}: ${seconds} s\n`);
    return result;
  }

  count(done: number, total: number): void {
    // A terminal can't show more, and every line costs time.
    if (performance.now() - this.#shownAt < 200 && done < total) return;
    this.#shownAt = performance.now();
    this.#show(`${done.toLocaleString('en')} of ${total.toLocaleString('en')}`);
  }

  #show(state: string): void {
    if (this.#interactive) process.stderr.write(`\r\x1b[K  ${this.#step}: ${state}`);
  }
}
