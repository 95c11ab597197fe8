import type { ChallengeLogo } from '#lib/api/challenges.ts';

/** The logo of a challenge, with its own proportions in a square of the style sheet's size. */
export function Logo({ logo, className = 'logo' }: { logo: ChallengeLogo; className?: string }) {
  const { path, width, height, alt } = logo;
  // biome-ignore lint/performance/noImgElement: it has its final size already, and no optimizer runs on this site.
  return <img className={className} src={path} width={width} height={height} alt={alt} decoding="async" />;
}
