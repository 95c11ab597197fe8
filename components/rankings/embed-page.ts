import { formatRankRange, formatScore, NO_VALUE } from '#components/format/quantity.ts';
import type { EmbeddedLeaderboard } from '#lib/api/rankings/embed.ts';
import { escapeMarkup } from './markup.ts';

/**
 * A leaderboard as a page for frames of other sites: without scripts, forms and cookies, so that there is nothing that
 * a site around it could trick a reader into. It follows the reader's color scheme.
 */
export function embedPage(leaderboard: EmbeddedLeaderboard): string {
  const { challenge, phase, url, metric, entries, total, caseCount, updatedAt } = leaderboard;
  const title = `${challenge.title}, ${phase.title}`;
  const updated = updatedAt ? `, latest score ${updatedAt.slice(0, 10)}` : '';
  const cases = `n = ${caseCount} ${challenge.synthetic ? 'synthetic ' : ''}cases`;
  const arrow = { higher: '↑', lower: '↓', 'closer to 1': '→1' }[metric.better];
  const unit = metric.unit === '1' ? '' : ` ${metric.unit}`;
  return page(
    title,
    `<h1>${link(url, title)}</h1>
${
  entries.length === 0
    ? '<p>No submission has a score yet.</p>'
    : `<table>
<thead><tr><th scope="col">Rank</th><th scope="col">Team</th><th scope="col" class="n">${escapeMarkup(`${metric.label} ${arrow}${unit}`)}</th><th scope="col" class="n">95% interval</th></tr></thead>
<tbody>
${entries.map((entry) => row(entry, leaderboard.decimals)).join('\n')}
</tbody>
</table>`
}
<p>${escapeMarkup(`${entries.length} of ${total} ${total === 1 ? 'team' : 'teams'}, ${cases}${updated}.`)} ${link(url, 'Full leaderboard')}</p>`,
  );
}

/** For a frame whose leaderboard isn't public or doesn't exist. */
export function embedRefusal(message: string): string {
  return page('Leaderboard', `<p>${escapeMarkup(message)}</p>`);
}

function row(
  { rankRange, teamName, value, interval }: EmbeddedLeaderboard['entries'][number],
  decimals: number,
): string {
  const rank = formatRankRange(rankRange);
  const shown = interval?.map((end) => formatScore(end, decimals)).join(' to ') ?? NO_VALUE;
  return `<tr><td>${rank}</td><th scope="row">${escapeMarkup(teamName)}</th><td class="n">${formatScore(value, decimals)}</td><td class="n">${shown}</td></tr>`;
}

/** Opens outside of the frame, which this site's other pages refuse. */
function link(url: string, text: string): string {
  return `<a href="${escapeMarkup(url)}" target="_blank" rel="noopener">${escapeMarkup(text)}</a>`;
}

const STYLE = `:root{color-scheme:light dark;--ink:#15191b;--soft:#626b71;--rule:#d9dddf;--accent:#0a5c6b;--page:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e7eaeb;--soft:#8f999f;--rule:#343b40;--accent:#74c3d2;--page:#0e1214}}
body{margin:0;padding:12px;background:var(--page);color:var(--ink);font:14px/1.5 system-ui,sans-serif;font-variant-numeric:tabular-nums}
h1{margin:0 0 8px;font-size:15px;line-height:1.3}a{color:var(--accent)}
p{margin:8px 0 0;color:var(--soft);font-size:12px}
table{width:100%;border-collapse:collapse}th,td{padding:5px 8px 5px 0;text-align:left;border-bottom:1px solid var(--rule);vertical-align:top}
thead th{color:var(--soft);font-size:12px;font-weight:500}tbody th{font-weight:500;overflow-wrap:anywhere}
td:first-child{white-space:nowrap}.n{text-align:right;padding-right:0;padding-left:8px}td.n{white-space:nowrap}`;

function page(title: string, content: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${escapeMarkup(title)}</title><style>${STYLE}</style></head>
<body><main>${content}</main></body>
</html>
`;
}
