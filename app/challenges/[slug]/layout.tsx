import type { Metadata } from 'next';
import { readChallenge } from './read-challenge.ts';

interface Props {
  params: Promise<{ slug: string }>;
  children: React.ReactNode;
}

/** Search engines find public challenges only. */
export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { challenge } = await readChallenge((await params).slug);
  return challenge.visibility === 'PUBLIC' ? {} : { robots: { index: false, follow: false } };
}

export default function ChallengeLayout({ children }: Props) {
  return children;
}
