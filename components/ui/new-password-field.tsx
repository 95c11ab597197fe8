'use client';

import { useId, useState } from 'react';

const LABELS = [
  'very easy to guess',
  'easy to guess',
  'could be guessed',
  'hard to guess',
  'very hard to guess',
] as const;

type Rate = (password: string) => number;
let loading: Promise<Rate> | undefined;

/** The meter's word lists have about 300 kB, so they are loaded when somebody starts to type a password. */
function loadRate(): Promise<Rate> {
  loading ??= Promise.all([import('@zxcvbn-ts/core'), import('@zxcvbn-ts/language-common')]).then(
    ([{ ZxcvbnFactory }, { adjacencyGraphs, dictionary }]) => {
      const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
      return (password) => zxcvbn.check(password).score;
    },
  );
  return loading;
}

/** A field for a new password, with a meter of how easily it is guessed. The meter advises and refuses nothing. */
export function NewPasswordField({
  'aria-describedby': described,
  ...attributes
}: {
  id: string;
  name: string;
  'aria-describedby': string;
  'aria-invalid'?: true | undefined;
}) {
  const meterId = useId();
  const [score, setScore] = useState<number | null>(null);
  const rate = async (input: HTMLInputElement) => {
    const measure = await loadRate().catch(() => null);
    // The field may have changed while the meter was loaded.
    setScore(measure && input.value !== '' ? measure(input.value) : null);
  };
  return (
    <>
      <input
        {...attributes}
        type="password"
        autoComplete="new-password"
        required
        aria-describedby={`${described} ${meterId}`.trim()}
        onInput={(event) => void rate(event.currentTarget)}
      />
      <p className="strength" id={meterId} aria-live="polite" data-score={score ?? undefined}>
        {score === null ? null : (
          <>
            <span aria-hidden="true" className="bar">
              <i style={{ width: `${(score + 1) * 20}%` }} />
            </span>
            {LABELS[score]}
          </>
        )}
      </p>
    </>
  );
}
