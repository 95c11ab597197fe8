import Link from 'next/link';
import { Preformatted } from '#components/ui/preformatted.tsx';

/** The same requests from a terminal: for scripts, large files and browsers without JavaScript. */
export function TerminalSteps({
  origin,
  challenge,
  phase,
  team,
}: {
  origin: string;
  challenge: string;
  phase: string;
  team: string;
}) {
  const place = new URLSearchParams({ team, challenge, phase });
  const body = JSON.stringify({ challenge, phase, team, imageId: 'ID', algorithm: 'NAME VERSION' });
  return (
    <ol className="instructions">
      <li>
        Test it on your own cases with this phase’s limits. Run this as root in a clone of Heldout, on Linux
        with Docker:
        <Preformatted kind="cmd">
          {`npm run -s heldout -- try image.tar.gz --data FOLDER \\\n  --phase ${challenge}/${phase} --site ${origin}`}
        </Preformatted>
      </li>
      <li>
        Create an API token in <Link href="/account#tokens">your account</Link> and store it in{' '}
        <code>HELDOUT_TOKEN</code>.
      </li>
      <li>
        Upload the archive:
        <Preformatted kind="cmd">
          {`curl --fail-with-body -H "Authorization: Bearer $HELDOUT_TOKEN" \\\n  -H "X-File-Name: image.tar.gz" -T image.tar.gz -X POST \\\n  "${origin}/api/v1/images?${place}"`}
        </Preformatted>
      </li>
      <li>
        If the weights aren’t in the image, upload them the same way to <code>/api/v1/models</code> and pass
        the returned ID as <code>modelId</code> in the next step. To list earlier uploads, use{' '}
        <code>GET /api/v1/images?team={team}</code> and <code>…/models</code>.
      </li>
      <li>
        Submit it with the returned ID:
        <Preformatted kind="cmd">
          {`curl --fail-with-body -H "Authorization: Bearer $HELDOUT_TOKEN" \\\n  -H "Content-Type: application/json" \\\n  -d '${body}' \\\n  ${origin}/api/v1/submissions`}
        </Preformatted>
      </li>
    </ol>
  );
}
