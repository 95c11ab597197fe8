import { csvCell } from '#lib/api/leaderboards/csv.ts';

/** Saves a plot as a file, from what is on the screen. */

/** What a style sheet may decide about a drawing. */
const STYLES = [
  ...[
    'fill',
    'fill-opacity',
    'stroke',
    'stroke-opacity',
    'stroke-width',
    'stroke-dasharray',
    'stroke-linecap',
  ],
  ...['opacity', 'color', 'font-family', 'font-size', 'font-weight', 'font-variant-numeric', 'text-anchor'],
  ...['dominant-baseline', 'paint-order', 'display'],
];
const PNG_SCALE = 2;

/** The drawing as a file of its own: with its styles written out, on the paper of the page. */
export function svgText(plot: HTMLElement): { text: string; width: number; height: number } | null {
  const drawing = plot.querySelector<SVGSVGElement>('svg');
  if (!drawing) return null;
  const { width, height } = drawing.getBoundingClientRect();
  const copy = drawing.cloneNode(true) as SVGSVGElement;
  copyStyles(drawing, copy);
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(Math.round(width)));
  copy.setAttribute('height', String(Math.round(height)));
  copy.setAttribute('viewBox', `0 0 ${Math.round(width)} ${Math.round(height)}`);
  const paper = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  paper.setAttribute('width', '100%');
  paper.setAttribute('height', '100%');
  paper.setAttribute('fill', getComputedStyle(document.body).backgroundColor);
  copy.prepend(paper);
  return { text: new XMLSerializer().serializeToString(copy), width, height };
}

function copyStyles(from: Element, to: Element): void {
  const computed = getComputedStyle(from);
  const text = STYLES.map((name) => `${name}:${computed.getPropertyValue(name)}`).join(';');
  to.setAttribute('style', text);
  // Its own attributes name colors of the page's style sheet, which doesn't come with the file.
  for (const name of STYLES) to.removeAttribute(name);
  to.removeAttribute('class');
  [...from.children].forEach((child, index) => void copyStyles(child, to.children[index]!));
}

export function saveSvg(plot: HTMLElement, name: string): void {
  const drawing = svgText(plot);
  if (drawing) save(new Blob([drawing.text], { type: 'image/svg+xml' }), `${name}.svg`);
}

/** Resolves when the picture has been handed to the browser. */
export async function savePng(plot: HTMLElement, name: string): Promise<void> {
  const drawing = svgText(plot);
  if (!drawing) return;
  const address = URL.createObjectURL(new Blob([drawing.text], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = Math.round(drawing.width * PNG_SCALE);
    canvas.height = Math.round(drawing.height * PNG_SCALE);
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    const picture = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (picture) save(picture, `${name}.png`);
  } finally {
    URL.revokeObjectURL(address);
  }
}

export type PlotCell = string | number | null;

/** The data behind a plot. */
export interface PlotTable {
  /** `name` heads the column in CSV, `label` on the page. */
  columns: readonly { name: string; label: string; decimals?: number }[];
  /** The first cell names its row. */
  rows: readonly (readonly PlotCell[])[];
}

export function plotCsv({ columns, rows }: PlotTable): string {
  const table = [columns.map(({ name }) => name), ...rows];
  return table.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

export function saveCsv(table: PlotTable, name: string): void {
  save(new Blob([plotCsv(table)], { type: 'text/csv;charset=utf-8' }), `${name}.csv`);
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has read the address by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
