import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { RescoringSection } from '#components/console/rescorings/rescoring-section.tsx';
import { rescoringsView } from '#lib/site/console/rescorings.ts';
import { site } from '#lib/site/site.ts';
import { dropRescoringAction, publishRescoringAction } from './actions.ts';

interface Props {
  params: Promise<{ slug: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Rescorings, ${(await params).slug}` };
}

/** Scores in another version beside those in force, with what would change. */
export default async function RescoringsPage({ params }: Props) {
  const { slug } = await params;
  const view = await orPage(
    rescoringsView(site(), slug, await currentViewer()),
    `/organize/${slug}/rescorings`,
  );
  return (
    <ConsoleFrame challenge={view.challenge} current="rescorings" asOf={view.asOf}>
      {view.rescorings.length === 0 ? (
        <div className="empty">
          <p>
            <b>No phase has been rescored.</b>
          </p>
          <p className="soft">
            On a runner’s host, <span className="mono">heldout rescore --phase {slug}/PHASE</span> scores the
            kept predictions of a phase again. The new scores appear here, and nowhere else until you publish
            them.
          </p>
        </div>
      ) : null}
      {view.rescorings.map((rescoring) => (
        <RescoringSection
          key={rescoring.id}
          challenge={slug}
          rescoring={rescoring}
          actions={view.viewerDecides ? { publish: publishRescoringAction, drop: dropRescoringAction } : null}
        />
      ))}
    </ConsoleFrame>
  );
}
