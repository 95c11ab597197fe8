import { WorkerDigest } from './worker-digest.tsx';

/** What organizers trust when they seal on this page, and how not to. */
export function TrustNote({ command }: { command: React.ReactNode }) {
  return (
    <details className="disclosure">
      <summary>What you trust when you seal here</summary>
      <p>
        The cases are encrypted in this browser before anything is sent, and the site can’t open what it gets.
        But the site serves this page and its script: whoever controls the site while you seal could serve a
        script that sends your cases elsewhere, or show a key of their own. If that matters, seal with the
        command, which comes from a source that you choose:
      </p>
      {command}
      <p>
        SHA-256 of the script that seals, as this browser got it: <WorkerDigest />. Build it from the source
        of this version (<code>node scripts/sealing-worker.ts</code>) to see what it should be, and compute
        that of <code>/sealing/worker.js</code> yourself: a breached page could show any number here.
      </p>
    </details>
  );
}
