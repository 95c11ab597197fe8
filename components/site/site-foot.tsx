import Link from 'next/link';

export function SiteFoot() {
  return (
    <footer className="site-foot">
      <div className="wrap">
        <span>Scores on synthetic data are never compared with results on patient data.</span>
        <Link href="/">Challenges</Link>
        <a href="/healthz">Status</a>
      </div>
    </footer>
  );
}
