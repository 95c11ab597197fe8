import type { Inks } from './icon-page.ts';

/** Rows of the figure: a value, half of its interval, and which pinned team it is. It shows no real result. */
const ROWS: readonly { value: number; half: number; series?: 0 | 1 | 2 }[] = [
  { value: 0.86, half: 0.05, series: 0 },
  { value: 0.83, half: 0.06, series: 1 },
  { value: 0.81, half: 0.055, series: 2 },
  { value: 0.69, half: 0.06 },
  { value: 0.66, half: 0.055 },
  { value: 0.61, half: 0.065 },
  { value: 0.47, half: 0.06 },
  { value: 0.3, half: 0.05 },
  { value: 0.17, half: 0.035 },
];
/** Rows that open a tier. */
const TIERS = [0, 3, 6, 7, 8];
const WIDTH = 430;
const ROW_HEIGHT = 46;
const TOP = 34;

/** What a link to the site shows elsewhere, 1200 × 630: the mark, what the site is, and the leaderboard's drawn column. */
export function socialCardPage(icon: string, inks: Inks, font: Buffer): string {
  return `<!doctype html><style>
    @font-face { font-family: Geist; font-weight: 100 900; src: url(data:font/woff2;base64,${font.toString('base64')}) }
    * { box-sizing: border-box; margin: 0 }
    body { width: 1200px; height: 630px; background: ${inks.paper}; color: ${inks.ink}; font-family: Geist; padding: 72px 80px;
      display: grid; grid-template-columns: 1fr ${WIDTH}px; column-gap: 84px; border-top: 10px solid ${inks.ink} }
    .words { display: flex; flex-direction: column; justify-content: space-between }
    .brand { display: flex; align-items: center; gap: 20px; font-size: 44px; font-weight: 600; letter-spacing: -0.02em }
    .brand svg { width: 64px; height: 64px; margin-left: -4px }
    h1 { font-size: 58px; line-height: 1.12; font-weight: 600; letter-spacing: -0.03em; text-wrap: balance }
    p { font-size: 25px; line-height: 1.45; color: ${inks.ink2} }
    figure { align-self: center }
  </style>
  <div class="words">
    <div class="brand">${icon}Heldout</div>
    <h1>Benchmarks on data nobody may see</h1>
    <p>Send a container. It runs on hidden scans without a network; the leaderboard says how sure each rank is.</p>
  </div>
  <figure>${figure(inks)}</figure>`;
}

function figure(inks: Inks): string {
  const height = TOP + ROWS.length * ROW_HEIGHT;
  const lines = [0.2, 0.4, 0.6, 0.8].map(
    (tick) => `<path d="M${x(tick)} ${TOP}V${height}" stroke="${inks.ruleFaint}"/>`,
  );
  const tiers = TIERS.filter((row) => row > 0).map(
    (row) => `<path d="M0 ${TOP + row * ROW_HEIGHT}H${WIDTH}" stroke="${inks.ruleMid}"/>`,
  );
  const rows = ROWS.map((row, index) => drawnRow(row, TOP + (index + 0.5) * ROW_HEIGHT, inks));
  const frame = `<path d="M0 ${TOP}H${WIDTH}" stroke="${inks.ink}" stroke-width="2"/>
    <path d="M0 ${height}H${WIDTH}" stroke="${inks.ink}"/>`;
  const labels = `<g font-family="Geist" font-size="17" fill="${inks.ink3}">
    <text y="20">Rank</text><text x="${x(0)}" y="20">score, 95 % interval</text></g>`;
  return `<svg width="${WIDTH}" height="${height + 2}" fill="none">${[...lines, ...tiers, ...rows, frame, labels].join('')}</svg>`;
}

/** From 0 to 1 on the axis, right of the brackets. */
function x(value: number): number {
  const AXIS_AT = 92;
  return AXIS_AT + value * (WIDTH - AXIS_AT);
}

function drawnRow({ value, half, series }: (typeof ROWS)[number], y: number, inks: Inks): string {
  const color = series === undefined ? inks.others : inks.series[series];
  const [from, to] = [x(value - half), x(value + half)];
  const whisker = `<path d="M${from} ${y}H${to}M${from} ${y - 6}v12M${to} ${y - 6}v12" stroke="${color}" stroke-width="2"/>`;
  return whisker + marker(x(value), y, color, series) + rank(value, half, y, inks);
}

function marker(cx: number, cy: number, color: string, series: 0 | 1 | 2 | undefined): string {
  if (series === 1) return `<rect x="${cx - 7}" y="${cy - 7}" width="14" height="14" fill="${color}"/>`;
  if (series === 2) return `<path d="M${cx} ${cy - 9}l9 16h-18z" fill="${color}"/>`;
  return `<circle cx="${cx}" cy="${cy}" r="${series === 0 ? 8 : 6}" fill="${color}"/>`;
}

/** The ranks that overlapping intervals leave open. */
function rank(value: number, half: number, y: number, inks: Inks): string {
  const best = ROWS.filter((row) => row.value - row.half > value + half).length + 1;
  const worst = ROWS.length - ROWS.filter((row) => row.value + row.half < value - half).length;
  const text = best === worst ? `${best}` : `${best}–${worst}`;
  return `<text y="${y + 7}" font-family="Geist" font-size="21" font-weight="600" fill="${inks.ink}">${text}</text>`;
}
