'use client';

import { useId, useRef, useState } from 'react';
import { formatScore } from '#components/format/quantity.ts';
import { type PlotCell, type PlotTable, saveCsv, savePng, saveSvg } from './export-plot.ts';

/**
 * A figure: its caption, the drawing, the same data as a table, and files to save. The drawing is one image for screen
 * readers, which find its numbers in the table.
 */
export function PlotFrame({
  title,
  caption,
  summary,
  table,
  csv = table,
  fileName,
  children,
}: {
  /** "Figure 1 | Distribution over cases" */
  title: string;
  caption: React.ReactNode;
  /** What the drawing shows, in a sentence or two. */
  summary: string;
  table: PlotTable;
  /** If the file has more than the table. */
  csv?: PlotTable;
  /** Without its ending. */
  fileName: string;
  children: React.ReactNode;
}) {
  const plot = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const png = () => {
    setProblem(null);
    savePng(plot.current!, fileName).catch(() =>
      setProblem('This browser can’t make a PNG file of the figure. Save it as SVG.'),
    );
  };
  return (
    <figure className="plot-frame" aria-labelledby={id}>
      <figcaption>
        <b id={id}>{title}</b> {caption}
      </figcaption>
      <div className="plot" ref={plot} role="img" aria-label={summary}>
        {children}
      </div>
      <DataTable table={table} label={title} />
      <p className="exports">
        <span>Save figure:</span>
        <button type="button" className="link" onClick={() => saveSvg(plot.current!, fileName)}>
          SVG<span className="vh"> of {title}</span>
        </button>
        <button type="button" className="link" onClick={png}>
          PNG<span className="vh"> of {title}</span>
        </button>
        <button type="button" className="link" onClick={() => saveCsv(csv, fileName)}>
          CSV<span className="vh"> of {title}</span>
        </button>
      </p>
      <p role="status" className="bad">
        {problem}
      </p>
    </figure>
  );
}

/** Renders its rows only when it is open. */
function DataTable({ table: { columns, rows }, label }: { table: PlotTable; label: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="plot-table" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Data table<span className="vh"> of {label}</span>, {rows.length} {rows.length === 1 ? 'row' : 'rows'}
      </summary>
      {open ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: an area that scrolls must be reachable with the keyboard
        <section className="scrolls" aria-label={label} tabIndex={0}>
          <table className="plain">
            <thead>
              <tr>
                {columns.map((column, index) => (
                  <th key={column.name} scope="col" className={index === 0 ? undefined : 'num'}>
                    {column.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([head, ...cells], row) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: names of rows can repeat
                <tr key={row}>
                  <th scope="row">{head}</th>
                  {cells.map((cell, index) => (
                    <td key={columns[index + 1]!.name} className="num">
                      {cellText(cell, columns[index + 1]!.decimals)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ) : null}
    </details>
  );
}

function cellText(cell: PlotCell, decimals: number | undefined): string {
  if (typeof cell === 'string') return cell;
  return decimals === undefined && cell !== null ? String(cell) : formatScore(cell, decimals ?? 0);
}
