import type { Metadata } from 'next';
import { CARD_SIZE } from '#components/rankings/card.tsx';

/** A page’s own picture, which other sites show beside a link to it. */
export function cardMetadata(url: string, alt: string): Metadata {
  return { openGraph: { type: 'website', siteName: 'Heldout', images: { url, alt, ...CARD_SIZE } } };
}
