import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { ConsoleFrame } from '#components/console/console-frame.tsx';
import { SealTestSet } from '#components/console/sealing/seal-test-set.tsx';
import { TrustNote } from '#components/console/sealing/trust-note.tsx';
import { formatBytes } from '#components/format/quantity.ts';
import { Preformatted } from '#components/ui/preformatted.tsx';
import type { OrganizerView } from '#lib/api/pages/organizer.ts';
import { ROUTES, routeAddress } from '#lib/api/routes.ts';
import { counted } from '#lib/domain/units.ts';
import { organizerView } from '#lib/site/console/organizer-view.ts';
import { site } from '#lib/site/site.ts';

interface Props {
  params: Promise<{ slug: string; phase: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, phase } = await params;
  return { title: `Test set of ${phase}, ${slug}` };
}

/** Where organizers seal the test set of a phase in their browser. */
export default async function TestSetPage({ params }: Props) {
  const { slug, phase: phaseSlug } = await params;
  const address = `/organize/${slug}/phases/${phaseSlug}/test-set`;
  const view = await orPage(organizerView(site(), slug, await currentViewer()), address);
  const { challenge, testSets } = view;
  const phase = challenge.phases.find((one) => one.slug === phaseSlug);
  const rules = challenge.phaseRules.find((one) => one.phaseSlug === phaseSlug);
  if (!phase || !rules) notFound();
  const current = testSets.find((set) => set.phaseSlugs.includes(phaseSlug));
  return (
    <ConsoleFrame challenge={challenge} current="today" asOf={view.asOf} title={`Test set of ${phase.title}`}>
      <div className="narrow-text">
        <p className="soft">
          <Link href={`/organize/${slug}#test-sets`}>All test sets</Link>.{' '}
          {current
            ? `The phase has ${counted(current.caseCount, 'sealed case')} (${formatBytes(current.bytes)}). Another set replaces them, until a team submits.`
            : 'The phase has no test set yet.'}
        </p>
        <Sealing view={view} place={{ slug, phaseSlug, title: phase.title }} rules={rules} />
      </div>
    </ConsoleFrame>
  );
}

function Sealing({
  view,
  place: { slug, phaseSlug, title },
  rules: { task, connectivity },
}: {
  view: OrganizerView;
  place: { slug: string; phaseSlug: string; title: string };
  rules: OrganizerView['challenge']['phaseRules'][number];
}) {
  const recipients = recipientsOf(view);
  const command = (
    <Preformatted kind="cmd">
      {`npm run -s heldout -- testset seal FOLDER --recipient ${recipients[0]?.recipient ?? 'age1…'} -o test-set.sealed`}
    </Preformatted>
  );
  if (!view.viewerMay.importTestSet) return <p>Your role among the organizers can’t import a test set.</p>;
  if (task.scoring.kind === 'container') {
    return (
      <>
        <p>
          This phase is scored by your own scorer. Its truth and the key that signs the scorer are sealed with
          the command:
        </p>
        {command}
      </>
    );
  }
  if (recipients.length === 0) {
    return <p>No runner has reported to this site, so there is no key to seal to. Start a runner first.</p>;
  }
  return (
    <>
      <noscript>
        <p>Sealing in the browser needs JavaScript. Without it, seal with the command:</p>
        {command}
      </noscript>
      <p className="needs-computer">
        Sealing reads a folder of scans, which browsers on phones and tablets don’t do. Open this page on a
        computer.
      </p>
      <div className="on-computer">
        <SealTestSet
          place={{
            challenge: slug,
            phase: phaseSlug,
            uploadAddress: routeAddress(ROUTES.readTestSetUpload, { slug, phase: phaseSlug }),
          }}
          phaseTitle={title}
          rules={{ task, connectivity }}
          recipients={recipients}
        />
      </div>
      <TrustNote command={command} />
    </>
  );
}

/** Each key once, those of running runners first. */
function recipientsOf({ runners }: OrganizerView): { recipient: string; runners: string }[] {
  const byKey = Map.groupBy(
    [...runners].sort((a, b) => Number(a.silent) - Number(b.silent)),
    ({ recipient }) => recipient,
  );
  return [...byKey].map(([recipient, some]) => {
    return {
      recipient,
      runners: some.map(({ name, silent }) => (silent ? `${name} (silent)` : name)).join(', '),
    };
  });
}
