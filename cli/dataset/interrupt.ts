const INTERRUPTED = 130;

/**
 * Runs work that Ctrl+C or SIGTERM abort, so that it can remove what is half-written. Returns exit code 130 then; a
 * second Ctrl+C ends the process at once.
 */
export async function interruptible(work: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const stop = new AbortController();
  const onSignal = () => {
    process.stderr.write('\nStopping and cleaning up.\n');
    stop.abort(new Error('Interrupted.'));
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, onSignal);
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
  try {
    return await work(stop.signal);
  } catch (error) {
    if (stop.signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, onSignal);
  }
}
