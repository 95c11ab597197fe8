import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { readChallenge } from '#app/challenges/[slug]/read-challenge.ts';
import { orPage } from '#app/refuse.ts';
import { ChallengeHeader } from '#components/challenge/challenge-header.tsx';
import { PhaseStrip } from '#components/challenge/phase-strip.tsx';
import { currentPhase, stateOf } from '#components/format/phase-labels.ts';
import { utcDateTime } from '#components/format/time.ts';
import { Board } from '#components/leaderboard/leaderboard.tsx';
import { BoardNotes } from '#components/leaderboard/leaderboard-notes.tsx';
import { parsePins } from '#components/leaderboard/pins.ts';
import { type BoardSort, parseSort, sortParameter } from '#components/leaderboard/sort.ts';
import { SortMenu } from '#components/leaderboard/sort-menu.tsx';
import type { BoardView } from '#lib/api/views.ts';
import { boardView } from '#lib/site/leaderboards/leaderboard-view.ts';
import { site } from '#lib/site/site.ts';

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { challenge } = await readChallenge((await params).slug);
  return { title: `Leaderboard, ${challenge.title}` };
}

export default async function LeaderboardPage({ params, searchParams }: Props) {
  const { slug } = await params;
  const query = await searchParams;
  const { challenge, viewer, ownTeams } = await readChallenge(slug);
  const phaseSlug =
    one(query['phase']) ?? challenge.leaders?.phaseSlug ?? currentPhase(challenge.phases)?.slug;
  if (phaseSlug === undefined) notFound();
  const base = `/challenges/${slug}/leaderboard`;
  const board = await orPage(boardView(await site(), slug, phaseSlug, viewer), `${base}?phase=${phaseSlug}`);
  const sort = parseSort(board, one(query['sort']));
  const pinText = one(query['pin']);
  const pins = parsePins(
    pinText,
    board.rows.map((row) => row.teamSlug),
    ownTeams,
  );
  const hrefOf = (change: { sort?: BoardSort; pins?: readonly string[] }) => {
    const parameters = new URLSearchParams({ phase: phaseSlug });
    const order = sortParameter(change.sort ?? sort);
    if (order) parameters.set('sort', order);
    if (change.pins) parameters.set('pin', change.pins.join(','));
    else if (pinText !== undefined) parameters.set('pin', pinText);
    return `${base}?${parameters}`;
  };
  return (
    <>
      <ChallengeHeader challenge={challenge} current="leaderboard">
        <PhaseStrip
          phases={challenge.phases}
          currentSlug={phaseSlug}
          asOf={board.asOf}
          hrefOf={(phase) => `${base}?phase=${phase.slug}`}
        />
      </ChallengeHeader>
      <main id="main" className="wrap under-phases">
        <div className="head">
          <h1>Leaderboard</h1>
          <p className="stamp">
            As of {utcDateTime(board.asOf)}
            {board.updatedAt ? ` · newest score ${utcDateTime(board.updatedAt)}` : ''}
          </p>
        </div>
        {board.rows.length > 0 ? (
          <>
            <SortMenu board={board} state={{ sort, pins, hrefOf }} />
            <div className="board-frame">
              <Board board={board} state={{ sort, pins, hrefOf }} ownTeams={ownTeams} />
            </div>
            <BoardNotes board={board} evaluationHref={`/challenges/${slug}/evaluation`} />
            <Exports board={board} />
          </>
        ) : (
          <EmptyBoard board={board} asOf={board.asOf} />
        )}
      </main>
    </>
  );
}

function Exports({ board }: { board: BoardView }) {
  const address = `/api/v1/challenges/${board.challengeSlug}/phases/${board.phase.slug}/leaderboard`;
  return (
    <p className="exports">
      <span>This board:</span>
      <a href={`${address}.csv`} download>
        CSV
      </a>
      <a href={address}>JSON</a>
    </p>
  );
}

function EmptyBoard({ board, asOf }: { board: BoardView; asOf: string }) {
  const { phase } = board;
  return (
    <div className="empty">
      <p>
        <b>No submission has been scored in {phase.title} yet.</b>
      </p>
      <p className="soft">
        {phase.status === 'open'
          ? `The phase is open (${stateOf(phase, asOf)}). Send a container: it runs on each ${phase.kind === 'HIDDEN' ? 'hidden ' : ''}scan without a network, and stands here as soon as its scans are scored.`
          : `The phase ${stateOf(phase, asOf)}.`}
      </p>
      {phase.status === 'closed' ? null : (
        <p className="actions">
          <Link className="btn primary" href={`/challenges/${board.challengeSlug}/submit`}>
            {phase.status === 'open' ? 'Submit a container' : 'Prepare a submission'}
          </Link>
        </p>
      )}
    </div>
  );
}
