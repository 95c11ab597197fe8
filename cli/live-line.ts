/**
 * One line on stderr that says what is being done and for how long, so that something moves while a container
 * works for minutes. On a terminal alone: in a log the lines of what was done say as much.
 */
export interface LiveLine {
  say(text: string): void;
  /** Writes lines that stay, above the one that moves. */
  above(write: () => void): void;
  /** Erases it. */
  end(): void;
}

const ERASE = '\r\x1b[2K';
const REDRAW_MS = 1000;

export function startLiveLine(stream: NodeJS.WriteStream = process.stderr): LiveLine {
  if (!stream.isTTY) return { say: () => undefined, above: (write) => write(), end: () => undefined };
  let text = '';
  let startedAt = performance.now();
  const draw = () => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    // A line that wraps can't be erased. A terminal that does not know its width says 0.
    const width = stream.columns || 80;
    stream.write(`${ERASE}${`${text}  ${seconds} s`.slice(0, width - 1)}`);
  };
  const timer = setInterval(draw, REDRAW_MS);
  return {
    say(next) {
      text = next;
      startedAt = performance.now();
      draw();
    },
    above(write) {
      stream.write(ERASE);
      write();
      draw();
    },
    end() {
      clearInterval(timer);
      stream.write(ERASE);
    },
  };
}
