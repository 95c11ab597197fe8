import Link from 'next/link';
import { Preformatted } from '#components/ui/preformatted.tsx';

/** The same requests from a terminal: for machines, large files and readers without JavaScript. */
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
    <ol className="todo">
      <li>
        Try it on scans of yours, with this phase’s limits, in a clone of Heldout on Linux with Docker, as
        root:
        <Preformatted kind="cmd">
          {`npm run -s heldout -- try image.tar.gz --data FOLDER \\\n  --phase ${challenge}/${phase} --site ${origin}`}
        </Preformatted>
      </li>
      <li>
        Make an API token on <Link href="/account#tokens">your account</Link>, and keep it in{' '}
        <code>HELDOUT_TOKEN</code>.
      </li>
      <li>
        Send the archive:
        <Preformatted kind="cmd">
          {`curl --fail-with-body -H "Authorization: Bearer $HELDOUT_TOKEN" \\\n  -H "X-File-Name: image.tar.gz" -T image.tar.gz -X POST \\\n  "${origin}/api/v1/images?${place}"`}
        </Preformatted>
      </li>
      <li>
        If the weights are not in the image, send them in the same way to <code>/api/v1/models</code>, and
        name the ID of that answer as <code>modelId</code> in the next step. What is there already is listed
        by <code>GET /api/v1/images?team={team}</code> and <code>…/models</code>.
      </li>
      <li>
        Submit it under the ID of the answer:
        <Preformatted kind="cmd">
          {`curl --fail-with-body -H "Authorization: Bearer $HELDOUT_TOKEN" \\\n  -H "Content-Type: application/json" \\\n  -d '${body}' \\\n  ${origin}/api/v1/submissions`}
        </Preformatted>
      </li>
    </ol>
  );
}
