import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { readChallenge } from '#app/challenges/[slug]/read-challenge.ts';
import { orPage, signInAddress } from '#app/refuse.ts';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { RequestFacts, RequestHistory } from '#components/data/request-facts.tsx';
import {
  AnswerForm,
  RequestForm,
  type ShownTerms,
  SignForm,
  WithdrawForm,
} from '#components/data/request-form.tsx';
import { utcDate } from '#components/format/time.ts';
import { datasetPage, requestPage } from '#lib/api/datasets/addresses.ts';
import type { DataAccess } from '#lib/api/datasets/requests.ts';
import { EXPIRING_DAYS } from '#lib/domain/datasets/data-request.ts';
import { DAY_MS } from '#lib/domain/minutes.ts';
import { readDataAccess } from '#lib/site/datasets/access/own-request.ts';
import { readDataset } from '#lib/site/datasets/read-datasets.ts';
import { site } from '#lib/site/site.ts';
import { answerRequestAction, sendRequestAction, signTermsAction, withdrawRequestAction } from './actions.ts';

interface Props {
  params: Promise<{ slug: string; dataset: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { challenge } = await readChallenge((await params).slug);
  return { title: `Access to data, ${challenge.title}`, robots: { index: false } };
}

/** A person’s request for a dataset, from the form to the end of their access. */
export default async function RequestPage({ params }: Props) {
  const { slug, dataset: name } = await params;
  const { challenge, viewer } = await readChallenge(slug);
  const address = requestPage(slug, name);
  if (!viewer) redirect(signInAddress(address));
  const here = site();
  const place = { challenge: slug, dataset: name };
  const [dataset, access] = await orPage(
    Promise.all([readDataset(here, place, viewer), readDataAccess(here, place, viewer)]),
    address,
  );
  const terms = dataset.releases.flatMap(({ publishedAt, ...release }): ShownTerms[] =>
    publishedAt ? [{ version: release.version, text: release.terms, sha256: release.termsSha256 }] : [],
  );
  return (
    <>
      <ChallengeHeader challenge={challenge} current="data" />
      <main id="main" className="wrap page-top">
        <div className="head">
          <h1>Access to {dataset.title}</h1>
          <p className="stamp">
            <Link href={datasetPage(slug, name)}>{dataset.title}</Link>
          </p>
        </div>
        <div className="cols">
          <div className="stack">
            <Step place={place} access={access} terms={terms} now={here.now()} />
          </div>
          <aside className="side stack" aria-label="Where you stand">
            <section aria-labelledby="standing">
              <h2 id="standing">Where you stand</h2>
              <RequestFacts access={access} />
            </section>
            <Signatures access={access} />
            {access.request ? <RequestHistory request={access.request} /> : null}
          </aside>
        </div>
      </main>
    </>
  );
}

interface StepProps {
  place: { challenge: string; dataset: string };
  access: DataAccess;
  /** Of the published releases, newest first. */
  terms: readonly ShownTerms[];
}

/** What the person can do next. */
function Step({ place, access, terms, now }: StepProps & { now: Date }) {
  const { request, grant } = access;
  const latest = terms.find(({ version }) => version === access.terms[0]?.version);
  if (access.access === 'OPEN')
    return (
      <p className="empty">
        This data is open to everybody.{' '}
        <Link href={datasetPage(place.challenge, place.dataset)}>Download it</Link> without a request.
      </p>
    );
  if (!latest) return <p className="empty">No release of this dataset is published yet.</p>;
  const isOpen = request?.state === 'SUBMITTED' || request?.state === 'CLARIFICATION';
  return (
    <>
      {grant ? <Granted place={place} access={access} terms={terms} /> : null}
      {isOpen ? <Waiting place={place} access={access} /> : null}
      {isOpen || (grant && request?.state !== 'DRAFT' && !endsSoon(grant, now)) ? null : (
        <section aria-labelledby="ask">
          <h2 id="ask">{grant ? 'Ask for renewal' : 'Ask for access'}</h2>
          <p className="soft narrow-text">{introOf(access)}</p>
          <RequestForm place={place} access={access} terms={latest} action={sendRequestAction} />
          {request?.state === 'DRAFT' ? (
            <div className="after-form">
              <WithdrawForm place={place} action={withdrawRequestAction} />
            </div>
          ) : null}
        </section>
      )}
    </>
  );
}

/** Earlier, nobody needs a renewal. */
function endsSoon({ expiresAt }: NonNullable<DataAccess['grant']>, now: Date): boolean {
  return expiresAt !== null && Date.parse(expiresAt) - now.getTime() < EXPIRING_DAYS * DAY_MS;
}

function introOf({ request, grant }: DataAccess): string {
  if (grant?.expiresAt)
    return `Your access ends ${utcDate(grant.expiresAt)}, and goes on until then while the organizers decide.`;
  switch (request?.state) {
    case 'DECLINED':
      return 'The organizers declined your request; the history says why. You can change it and send it again.';
    case 'REVOKED':
      return 'The organizers ended your access; the history says why. You can ask again.';
    case 'EXPIRED':
      return 'Your access has expired. You can ask for its renewal.';
    default:
      return 'The organizers read your request and decide. Read the terms first: you sign them with your name.';
  }
}

/** The request is with the organizers, or waits for an answer. */
function Waiting({ place, access: { request } }: Omit<StepProps, 'terms'>) {
  const isAsked = request?.state === 'CLARIFICATION';
  const question = request?.events.findLast(({ step }) => step === 'ASK')?.text;
  return (
    <section aria-labelledby="waiting">
      <h2 id="waiting">
        {isAsked ? 'The organizers have a question' : 'Your request is with the organizers'}
      </h2>
      {isAsked ? (
        <>
          <p className="lines narrow-text anywhere">{question}</p>
          <AnswerForm place={place} action={answerRequestAction} />
        </>
      ) : (
        <p className="soft narrow-text">
          You get a mail when they ask something or have decided. You need do nothing until then.
        </p>
      )}
      <div className="after-form">
        <WithdrawForm place={place} action={withdrawRequestAction} />
      </div>
    </section>
  );
}

/** The person has access: what is left to sign. */
function Granted({ place, access, terms }: StepProps) {
  const unsigned = access.terms.filter(({ signature }) => signature === null);
  const toSign = [...new Map(unsigned.map((one) => [one.termsSha256, one])).values()];
  return (
    <section aria-labelledby="granted">
      <h2 id="granted">You have access</h2>
      <p className="narrow-text">
        <Link href={datasetPage(place.challenge, place.dataset)}>Download the data</Link>, signed in with this
        account. What you take is recorded with your name: <Link href="/account/data">your downloads</Link>.
      </p>
      {toSign.map(({ version, termsSha256 }) => {
        const shown = terms.find((candidate) => candidate.version === version)!;
        return (
          <section key={termsSha256} aria-label={`Terms of release ${version}`}>
            <p className="narrow-text">
              <b>Release {version} has terms that you haven’t signed.</b> You can download it once you have.
            </p>
            <SignForm place={place} terms={shown} action={signTermsAction} />
          </section>
        );
      })}
    </section>
  );
}

function Signatures({ access: { terms } }: { access: DataAccess }) {
  const signed = terms.flatMap(({ version, termsSha256, signature }) =>
    signature ? [{ version, termsSha256, ...signature }] : [],
  );
  if (signed.length === 0) return null;
  return (
    <section aria-labelledby="signed">
      <h2 id="signed">Signed terms</h2>
      <ul className="request-history">
        {signed.map(({ version, termsSha256, name, at }) => (
          <li key={version}>
            Release {version}: {name}, {utcDate(at)}
            <span className="unit mono muted">{termsSha256.slice(0, 12)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
