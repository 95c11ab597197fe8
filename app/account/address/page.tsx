import type { Metadata } from 'next';
import { mailedLink } from '#app/mailed-link.ts';
import type { Parameter } from '#app/refuse.ts';
import { LinkProblem } from '#components/account/link-problem.tsx';
import { ActionForm } from '#components/ui/action-form.tsx';
import { confirmAddressAction } from './actions.ts';

export const metadata: Metadata = { title: 'Confirm your address', referrer: 'no-referrer' };

/** Needs no sign-in, because mail may be read on another device. */
export default async function ConfirmAddressPage({
  searchParams,
}: {
  searchParams: Promise<{ token?: Parameter }>;
}) {
  const found = await mailedLink('CHANGE_ADDRESS', (await searchParams).token);
  return (
    <main id="main" className="wrap page-top">
      <h1>Confirm your address</h1>
      {'problem' in found ? (
        <LinkProblem problem={found.problem} href="/account" label="Open your account" />
      ) : (
        <>
          <p className="soft narrow-text">
            <b className="anywhere">{found.link.email}</b> becomes the address of your account, with which you
            sign in.
          </p>
          <ActionForm
            action={confirmAddressAction}
            fields={[{ name: 'token', label: '', type: 'hidden', value: found.token }]}
            submit="Confirm address"
            pending="Confirming"
          />
        </>
      )}
    </main>
  );
}
