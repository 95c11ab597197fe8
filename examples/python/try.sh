#!/bin/sh
# Runs an image on one scan like the platform does: ./try.sh IMAGE SCAN.nii.gz|SCAN.mha
# Writes the mask to ./try-output. Needs Docker. Uses the limits of a phase with 1 CPU and 2 GiB of memory.
set -eu

if [ $# -ne 2 ] || [ ! -f "$2" ]; then
  echo "Usage: $0 IMAGE SCAN.nii.gz|SCAN.mha" >&2
  exit 2
fi
image=$1
scan=$2
case $scan in
  *.nii.gz) name=case.nii.gz ;;
  *.mha) name=case.mha ;;
  *) echo "The scan must be a .nii.gz or .mha file" >&2; exit 2 ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/input/images/t1-brain-mri" "$work/output"
cp "$scan" "$work/input/images/t1-brain-mri/$name"
socket='{"slug": "t1-brain-mri", "kind": "Image", "super_kind": "Image", "relative_path": "images/t1-brain-mri"}'
metadata='{"slug": "stroke-metadata", "kind": "Anything", "super_kind": "Value", "relative_path": "stroke-metadata.json"}'
values='{"CENTER": null, "CHRONICITY": null, "DAYS_POST_STROKE": null}'
echo "$values" > "$work/input/stroke-metadata.json"
cat > "$work/input/inputs.json" <<JSON
[
  {"interface": $socket, "socket": $socket, "image": {"name": "$name"}, "value": null, "file": null},
  {"interface": $metadata, "socket": $metadata, "image": null, "value": $values, "file": null}
]
JSON
chmod -R a+rX "$work"
chmod 777 "$work/output"

# Use the image's user, or 10001 if that is root or not set, and its groups except root's. Without a group, Docker may
# choose root's, which hides missing permissions.
user=$(docker image inspect --format '{{.Config.User}}' "$image")
groups=''
case $user in '' | root | root:* | 0 | 0:*) user=10001:10001 ;; esac
ids=$(docker run --rm --user "$user" --network none --entrypoint /bin/sh "$image" \
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

# shellcheck disable=SC2086 # one option for each group
docker run --rm --user "$user" $groups --network none --read-only --cap-drop ALL --security-opt no-new-privileges \
  --cpus 1 --memory 2g --memory-swap 2g --pids-limit 128 --tmpfs /tmp \
  --env HELDOUT_CPUS=1 --env HELDOUT_MEMORY_BYTES=2147483648 --env OMP_NUM_THREADS=1 \
  --volume "$work/input:/input:ro" --volume "$work/output:/output" "$image"

masks=$(find "$work/output/images/stroke-lesion-segmentation" \
  -name '*.nii.gz' -o -name '*.nii' -o -name '*.mha' 2>/dev/null || true)
count=$(printf '%s' "$masks" | grep -c . || true)
if [ "$count" -ne 1 ]; then
  echo "Expected exactly one mask in /output/images/stroke-lesion-segmentation, found $count" >&2
  exit 1
fi
mkdir -p try-output
cp "$masks" try-output/
echo "The mask is try-output/$(basename "$masks")"
