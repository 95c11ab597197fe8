import { utcDateTime } from '#components/format/time.ts';

/** The part of a page below its tabs: the heading, with when it was read and who sees it, and the contents. */
export function PageMain({
  title,
  asOf,
  seenBy,
  className,
  children,
}: {
  title: string | undefined;
  asOf: string;
  /** After "visible to". */
  seenBy: React.ReactNode;
  className: string;
  children: React.ReactNode;
}) {
  return (
    <main id="main" className={`wrap ${className}`}>
      <div className="head">
        <h1>{title}</h1>
        <p className="stamp">
          {utcDateTime(asOf)} · visible to {seenBy}
        </p>
      </div>
      {children}
    </main>
  );
}
