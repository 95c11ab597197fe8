/** Colors of app/tokens.css that pictures use. */
export interface Inks {
  paper: string;
  ink: string;
  ink2: string;
  ink3: string;
  ruleMid: string;
  ruleFaint: string;
  accent: string;
  /** Of teams that are pinned. */
  series: [string, string, string];
  /** Of all other teams. */
  others: string;
}

/** A page that shows the mark in the middle of a square of paper, as wide as this share of it. */
export function iconPage(icon: string, paper: string, share: number): string {
  return `<!doctype html><style>
    html, body { margin: 0; height: 100%; background: ${paper} }
    body { display: grid; place-items: center }
    svg { width: ${share * 100}vw; height: ${share * 100}vw; display: block }
  </style>${icon}`;
}
