/**
 * Runs a chore immediately and then at regular intervals, never twice at once, until it is stopped. Reports
 * its errors.
 */
export function repeat(
  everyMs: number,
  chore: () => Promise<unknown>,
  onError: (error: Error) => void,
): { stop(): Promise<void> } {
  let running: Promise<unknown> | null = null;
  const run = () => {
    running ??= chore()
      .catch(onError)
      .finally(() => {
        running = null;
      });
  };
  run();
  const timer = setInterval(run, everyMs);
  return {
    /** Waits for the current run of the chore. */
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
