/** Asks for confirmation before an action that can’t be undone. A disclosure, so it works without JavaScript. */
export function Confirmation({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <details className="confirmation">
      <summary className="btn bad">{label}</summary>
      <div>{children}</div>
    </details>
  );
}
