#!/bin/bash
# ci.sh URL CHECK...: a step of a pipeline that fails unless every check is granted; each CHECK is a file with the body of POST /access-check.
# The job's account has a ticket: kinit -k -t ci.keytab svc-ci. Ends with 22 (curl's) when something is refused, or was not answered.
set -euo pipefail
url=$1
shift
for check in "$@"; do
    # onDeny=403 makes a refusal a status, and -f a status a failure; the body says why when the check has "explain": true.
    if ! curl -sS --fail-with-body --noproxy '*' --retry 5 --max-time 60 --negotiate -u : -H 'Content-Type: application/json' \
        --data-binary "@$check" "$url/access-check?onDeny=403" >answer.json; then
        echo "$check: not granted: $(jq -r '.explanation.summary // .detail // .title // "refused"' answer.json 2>/dev/null)" >&2
        exit 22
    fi
    echo "$check: granted"
done
