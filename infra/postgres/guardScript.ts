import { LABEL } from "../docker/names";
import { NEW_VOLUME_FILE } from "./startScript";

/** Word that `adoptVolume` takes for a volume that does not say whose it is. */
export const UNLABELED = "unlabeled";

/**
 * Reads whose `$VOLUME` is: `$owner` is an instance id or "unlabeled", empty where there is no such volume; `$whose` says it in words.
 * The name of a volume is the same in every checkout, so that only its labels tell stacks apart. They cannot be changed later.
 */
const VOLUME_OWNER = `
label() { docker volume inspect --format "{{with .Labels}}{{with index . \\"$1\\"}}{{.}}{{end}}{{end}}" "$VOLUME"; }
owner=
if error=$(docker volume inspect "$VOLUME" 2>&1 >/dev/null); then
  owner=$(label ${LABEL.instance}) || exit 1
  stack=$(label ${LABEL.stack}) || exit 1
  whose="belongs to the stack \${stack:-(unknown)}, instance $owner"
  [ -n "$owner" ] || whose="does not say whose it is\${stack:+, only that its stack is $stack}"
  : "\${owner:=${UNLABELED}}"
else
  case "$error" in
    *[Nn]"o such volume"*) ;;
    *) echo "Docker does not say whose the volume $VOLUME is: $error" >&2; exit 1 ;;
  esac
fi
accepted() { [ "$owner" = "$INSTANCE" ] || [ "$owner" = "$ADOPT" ]; }
adopt="To take it over with its rows, set postgres.adoptVolume to $owner (npx pulumi config set --path postgres.adoptVolume $owner)."
`;

/** Refuses a volume that exists already and is neither this stack's nor one that it was told to adopt. */
export const VOLUME_CLAIM_SCRIPT = `${VOLUME_OWNER}
[ -n "$owner" ] || exit 0
accepted && exit 0
echo "The volume $VOLUME exists already and $whose; this stack neither uses nor deletes it. Give this stack another name. $adopt" >&2
exit 1
`;

/** Runs as \`delete\` before the volume is deleted, and refuses where it is not this stack's any more. */
export const VOLUME_RELEASE_SCRIPT = `
[ "$1" = delete ] || exit 0
${VOLUME_OWNER}
[ -n "$owner" ] || exit 0
accepted && exit 0
echo "The volume $VOLUME is not deleted, because it $whose. Take it out of this stack's state: npx pulumi state delete --force --target-dependents '$URN'" >&2
exit 1
`;

/** Tools of the official image that the start of a container needs. */
const NEEDED = ["bash", "docker-entrypoint.sh", "flock", "initdb", "mountpoint", "postgres"];

/**
 * Runs inside the image, on the volume read-only; prints one fact a line.
 * A cluster is a folder with PG_VERSION and `global`: the folders of databases below it hold a PG_VERSION, too.
 */
const FACTS = `
for tool in ${NEEDED.join(" ")}; do command -v "$tool" >/dev/null || echo "missing $tool"; done
echo "image $(postgres --version 2>/dev/null | sed -n "s/^[^)]*) \\([0-9]*\\).*/\\1/p")"
echo "user $(id -u postgres 2>/dev/null)"
find "$MOUNT" -maxdepth 6 -type d -exec test -f {}/PG_VERSION \\; -exec test -d {}/global \\; -print -prune |
  while read -r at; do echo "cluster $(cat "$at/PG_VERSION") $(stat -c %u "$at") $at"; done
{ ls -A "$PGDATA" 2>/dev/null; find "$MOUNT" -mindepth 1 ! -type d ! -type l; } |
  grep -v "${NEW_VOLUME_FILE}$" | head -n 1 | sed "s/^/holds /"
`;

/**
 * Gives an empty volume to the server's user: it is root's where the image has no folder at the mount. The file keeps Docker from
 * giving it to the owner of the image's folder, as it does with an empty volume when a container is made; the start removes it.
 */
