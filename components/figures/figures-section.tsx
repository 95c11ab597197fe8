'use client';

import dynamic from 'next/dynamic';
import { useEffect, useRef, useState } from 'react';
import { useOwnTeams } from '#components/site/reader.tsx';
import { PlainLink } from '#components/ui/plain-link.tsx';
import type { FiguresView } from '#lib/api/leaderboards/figures.ts';

/** Loads the plotting library only if there is something to draw. */
const Figures = dynamic(() => import('./figures.tsx').then((module) => module.Figures), {
  ssr: false,
  loading: () => <Waiting />,
});

/** So far below the screen the figures begin to load. */
const AHEAD = '600px';

type State =
  | { kind: 'waiting' }
  | { kind: 'failed' }
  | { kind: 'loaded'; view: FiguresView; address: string };

/**
 * The figures of a leaderboard. They load when the reader comes near, so that the page itself stays small and shows its
 * table at once.
 */
export function FiguresSection({
  challengeSlug,
  phaseSlug,
  pin,
}: {
  challengeSlug: string;
  phaseSlug: string;
  /** As it stands in the address. Without it, the reader’s own teams are pinned. */
  pin: string | undefined;
}) {
  const own = useOwnTeams();
  const pins = pin?.split(',') ?? own;
  const query = pins.length > 0 ? `?${new URLSearchParams({ pin: pins.join(',') })}` : '';
  const address = `/api/v1/challenges/${challengeSlug}/phases/${phaseSlug}/figures${query}`;
  const place = useRef<HTMLElement>(null);
  const near = useNear(place);
  const [state, setState] = useState<State>({ kind: 'waiting' });
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is another request
  useEffect(() => {
    if (!near) return undefined;
    const leaving = new AbortController();
    load(address, leaving.signal)
      .then((view) => setState({ kind: 'loaded', view, address }))
      .catch(() => {
        if (!leaving.signal.aborted) setState({ kind: 'failed' });
      });
    return () => leaving.abort();
  }, [near, address, tries]);
  return (
    <section ref={place} className="figures" aria-labelledby="figures">
      <div className="head">
        <h2 id="figures">Figures</h2>
        <PlainLink href={compareAddress(challengeSlug, phaseSlug, pins)}>
          {pins.length > 1 ? 'Compare the first two pinned teams' : 'Compare two teams'}
        </PlainLink>
      </div>
      {state.kind === 'loaded' ? (
        <Figures view={state.view} pins={pins} />
      ) : state.kind === 'failed' ? (
        <p className="bad" role="alert">
          The figures couldn’t be loaded: the site didn’t answer. The table above is complete without them.{' '}
          <button
            type="button"
            className="plain-button"
            onClick={() => {
              setState({ kind: 'waiting' });
              setTries(tries + 1);
            }}
          >
            Load again
          </button>
        </p>
      ) : (
        <Waiting />
      )}
      <noscript>
        <p>
          Figures are drawn by JavaScript. Their data is <a href={address}>here as JSON</a>.
        </p>
      </noscript>
    </section>
  );
}

function compareAddress(challenge: string, phase: string, [a, b]: readonly string[]): string {
  const query = new URLSearchParams({ phase, ...(a !== undefined && { a }), ...(b !== undefined && { b }) });
  return `/challenges/${challenge}/compare?${query}`;
}

function Waiting() {
  return (
    <p className="soft figures-waiting scripted" role="status">
      Loading the figures…
    </p>
  );
}

async function load(address: string, signal: AbortSignal): Promise<FiguresView> {
  const response = await fetch(address, { signal });
  if (!response.ok) throw new Error(`The figures were answered with ${response.status}.`);
  return (await response.json()) as FiguresView;
}

/** Whether the element has come near the screen. It stays so. */
function useNear(place: React.RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false);
  useEffect(() => {
    if (near || !place.current) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true);
      },
      { rootMargin: AHEAD },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [near, place]);
  return near;
}
