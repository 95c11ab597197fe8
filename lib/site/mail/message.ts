/** A mail's words, from which both its plain text and its HTML are written. */
export interface Message {
  subject: string;
  parts: readonly Part[];
}

/** A paragraph, or a link on a line of its own. */
export type Part = string | { label: string; href: string };

/** What stands below every mail. */
export interface Footer {
  /** Why somebody gets this mail. */
  reason: string;
  /** A page that unsubscribes; null for essential mails. */
  unsubscribePage: string | null;
}

/** Names of teams and people may be in a subject; a line end in it would start another header. */
export function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

export function renderText({ parts }: Message, footer: Footer): string {
  const body = parts.map((part) => (typeof part === 'string' ? part : `${part.label}:\n${part.href}`));
  const last = footer.unsubscribePage ? [`Unsubscribe from these mails:\n${footer.unsubscribePage}`] : [];
  return `${[...body, `--\n${footer.reason}`, ...last].join('\n\n')}\n`;
}

const TEXT = 'margin:0 0 16px';
const BUTTON =
  'display:inline-block;padding:9px 16px;border-radius:4px;background:#0a5c6b;color:#ffffff;text-decoration:none';
const SMALL = 'margin:0 0 8px;font-size:13px;color:#66707a';

/** One column and inline styles, which every mail program shows. Contains no image, so that nothing is loaded. */
export function renderHtml({ subject, parts }: Message, footer: Footer): string {
  const body = parts.map((part) =>
    typeof part === 'string' ? paragraph(TEXT, escapeHtml(part)) : renderLink(part),
  );
  const unsubscribe = footer.unsubscribePage
    ? [
        paragraph(
          SMALL,
          `<a href="${escapeHtml(footer.unsubscribePage)}" style="color:inherit">Unsubscribe from these mails</a>`,
        ),
      ]
    : [];
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escapeHtml(subject)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif">
<div style="max-width:560px;margin:0 auto">
${body.join('\n')}
<hr style="border:0;border-top:1px solid #c9ced3;margin:24px 0 16px">
${[paragraph(SMALL, escapeHtml(footer.reason)), ...unsubscribe].join('\n')}
</div>
</body>
</html>
`;
}

function paragraph(style: string, html: string): string {
  return `<p style="${style}">${html}</p>`;
}

/** The address is also shown, for those who would rather copy it. */
function renderLink({ label, href }: Exclude<Part, string>): string {
  const address = escapeHtml(href);
  return [
    paragraph(TEXT, `<a href="${address}" style="${BUTTON}">${escapeHtml(label)}</a>`),
    paragraph(
      SMALL,
      `Or copy this address into your browser:<br><span style="word-break:break-all">${address}</span>`,
    ),
  ].join('\n');
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
