import { Preformatted } from '#components/ui/preformatted.tsx';
import { DECRYPT_WAYS } from '#lib/domain/datasets/decrypt-commands.ts';

const TEST_NAME = 'heldout-test.txt';

/** How to decrypt, tried with a small file. */
export function DecryptSection({ testFile }: { testFile: string }) {
  return (
    <section aria-labelledby="try" className="stack">
      <div>
        <h2 id="try">Try it</h2>
        <p className="soft narrow-text">
          Download the test file of 1 KB and decrypt it, in a terminal in the folder that it lies in. A
          release is decrypted with the same commands and its own file name.
        </p>
      </div>
      {DECRYPT_WAYS.map(({ form, title, prepare, install, commands }) => (
        <section key={form} aria-labelledby={`way-${form}`}>
          <h3 id={`way-${form}`}>{title}</h3>
          <p className="narrow-text">{prepare}</p>
          <Preformatted kind="cmd">{commands(TEST_NAME).join('\n')}</Preformatted>
          <p className="actions">
            <a className="btn" href={`${testFile}?as=${form}`} download>
              Download test file<span className="vh"> for {title}</span>
            </a>
            {form === 'openssl' ? (
              <a className="btn" href={`${testFile}?as=openssl-hmac`} download>
                Download its .hmac
              </a>
            ) : null}
          </p>
          <dl className="facts">
            {Object.entries(install).flatMap(([system, how]) => [
              <dt key={`${system} name`}>{system}</dt>,
              <dd key={system} className="mono">
                {how}
              </dd>,
            ])}
          </dl>
        </section>
      ))}
    </section>
  );
}
