import { ActionButton } from '#components/ui/action-button.tsx';
import type { FormAction } from '#components/ui/form-state.ts';
import { CodeToCopy } from './code-to-copy.tsx';

/** Below a leaderboard: files of it, a permanent link to cite, and code for other sites. */
export function ShareSection({
  slug,
  title,
  phase,
  stratum,
  origin,
  keep,
}: {
  slug: string;
  /** Of the challenge. */
  title: string;
  phase: string;
  /** null for all cases. */
  stratum: string | null;
  /** Of this site. */
  origin: string;
  keep: FormAction;
}) {
  const api = `/api/v1/challenges/${slug}/phases/${phase}`;
  const query = stratum === null ? '' : `?stratum=${stratum}`;
  const page = `${origin}/challenges/${slug}/leaderboard?phase=${phase}`;
  const frame = `<iframe src="${origin}/embed/${slug}/${phase}" title="Leaderboard" width="100%" height="420" style="border:0"></iframe>`;
  return (
    <section className="share" aria-label="Export, cite and embed">
      <div className="exports">
        <span>This leaderboard:</span>
        <a href={`${api}/leaderboard.csv${query}`} download>
          CSV
        </a>
        <a href={`${api}/leaderboard${query}`}>JSON</a>
        <ActionButton
          action={keep}
          values={{ challenge: slug, phase }}
          pending="Creating link"
          className="linkish"
        >
          Permanent link to cite
        </ActionButton>
        <a href={`${api}/badge.svg`}>Badge</a>
        <a href={`/embed/${slug}/${phase}`}>Embed</a>
      </div>
      <details className="share-code">
        <summary>Show code for a README or a page</summary>
        <CodeToCopy
          label="Badge with the leader, in Markdown; add ?team= and the team’s slug for the rank of a team"
          text={`[![${markdownText(title)}](${origin}${api}/badge.svg)](${page})`}
        />
        <CodeToCopy label="The first ten teams in a frame; add ?limit= for up to 50" text={frame} />
        <CodeToCopy label="The same as JSON, for scripts of any site" text={`${origin}${api}/embed.json`} />
      </details>
    </section>
  );
}

/** A text between brackets. */
function markdownText(text: string): string {
  return text.replaceAll(/[\\[\]`*_<>]/g, (character) => `\\${character}`);
}
