/** Commands or logs. The element may scroll, so it can be focused. */
export function Preformatted({ kind, children }: { kind?: 'cmd' | 'log'; children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls needs the focus to be scrolled by keys
    <pre className={kind} tabIndex={0}>
      {children}
    </pre>
  );
}
