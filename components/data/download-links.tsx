import Link from 'next/link';

const ENCRYPTED = [
  { form: 'age', label: 'For age' },
  { form: 'age-passphrase', label: 'For age, with a passphrase' },
  { form: 'openssl', label: 'For openssl' },
  { form: 'openssl-hmac', label: 'HMAC of the file for openssl' },
] as const;

/** An archive as it is, or encrypted for the reader’s key where the data is given on request. */
export function DownloadLinks({
  archive,
  variant,
  isOpen,
}: {
  /** Its address. */
  archive: string;
  variant: string;
  isOpen: boolean;
}) {
  if (isOpen)
    return (
      <a href={archive} download>
        Download<span className="vh"> {variant} as</span> .tar.gz
      </a>
    );
  return (
    <>
      {ENCRYPTED.map(({ form, label }) => (
        <a key={form} href={`${archive}?as=${form}`} download>
          {label}
          <span className="vh"> ({variant})</span>
        </a>
      ))}
      <Link href="/account/download-key" prefetch={false}>
        Your key<span className="vh">, to decrypt {variant}</span>
      </Link>
    </>
  );
}
