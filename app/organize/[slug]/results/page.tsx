import type { Metadata } from 'next';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { ResultsTable } from '#components/console/results/results-table.tsx';
import { resultsView } from '#lib/site/console/results/results-view.ts';
import { site } from '#lib/site/site.ts';
import { confirmDecisionAction, requestDecisionAction, withdrawDecisionAction } from './actions.ts';

interface Props {
  params: Promise<{ slug: string }>;
}

const ACTIONS = {
  request: requestDecisionAction,
  confirm: confirmDecisionAction,
  withdraw: withdrawDecisionAction,
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Results, ${(await params).slug}` };
}

/** The rankings of the phases: which are final, and what organizers request about them. */
export default async function ResultsPage({ params }: Props) {
  const { slug } = await params;
  const view = await orPage(resultsView(site(), slug, await currentViewer()), `/organize/${slug}/results`);
  return (
    <ConsoleFrame challenge={view.challenge} current="results" asOf={view.asOf}>
      <ResultsTable view={view} actions={ACTIONS} />
    </ConsoleFrame>
  );
}
