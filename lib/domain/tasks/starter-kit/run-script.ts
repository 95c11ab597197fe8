import { imageTag, type KitPhase } from './kit-phase.ts';

/** run.sh: the image on the example with Docker alone, for machines on which `heldout try` can't run. */
export function runScript(kit: KitPhase): string {
  const { contract, limits } = kit.rules;
  const memory = `${limits.memoryMib}m`;
  return `#!/bin/sh
# Runs the image on the case in example/input with Docker alone, with the limits of this phase: sh run.sh [IMAGE]
#
# Without IMAGE, builds the one of this folder. Writes to example/output. The container has no network, a read-only file
# system and an unprivileged user, as on the platform; only try.sh also checks and scores what it wrote.
set -eu
cd "$(dirname "$0")"

image=\${1:-}
if [ -z "$image" ]; then
  image=${imageTag(kit)}
  docker build --platform linux/amd64 \${BASE:+--build-arg "BASE=$BASE"} -t "$image" .
fi

# Use the image's user, or 10001 if that is root or not set, and its groups except root's. Without a group, Docker may
# choose root's, which hides missing permissions.
user=$(docker image inspect --format '{{.Config.User}}' "$image")
groups=''
case $user in '' | root | root:* | 0 | 0:*) user=10001:10001 ;; esac
ids=$(docker run --rm --user "$user" --network none --entrypoint /bin/sh "$image" \\
  -c 'echo $(id -u) $(id -g) $(id -G)' 2> /dev/null || true)
if [ -n "$ids" ]; then
  # shellcheck disable=SC2086 # one word for each ID
  set -- $ids
  uid=$1 gid=$2
  shift 2
  [ "$gid" != 0 ] || gid=$uid
  for id in "$@"; do [ "$id" = 0 ] || groups="$groups --group-add $id"; done
  user=$uid:$gid
  if [ "$uid" = 0 ]; then user=10001:10001 groups=''; fi
fi

rm -rf example/output
mkdir -p example/input example/output
chmod -R a+rX example
chmod 777 example/output
# shellcheck disable=SC2086 # one option for each group
set -- --user "$user" $groups --network none --read-only --cap-drop ALL --security-opt no-new-privileges \\
  --cpus ${limits.cpus} --memory ${memory} --memory-swap ${memory} --pids-limit ${limits.pids} --tmpfs /tmp \\
  --env HELDOUT_CPUS=${limits.cpus} --env HELDOUT_MEMORY_BYTES=${limits.memoryMib * 2 ** 20} --env OMP_NUM_THREADS=${Math.max(1, Math.floor(limits.cpus))} \\
  --volume "$PWD/example/input:/input:ro" --volume "$PWD/example/output:/output"
status=0
${contract === 'INVOKE' ? INVOKE : 'docker run --rm "$@" "$image" || status=$?'}

# The files belong to the container's user: let everybody read and delete them.
docker run --rm --user 0 --network none --volume "$PWD/example/output:/output" --entrypoint /bin/sh "$image" \\
  -c 'chmod -R a+rwX /output' || true
find example/output -type f
exit "$status"
`;
}

/** The requests come from inside: there is no network. */
const INVOKE = `container=$(docker run --detach "$@" "$image")
trap 'docker rm --force "$container" > /dev/null' EXIT
ask() {
  docker exec "$container" python -c "
import sys, urllib.request
url = 'http://127.0.0.1:4743' + sys.argv[2]
print(urllib.request.urlopen(urllib.request.Request(url, method=sys.argv[1])).status)" "$@"
}
seconds=0
until ask GET /health > /dev/null 2>&1; do
  seconds=$((seconds + 1))
  if [ "$seconds" -gt 300 ] || [ "$(docker inspect --format '{{.State.Running}}' "$container")" != true ]; then
    docker logs "$container"
    echo "The server didn't answer GET /health with 200." >&2
    exit 1
  fi
  sleep 1
done
ask POST /invoke || status=$?
docker logs "$container"`;
