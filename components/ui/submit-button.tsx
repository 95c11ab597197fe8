'use client';

import { useFormStatus } from 'react-dom';

/** Shows `pending` while the form is being sent, and is disabled meanwhile. */
export function SubmitButton({
  children,
  pending,
  className = 'btn primary',
  name,
  value,
}: {
  children: React.ReactNode;
  /** "Signing in" */
  pending: string;
  className?: string;
  /** Of a form with several buttons: tells which one was used. */
  name?: string;
  value?: string;
}) {
  const status = useFormStatus();
  return (
    <button
      type="submit"
      name={name}
      value={value}
      className={className}
      aria-disabled={status.pending}
      disabled={status.pending}
    >
      {status.pending ? `${pending} …` : children}
    </button>
  );
}
