#!/bin/bash
# check.sh URL CHECK: who am I, and may I? In one session of ntokend; CHECK is a file with the body of POST /access-check.
# Prints the caller's SID and "allowed" or "refused". Ends with 0, 1 for a refusal, 2 for no answer. Needs curl, jq and a ticket (kinit).
set -euo pipefail
url=$1 check=$2
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# ask PATH OPTION...: the body of the answer is in the file; what is no answer ends the script with the problem. curl waits for
# Retry-After by itself (429, 503), and makes a new Negotiate token for each turn.
ask() {
    local path=$1 status
    shift
    status=$(curl -sS --noproxy '*' --retry 5 --max-time 60 -o "$answer" -w '%{http_code}' "$@" "$url$path") || exit 2
    case $status in
    2*) ;;
    *)
        jq -r '"\(.type): \(.detail // .title)"' "$answer" >&2
        exit 2
        ;;
    esac
}

ask /session --negotiate -u : -X POST
token=$(jq -r .token "$answer")
jq -r .user.sid "$answer"

# A command line is seen by everybody on this machine; a file descriptor is not.
in_session() { ask "$@" -H @<(printf 'Authorization: Bearer %s\n' "$token"); }

in_session /access-check -H 'Content-Type: application/json' --data-binary "@$check"
allowed=$(jq .allowed "$answer")
in_session /session -X DELETE
if [ "$allowed" = true ]; then echo allowed; else echo refused && exit 1; fi