const HAND_OVER = `: > "$MOUNT/${NEW_VOLUME_FILE}" && chown -R "$(id -u postgres):$(id -g postgres)" "$MOUNT"`;

/**
 * Checks that the image and the volume fit each other before a container is made, while an old server still serves.
 * The image's version is what its server says, not its tag; the volume's is what lies in it.
 */
export const POSTGRES_GUARD_SCRIPT = `${VOLUME_OWNER}
if [ -z "$owner" ]; then
  echo "The volume $VOLUME, which this stack made, is gone, and its rows with it. To begin anew: npm run down -- --delete-data, then npm run up (pulumi destroy, then pulumi up); restore a dump after that." >&2
  exit 1
fi
if ! accepted; then
  echo "The volume $VOLUME $whose; this stack does not use it. $adopt" >&2
  exit 1
fi
inside() { # MODE CAPABILITIES SCRIPT
  printf '%s\\nexit\\n' "$3" | held docker run --rm -i --pull never --network none --read-only --user 0:0 --cap-drop ALL --cap-add $2 --security-opt no-new-privileges --label "${LABEL.instance}=$INSTANCE" --env MOUNT="$MOUNT" --env PGDATA="$PGDATA" --volume "$VOLUME:$MOUNT:$1,nocopy" --entrypoint /bin/sh "$IMAGE" -s 2>&1
}
if ! facts=$(inside ro DAC_READ_SEARCH '${FACTS}') || [ -z "$facts" ]; then
  echo "The image of Postgres cannot be looked into: \${facts:-it says nothing}. Where it is gone from this Docker host, run npm run recover; otherwise set postgres.image to one that is built on the official postgres image." >&2
  exit 1
fi
problems= missing= version= user= holds= clusters=0 of= at= by=
while read -r fact value more; do
  case "$fact" in
    missing) missing="$missing $value" ;;
    image) version=$value ;;
    user) user=$value ;;
    holds) holds="$value $more" ;;
    cluster) clusters=$((clusters + 1)); of=$value by=\${more%% *} at="\${at:+$at, }\${more#* }" ;;
  esac
done <<FACTS
$facts
FACTS
problem() { problems="$problems$1
"; }
dump="To move rows, dump them with pg_dump from the old server and restore them into a new stack."
if [ -n "$missing" ] || [ -z "$version" ] || [ -z "$user" ]; then
  problem "The image has no\${missing:- user postgres}, so it is not built on the official postgres image; set postgres.image to one that is."
elif [ "$version" != "$MAJOR" ]; then
  problem "The image is PostgreSQL $version, but postgres.majorVersion is $MAJOR; set it to $version, or postgres.image to an image of PostgreSQL $MAJOR."
elif [ "$clusters" -gt 1 ]; then
  problem "The volume $VOLUME holds more than one cluster ($at), so that nobody can say which one is meant; move all but one elsewhere."
elif [ "$clusters" -eq 1 ]; then
  [ "$of" = "$version" ] ||
    problem "The data in the volume $VOLUME is of PostgreSQL $of, which a server of PostgreSQL $version cannot read; set postgres.image and postgres.majorVersion to $of. $dump"
  [ "$of" != "$version" ] || [ "$at" = "$PGDATA" ] ||
    problem "The data in the volume $VOLUME lies at $at, where a server that looks at $PGDATA would not find it; move it there while no server runs. $dump"
  [ "$by" = "$user" ] ||
    problem "The data in the volume $VOLUME belongs to user $by, but the image's user postgres is $user, as with Debian's and Alpine's images; set postgres.image to one of the old base, since text sorts differently on the other. $dump"
elif [ -n "$holds" ]; then
  problem "The volume $VOLUME holds files, such as $holds, but no cluster; remove them, or give the stack another name."
else
  said=$(inside rw "DAC_OVERRIDE --cap-add CHOWN" '${HAND_OVER}') || problem "The empty volume $VOLUME cannot be given to the user postgres: $said."
fi
[ -z "$problems" ] && exit 0
printf '%sThe server was left as it was.\\n' "$problems" >&2
exit 1
`;
