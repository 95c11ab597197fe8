import { LESIONS, T1 } from '#lib/domain/tasks/stroke-t1.ts';
import { IMAGE, type Layout, ONE_T1 } from './layout.ts';

const R11_NAME = '(?<id>[A-Za-z0-9-]+)';
const R12_NAME = String.raw`(?<id>(?<center>c\d+)s\d+)(?<time>t\d+)`;

/** R1.1: the session is a folder. `SiteN/<id>/t01/<id>_t1w_deface_stx.nii.gz` */
const R11 = {
  scan: new RegExp(`^${R11_NAME}_t1w_deface_stx${IMAGE}`, 'i'),
  mask: new RegExp(`^${R11_NAME}_LesionSmooth(?:_[A-Za-z0-9]+)*_stx${IMAGE}`, 'i'),
};
/** R1.2: everything is in the name. `c0003s0002t01_t1w_stx.nii.gz` */
const R12 = {
  scan: new RegExp(`^${R12_NAME}_t1w_stx${IMAGE}`, 'i'),
  mask: new RegExp(`^${R12_NAME}_LesionSmooth(?:_[A-Za-z0-9]+)*_stx${IMAGE}`, 'i'),
};
const R11_FOLDERS = /(?:^|\/)(?<center>site[^/]*)\/(?:[^/]+\/)*?(?<time>t\d+)\/[^/]+$/i;
const R11_SESSION = /(?:^|\/)(?<time>t\d+)\/[^/]+$/i;

/** ATLAS R1.1 and R1.2, on the MNI grid, with one mask or more for each scan. */
export const atlasR1: Layout = {
  name: 'atlas-r1',
  ...ONE_T1,
  examples: {
    [T1]: 'Site1/<id>/t01/<id>_t1w_deface_stx.nii.gz (R1.1) or c0003s0002t01_t1w_stx.nii.gz (R1.2)',
    [LESIONS]: '<id>_LesionSmooth*_stx.nii.gz (R1.1) or c0003s0002t01_LesionSmooth*_stx.nii.gz (R1.2)',
  },
  match({ base, relative }) {
    for (const [kind, slug] of [
      ['scan', T1],
      ['mask', LESIONS],
    ] as const) {
      const r12 = R12[kind].exec(base)?.groups;
      if (r12) {
        const { id, time, center } = r12 as Record<'id' | 'time' | 'center', string>;
        return { name: `${id}${time}`, slug, subject: id, session: time, center };
      }
      const id = R11[kind].exec(base)?.groups?.['id'];
      if (id === undefined) continue;
      const { center, time } = (R11_FOLDERS.exec(relative) ?? R11_SESSION.exec(relative))?.groups ?? {};
      const name = [center, id, time].filter((part) => part !== undefined).join('_');
      return { name, slug, subject: id, session: time ?? null, ...(center === undefined ? {} : { center }) };
    }
    return null;
  },
};
