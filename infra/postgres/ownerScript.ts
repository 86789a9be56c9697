import { LABEL } from "../docker/names";

/** Word that `adoptVolume` takes for a volume that does not say whose it is. */
export const UNLABELED = "unlabeled";

/**
 * Reads whose `$VOLUME` is: `$owner` is an instance id or "unlabeled", empty where there is no such volume; `$whose` says it in words.
 * The name of a volume is the same in every checkout, so that only its labels tell stacks apart. They cannot be changed later.
 */
export const VOLUME_OWNER = `
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
