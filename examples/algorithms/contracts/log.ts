const started = performance.now();

/** Prints a log message with the elapsed time; the example algorithms log every step. */
export function log(message: string): void {
  console.log(`${((performance.now() - started) / 1000).toFixed(2).padStart(6)} s  ${message}`);
}

export function logFailure(error: unknown): void {
  log(`failed: ${error instanceof Error ? error.message : error}`);
}
