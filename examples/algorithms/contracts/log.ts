const started = performance.now();

/** Everything that an example algorithm says goes through here, so that its log can be followed step by step. */
export function log(message: string): void {
  console.log(`${((performance.now() - started) / 1000).toFixed(2).padStart(6)} s  ${message}`);
}

export function logFailure(error: unknown): void {
  log(`failed: ${error instanceof Error ? error.message : error}`);
}
