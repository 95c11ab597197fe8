/** Does a chore now and then, never twice at once, until it is stopped. Its errors are reported. */
export function repeat(
  everyMs: number,
  chore: () => Promise<unknown>,
  onError: (error: Error) => void,
): { stop(): Promise<void> } {
  let doing: Promise<unknown> | null = null;
  const timer = setInterval(() => {
    doing ??= chore()
      .catch(onError)
      .finally(() => {
        doing = null;
      });
  }, everyMs);
  return {
    /** Waits for one that is under way. */
    async stop() {
      clearInterval(timer);
      await doing;
    },
  };
}
