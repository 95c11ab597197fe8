'use client';

import { useFormStatus } from 'react-dom';

/** Says in words that the form is on its way, and takes no second click meanwhile. */
export function SubmitButton({
  children,
  pending,
  className = 'btn primary',
}: {
  children: React.ReactNode;
  /** "Signing in" */
  pending: string;
  className?: string;
}) {
  const status = useFormStatus();
  return (
    <button type="submit" className={className} aria-disabled={status.pending} disabled={status.pending}>
      {status.pending ? `${pending} …` : children}
    </button>
  );
}
