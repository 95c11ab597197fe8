/** Asks for confirmation before an action that can’t be undone. A disclosure, so it works without JavaScript. */
export function Confirmation({
  label,
  isHarmless = false,
  children,
}: {
  label: string;
  /** Nothing is lost, so the button isn't marked. */
  isHarmless?: boolean;
  children: React.ReactNode;
}) {
  return (
    <details className="confirmation">
      <summary className={isHarmless ? 'btn' : 'btn bad'}>{label}</summary>
      <div>{children}</div>
    </details>
  );
}
