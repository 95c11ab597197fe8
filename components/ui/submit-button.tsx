'use client';

import { useFormStatus } from 'react-dom';

/** Shows `pending` while the form is being sent, and is disabled meanwhile. */
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
