import { imageTag, type KitPhase } from './kit-phase.ts';

/** try.sh. All that it contains of the phase are slugs and the site's origin. */
export function tryScript(kit: KitPhase): string {
  const { challenge, phase, origin } = kit;
  const tag = imageTag(kit);
  return `#!/bin/sh
# Builds the image, exports it to image.tar.gz, and runs it on your cases as the phase does:
#
#   sudo HELDOUT=/path/to/heldout sh try.sh FOLDER
#
# FOLDER holds cases, with their truths if you want scores (heldout try --help). HELDOUT is a clone of Heldout in which
# "npm ci" has run. Needs Linux, Docker and root. Further arguments go to heldout try; BASE=IMAGE builds from another
# base image than the Dockerfile's.
set -eu

if [ $# -lt 1 ] || [ ! -d "$1" ] || [ ! -f "\${HELDOUT:-}/package.json" ]; then
  echo "Usage: HELDOUT=/path/to/heldout $0 FOLDER [options of heldout try]" >&2
  exit 2
fi
cases=$(cd "$1" && pwd)
shift
cd "$(dirname "$0")"

docker build --platform linux/amd64 \${BASE:+--build-arg "BASE=$BASE"} -t ${tag} .
docker save --output image.tar ${tag}
gzip --fast --force image.tar
npm --prefix "$HELDOUT" run -s heldout -- try "$PWD/image.tar.gz" --data "$cases" \\
  --phase ${challenge.slug}/${phase.slug} --site "\${HELDOUT_SITE:-${origin}}" "$@"
`;
}
