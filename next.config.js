// @ts-check

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Every reader gets the complete head at once: a page that is kept for all visitors is the same for crawlers.
  htmlLimitedBots: /.*/,
  turbopack: { root: import.meta.dirname },
  // `npm run check` type-checks the whole repository; a build of the site need not read tests and examples again.
  typescript: { ignoreBuildErrors: true },
};

export default config;
