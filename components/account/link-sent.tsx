import Link from 'next/link';

/** Says that a link was mailed, and on a development site without a mail server where to find it. */
export function LinkSent({ isShown, children }: { isShown: boolean; children: React.ReactNode }) {
  return (
    <div className="done-note narrow-text" role="status">
      <p>{children}</p>
      {isShown ? (
        <p className="soft">
          This development site has no mail server: <Link href="/dev/mail">read the mail here</Link>.
        </p>
      ) : null}
    </div>
  );
}
