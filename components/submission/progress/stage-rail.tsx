import { type CSSProperties, Fragment } from 'react';
import type { Stage } from './stages.ts';

const SPOKEN_LABELS: Readonly<Record<Stage['state'], string>> = {
  done: 'done: ',
  now: 'now: ',
  stopped: 'stopped: ',
  ahead: 'to come: ',
};

export function StageRail({ stages }: { stages: readonly Stage[] }) {
  return (
    <ol className="rail" aria-label="Stages">
      {stages.map((stage) => (
        <li
          key={stage.title.split(',')[0]}
          className={stage.state === 'ahead' ? undefined : stage.state}
          aria-current={stage.state === 'now' ? 'step' : undefined}
          style={stage.share > 0 ? ({ '--share': `${stage.share.toFixed(1)}%` } as CSSProperties) : undefined}
        >
          <b>
            <span className="vh">{SPOKEN_LABELS[stage.state]}</span>
            {stage.title}
          </b>
          {stage.notes.map((note, index) => (
            <Fragment key={note}>
              {index > 0 ? <br /> : null}
              {note}
            </Fragment>
          ))}
        </li>
      ))}
    </ol>
  );
}
