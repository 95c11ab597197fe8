/** Does a chore at once and then every so often, never twice at once, until it is stopped. Its errors are reported. */
export function repeat(
  everyMs: number,
  chore: () => Promise<unknown>,
  onError: (error: Error) => void,
): { stop(): Promise<void> } {
  let doing: Promise<unknown> | null = null;
  const once = () => {
    doing ??= chore()
      .catch(onError)
      .finally(() => {
        doing = null;
      });
  };
  once();
  const timer = setInterval(once, everyMs);
  return {
    /** Waits for one that is under way. */
    async stop() {
      clearInterval(timer);
      await doing;
    },
  };
}
