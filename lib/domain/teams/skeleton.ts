import unhomoglyph from 'unhomoglyph';
import { foldName } from './team-name.ts';

/**
 * A key that is equal for names that look alike (the skeleton of UTS #39, 4), also if they differ in accents,
 * punctuation and the case of letters that look alike in both cases.
 */
export function teamSkeleton(name: string): string {
  const visible = name.normalize('NFD').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  // Twice, because I looks like l, but its lowercase i doesn't, and rn looks like m, but not like M.
  return foldName(unhomoglyph(unhomoglyph(visible).toLowerCase()));
}
