import { expect, test } from 'vitest';
import {
  type Audience,
  discloseSubmission,
  findShownEntries,
  leavesOutHeldBack,
  showsRanking,
} from '#lib/domain/disclosure/disclosure.ts';
import { disclosedPhase } from '#test/support/disclosed-phase.ts';

const AUDIENCES = ['public', 'team', 'organizer'] as const;
const scored = { isScored: true, ladder: null };
const revealedAt = new Date('2026-03-01T00:00:00Z');

const withheld = (
  phase: Parameters<typeof disclosedPhase>[0],
  facts = scored as Parameters<typeof discloseSubmission>[1],
) =>
  AUDIENCES.map((audience: Audience) => discloseSubmission(disclosedPhase(phase), facts, audience).withheld);

test('a live phase shows every score to everyone', () => {
  expect(withheld({})).toEqual([null, null, null]);
  expect(withheld({}, { isScored: false, ladder: null })).toEqual(['NOT_SCORED', 'NOT_SCORED', 'NOT_SCORED']);
});

test('a sealed phase shows scores to organizers alone until they reveal them, or to the team too', () => {
  expect(withheld({ disclosure: 'SEALED' })).toEqual(['SEALED', 'SEALED', null]);
  expect(withheld({ disclosure: 'SEALED', showsOwnScores: true })).toEqual(['SEALED', null, null]);
  expect(withheld({ disclosure: 'SEALED', revealedAt })).toEqual([null, null, null]);
});

test('a sealed phase shows no ranking, also not to a team that sees its own scores', () => {
  const sealed = { disclosure: 'SEALED', showsOwnScores: true, revealedAt: null } as const;
  expect(AUDIENCES.map((audience) => showsRanking(sealed, audience))).toEqual([false, false, true]);
  expect(AUDIENCES.map((audience) => showsRanking({ ...sealed, revealedAt }, audience))).toEqual([
    true,
    true,
    true,
  ]);
});

test('a ladder phase shows the entries that the ladder has let through, also after the results are revealed', () => {
  for (const at of [null, revealedAt]) {
    const seen = (ladder: { isShown: boolean } | null) =>
      withheld({ disclosure: 'LADDER', revealedAt: at }, { isScored: true, ladder });
    expect(seen(null)).toEqual(['UNDECIDED', 'UNDECIDED', null]);
    expect(seen({ isShown: false })).toEqual(['LADDER', 'LADDER', null]);
    expect(seen({ isShown: true })).toEqual([null, null, null]);
  }
});

test('only what everyone may see is public', () => {
  const isPublic = (
    phase: Parameters<typeof disclosedPhase>[0],
    ladder: { isShown: boolean } | null = null,
  ) => discloseSubmission(disclosedPhase(phase), { isScored: true, ladder }, 'team').isPublic;
  expect(isPublic({})).toBe(true);
  expect(isPublic({ disclosure: 'SEALED', showsOwnScores: true })).toBe(false);
  expect(isPublic({ disclosure: 'LADDER' }, { isShown: false })).toBe(false);
  expect(isPublic({ disclosure: 'LADDER' }, { isShown: true })).toBe(true);
});

test('rankings are computed from shown entries alone', () => {
  const entries = [{ ladder: null }, { ladder: { isShown: false } }, { ladder: { isShown: true } }];
  expect(findShownEntries({ disclosure: 'LIVE' }, entries)).toEqual(entries);
  expect(findShownEntries({ disclosure: 'LADDER' }, entries)).toEqual([entries[2]]);
});

test('held-back cases count once the results are revealed', () => {
  expect(leavesOutHeldBack({ heldBackPercent: 0, revealedAt: null })).toBe(false);
  expect(leavesOutHeldBack({ heldBackPercent: 30, revealedAt: null })).toBe(true);
  expect(leavesOutHeldBack({ heldBackPercent: 30, revealedAt })).toBe(false);
});

test('single cases stay hidden where scores are', () => {
  const cases = (phase: Parameters<typeof disclosedPhase>[0], audience: Audience) =>
    discloseSubmission(disclosedPhase({ showsCaseScores: true, ...phase }), scored, audience).cases;
  expect(cases({}, 'team')).toBe('PSEUDONYMOUS');
  expect(cases({}, 'public')).toBe('NONE');
  expect(cases({ disclosure: 'SEALED' }, 'team')).toBe('NONE');
  expect(cases({ disclosure: 'SEALED' }, 'organizer')).toBe('ALL');
});
