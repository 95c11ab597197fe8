import type { CardContent } from './card-content.ts';

/** Colors of the light theme (app/tokens.css), which a picture can't read. */
const INK = '#15191b';
const SOFT = '#626b71';
const RULE = '#b4bcc0';
const ACCENT = '#0a5c6b';
const SERIES = '#0072b2';

/** In pixels, of the axis of all whiskers. */
const AXIS = 420;

export const CARD_SIZE = { width: 1200, height: 630 };

/** The longest side of a challenge's logo, in pixels. */
const LOGO = 104;

/** The logo of the challenge. */
export interface CardLogo {
  /** A data: URL. */
  src: string;
  /** In pixels. */
  width: number;
  height: number;
}

/** The picture of a leaderboard, in the part of CSS that next/og draws. */
export function Card({ card, logo }: { card: CardContent; logo: CardLogo | null }) {
  return (
    <div
      style={{ ...COLUMN, ...CARD_SIZE, padding: '48px 64px', background: '#fff', color: INK, fontSize: 28 }}
    >
      {logo ? <Logo logo={logo} /> : null}
      <div style={{ display: 'flex', color: ACCENT, fontWeight: 600, fontSize: 26 }}>Heldout</div>
      <div
        style={{
          display: 'flex',
          fontSize: 46,
          fontWeight: 600,
          lineHeight: 1.15,
          marginTop: 10,
          paddingRight: logo ? LOGO : 0,
        }}
      >
        {card.title}
      </div>
      <div style={{ ...ROW, color: SOFT, marginTop: 8 }}>
        <div style={{ display: 'flex' }}>{card.phase}</div>
        <div style={{ display: 'flex', width: AXIS, fontSize: 22 }}>{card.metric}</div>
      </div>
      <div style={{ ...COLUMN, marginTop: 14, borderTop: `3px solid ${INK}` }}>
        {card.rows.map((row) => (
          <Entry key={row.team} row={row} />
        ))}
        {card.rows.length === 0 ? (
          <div style={{ display: 'flex', padding: '24px 0', color: SOFT }}>
            No submission has a score yet.
          </div>
        ) : null}
      </div>
      <div style={{ display: 'flex', marginTop: 'auto', color: SOFT, fontSize: 24 }}>{card.foot}</div>
    </div>
  );
}

const COLUMN = { display: 'flex', flexDirection: 'column' } as const;
const ROW = { display: 'flex', justifyContent: 'space-between', alignItems: 'center' } as const;

/** In the corner. The library that draws it needs its size. */
function Logo({ logo: { src, width, height } }: { logo: CardLogo }) {
  const scale = LOGO / Math.max(width, height);
  const size = { width: width * scale, height: height * scale };
  // biome-ignore lint/performance/noImgElement: next/og draws it, and no browser.
  return <img alt="" src={src} {...size} style={{ position: 'absolute', top: 32, right: 64, ...size }} />;
}

function Entry({ row }: { row: CardContent['rows'][number] }) {
  const [low, high] = row.interval ?? [0, 0];
  return (
    <div style={{ ...ROW, height: 58, borderBottom: `1px solid ${RULE}` }}>
      <div style={{ display: 'flex', alignItems: 'center' }}>
        <div style={{ display: 'flex', width: 96, fontWeight: 600 }}>{row.rank}</div>
        <div style={{ display: 'flex', width: 440, overflow: 'hidden', whiteSpace: 'nowrap' }}>
          {row.team}
        </div>
        <div style={{ display: 'flex', width: 110, justifyContent: 'flex-end' }}>{row.value}</div>
      </div>
      <svg aria-hidden="true" width={AXIS} height="24" viewBox={`0 0 ${AXIS} 24`}>
        {row.interval ? (
          <line x1={at(low)} x2={at(high)} y1="12" y2="12" stroke={INK} strokeWidth="3" />
        ) : null}
        {row.point === null ? null : <circle cx={at(row.point)} cy="12" r="8" fill={SERIES} />}
      </svg>
    </div>
  );
}

/** Room for the point at both ends. */
function at(share: number): number {
  return 10 + share * (AXIS - 20);
}
