#!/bin/sh
# with-setup.sh PURPOSE PROGRAM [ARGUMENT…]: set-up on the host's Node, then the program on the Node that set-up
# installed. Set-up takes --yes out of the arguments; the program gets the rest.
set -e
purpose=$1
program=$2
shift 2
yes=
for argument do
  shift
  if [ "$argument" = --yes ]; then yes=--yes; else set -- "$@" "$argument"; fi
done
node scripts/setup.mjs "$purpose" $yes
# A shell remembers where it found `node`, which is the host's: ours is named by its path.
exec node_modules/.bin/node "$program" "$@"
