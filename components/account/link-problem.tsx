import Link from 'next/link';

/** A link from a mail that no longer works: what happened, and the page on which a new one can be requested. */
export function LinkProblem({ problem, href, label }: { problem: string; href: string; label: string }) {
  return (
    <>
      <p className="refusal narrow-text">{problem}</p>
      <p className="actions">
        <Link className="btn primary" href={href}>
          {label}
        </Link>
      </p>
    </>
  );
}
