/**
 * A status line on stderr with the current step and its duration, for containers that run for minutes. Only on a
 * terminal: a log has the lines of the finished steps.
 */
export interface LiveLine {
  show(text: string): void;
  /** Writes permanent lines above the status line. */
  above(write: () => void): void;
  /** Erases the status line. */
  end(): void;
}

const ERASE = '\r\x1b[2K';
const REDRAW_MS = 1000;

export function startLiveLine(stream: NodeJS.WriteStream = process.stderr): LiveLine {
  if (!stream.isTTY) return { show: () => undefined, above: (write) => write(), end: () => undefined };
  let text = '';
  let startedAt = performance.now();
  const draw = () => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    // A wrapped line can’t be erased. A terminal that doesn’t know its width reports 0.
    const width = stream.columns || 80;
    stream.write(`${ERASE}${`${text}  ${seconds} s`.slice(0, width - 1)}`);
  };
  const timer = setInterval(draw, REDRAW_MS);
  return {
    show(next) {
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
