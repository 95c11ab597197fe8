import Link from 'next/link';

/** The logo: four solid bars, and one outlined because it is held out. */
export function Brand() {
  return (
    <Link className="brand" href="/" aria-label="Heldout, all challenges">
      <svg width="25" height="15" viewBox="0 0 25 15" aria-hidden="true">
        <g fill="currentColor">
          <rect x="0" y="0" width="3.5" height="15" />
          <rect x="5.25" y="0" width="3.5" height="15" />
          <rect x="10.5" y="0" width="3.5" height="15" />
          <rect x="15.75" y="0" width="3.5" height="15" />
        </g>
        <rect
          x="21.6"
          y=".6"
          width="2.8"
          height="13.8"
          fill="none"
          stroke="var(--accent)"
          strokeWidth="1.2"
        />
      </svg>
      Heldout
    </Link>
  );
}
