import type { Metadata } from 'next';
import Link from 'next/link';
import { orPage } from '#app/refuse.ts';
import { currentViewer } from '#app/viewer.ts';
import { DecryptSection } from '#components/account/download-key/decrypt-section.tsx';
import { KeySection } from '#components/account/download-key/key-section.tsx';
import { downloadKeyView } from '#lib/site/datasets/keys/account-key.ts';
import { site } from '#lib/site/site.ts';
import { replaceKeyAction, showKeyAction } from './actions.ts';

export const metadata: Metadata = { title: 'Download key' };

const HERE = '/account/download-key';

export default async function DownloadKeyPage() {
  const view = await orPage(downloadKeyView(site(), await currentViewer()), HERE);
  return (
    <main id="main" className="wrap page-top">
      <div className="head">
        <h1>Download key</h1>
        <p className="stamp">
          <Link href="/account">Your account</Link>
        </p>
      </div>
      <div className="two">
        <KeySection view={view} showKey={showKeyAction} replaceKey={replaceKeyAction} />
        <DecryptSection testFile={`${HERE}/test`} />
      </div>
    </main>
  );
}
