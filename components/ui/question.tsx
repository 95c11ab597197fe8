/** Asks before something ends that cannot be taken back. Works without JavaScript: it is a disclosure. */
export function Question({ word, children }: { word: string; children: React.ReactNode }) {
  return (
    <details className="question">
      <summary className="btn bad">{word}</summary>
      <div>{children}</div>
    </details>
  );
}
