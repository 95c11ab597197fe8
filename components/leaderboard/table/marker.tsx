/** The shape of a series, drawn around the origin. Each series has its own shape and color. */
export function Marker({ series }: { series: number }) {
  switch (series) {
    case 1:
      return <circle className="mk" r="5" />;
    case 2:
      return <rect className="mk" x="-4.6" y="-4.6" width="9.2" height="9.2" />;
    case 3:
      return <path className="mk" d="M0 -5.8L5.6 4.4H-5.6Z" />;
    case 4:
      return <path className="mk" d="M0 -6.2L6.2 0L0 6.2L-6.2 0Z" />;
    case 5:
      return <path className="mk" d="M-2 -6H2V-2H6V2H2V6H-2V2H-6V-2H-2Z" />;
    default:
      return <circle className="mk" r="3.6" />;
  }
}
