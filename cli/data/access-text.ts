import type { DataAccess } from '#lib/api/datasets/requests.ts';
import { DATA_REQUEST_STATES } from '#lib/domain/datasets/data-request.ts';

const day = (iso: string) => iso.slice(0, 10);

/** Where somebody stands with a dataset, and what they can do next. */
export function accessText(access: DataAccess, name: string): string {
  const { request, grant, usualWait, questions } = access;
  if (access.access === 'OPEN') return `${name} is open: download it without a request.\n`;
  const lines = [requestText(access, name)];
  const last = request?.events.findLast(({ text }) => text !== '');
  if (last) lines.push(`Last message (${day(last.at)}): ${last.text}`);
  if (request?.dueAt) lines.push(`The organizers mean to decide by ${day(request.dueAt)}.`);
  if (usualWait && !request?.decidedAt)
    lines.push(`Half of the decisions took up to ${waitText(usualWait.medianHours)}.`);
  if (grant) {
    const unsigned = access.terms.filter(({ signature }) => signature === null);
    lines.push(
      `You may download it ${grant.expiresAt ? `until ${day(grant.expiresAt)}` : 'until it is revoked'}.`,
    );
    if (unsigned.length > 0)
      lines.push(
        `Sign the terms of ${unsigned.map(({ version }) => version).join(', ')} first, on its page.`,
      );
  }
  if (!request && questions.length > 0)
    lines.push('The organizers ask:', ...questions.map(({ id, label }) => `  --answer ${id}=…   ${label}`));
  return `${lines.join('\n')}\n`;
}

function requestText({ request }: DataAccess, name: string): string {
  if (!request) return `You haven’t asked for ${name}. Ask with: heldout data request ${name}`;
  return `Your request for ${name}: ${DATA_REQUEST_STATES[request.state].label}.`;
}

function waitText(hours: number): string {
  return hours < 48 ? `${Math.ceil(hours)} hours` : `${Math.ceil(hours / 24)} days`;
}
