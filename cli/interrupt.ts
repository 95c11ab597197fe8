const INTERRUPTED = 130;
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs work that Ctrl+C or SIGTERM abort, so that it can remove what is half-written. Returns exit code 130 then. A
 * second Ctrl+C ends the process at once, unless `cleansUp`: containers, for example, would stay behind.
 */
export async function interruptible(
  work: (signal: AbortSignal) => Promise<number>,
  { cleansUp = false } = {},
): Promise<number> {
  const stop = new AbortController();
  const ignore = () => {
    for (const name of SIGNALS) process.off(name, onSignal);
  };
  const onSignal = () => {
    process.stderr.write('\nStopping and cleaning up.\n');
    stop.abort(new Error('Interrupted.'));
    if (!cleansUp) ignore();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (stop.signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    ignore();
  }
}
