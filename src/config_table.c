/* All settings, a row each, in the order of the documentation. Whoever adds one gives it a group, and more words about it, where
 * there are any, in docs/man/settings.md; then tools/manual writes docs/configuration.md anew. */
#include "config_keys.h"

#include <stddef.h>

#define SERVER(field)   offsetof(struct config, server.field)
#define PLATFORM(field) offsetof(struct config, platform.field)
#define SESSION(field)  offsetof(struct config, session.field)
#define AUDIT(field)    offsetof(struct config, platform.audit.field)

/* A ticket of 64 KB is 87,384 characters of base64. libmicrohttpd wipes this much, and half of it again, for each request of a kept
 * connection, so no more than is needed. */
enum { HEADER_BYTES_MIN = 16 << 10, HEADER_BYTES_STANDARD = 96 << 10 };

const struct config_option config_options[] = {
    {"config", "FILE", "the settings below, as NAME = VALUE; options win over it"},
    {"check", NULL, "read everything, say all that is wrong, and exit"},
    {"verify-audit", "URL", "say whether the hash chain of an event log holds, and exit"},
    {"help", NULL, "say which options and settings there are, and exit"},
    {"version", NULL, "say the version, and exit"},
    {0},
};

const char *const config_groups[] = {
    [CONFIG_GROUP_LISTENING] = "Listening",
    [CONFIG_GROUP_TLS] = "TLS",
    [CONFIG_GROUP_CALLERS] = "Who callers are",
    [CONFIG_GROUP_ANSWERS] = "What is decided, and for whom",
    [CONFIG_GROUP_BROWSERS] = "Browsers",
    [CONFIG_GROUP_LIMITS] = "Limits",
    [CONFIG_GROUP_SESSIONS] = "Sessions",
    [CONFIG_GROUP_AUDIT] = "The event log",
    [CONFIG_GROUP_FORWARD] = "Events elsewhere",
    [CONFIG_GROUP_OPERATION] = "Operation",
    NULL,
};

const struct config_key config_keys[] = {
    {"listen", "ADDRESS:PORT", "where to listen; [::1]:8080 for IPv6, port 0 for any",
     .group = CONFIG_GROUP_LISTENING, .without = "127.0.0.1:8080", .kind = CONFIG_LISTEN},
    {"cleartext", "WHERE", "\"loopback\" or \"anywhere\": where HTTP without TLS is served",
     .group = CONFIG_GROUP_LISTENING, .without = "loopback", .kind = CONFIG_ANYWHERE,
     .offset = offsetof(struct config, cleartext_anywhere)},

    {"keytab", "FILE", "the service's keys", .group = CONFIG_GROUP_CALLERS,
     .without = "the system's default keytab", .kind = CONFIG_FILE, .offset = PLATFORM(keytab),
     .system = CONFIG_POSIX},
    {"replay_cache", "FILE", "where tokens that were seen are remembered", .group = CONFIG_GROUP_CALLERS,
     .without = "a file of its own in $TMPDIR or /var/tmp", .kind = CONFIG_FILE,
     .offset = PLATFORM(replay_cache), .system = CONFIG_POSIX},
    {"domain_name", "NAME", "NetBIOS name of the account domain", .group = CONFIG_GROUP_CALLERS,
     .without = "as the ticket says", .kind = CONFIG_TEXT, .offset = PLATFORM(domain_name),
     .system = CONFIG_POSIX},
    {"domain_sid", "SID", "the account domain: what DA and DU stand for", .group = CONFIG_GROUP_CALLERS,
     .without = "these aliases are refused", .kind = CONFIG_SID, .offset = PLATFORM(domain_sid)},
    {"machine_sid", "SID", "the local account domain: what LA and LG stand for",
     .group = CONFIG_GROUP_CALLERS, .without = "these aliases are refused", .kind = CONFIG_SID,
     .offset = PLATFORM(machine_sid)},
    {"forest_sid", "SID", "the forest's root domain: what EA and SA stand for", .group = CONFIG_GROUP_CALLERS,
     .without = "domain_sid", .kind = CONFIG_SID, .offset = PLATFORM(forest_sid)},
    {"local_accounts", "YES|NO", "map callers whose ticket has no PAC to accounts of this system",
     .group = CONFIG_GROUP_CALLERS, .kind = CONFIG_YES_NO, .offset = PLATFORM(local_accounts),
     .system = CONFIG_POSIX},
    {"package", "NAME", "the security package that callers are asked for", .group = CONFIG_GROUP_CALLERS,
     .without = "Negotiate", .kind = CONFIG_TEXT, .offset = PLATFORM(package), .system = CONFIG_WINDOWS},
    {"allow_ntlm", "YES|NO", "take callers whom NTLM proved, not Kerberos", .group = CONFIG_GROUP_CALLERS,
     .kind = CONFIG_YES_NO, .offset = PLATFORM(allow_ntlm), .system = CONFIG_WINDOWS},

    {"policy", "FILE", "security template: secedit /export or GptTmpl.inf", .group = CONFIG_GROUP_ANSWERS,
     .without = "the defaults of a member server", .kind = CONFIG_FILE, .offset = PLATFORM(policy),
     .must_exist = true, .system = CONFIG_POSIX},
    {"central_policies", "FILE", "central access policies", .group = CONFIG_GROUP_ANSWERS,
     .without = "an object that names one is for administrators alone", .kind = CONFIG_FILE,
     .offset = PLATFORM(central_policies), .must_exist = true, .system = CONFIG_POSIX},
    {"guard", "GUARD", "\"METHOD /path SDDL\": who may call a route; CC is the right",
     .group = CONFIG_GROUP_ANSWERS, .without = "the route's own descriptor", .kind = CONFIG_GUARD},
    {"shadow_check", "YES|NO", "decide every check once more without Windows, and log each difference",
     .group = CONFIG_GROUP_ANSWERS, .kind = CONFIG_YES_NO, .offset = PLATFORM(shadow_check),
     .system = CONFIG_WINDOWS},

    {"allow_origin", "ORIGIN",
     "scheme://host[:port] as browsers write it: pages that may ask and read the answers",
     .group = CONFIG_GROUP_BROWSERS, .without = "pages of no other origin", .kind = CONFIG_ORIGIN},
    {"hsts", "SECONDS", "how long browsers keep to TLS once they saw it, 0 to say nothing of it",
     .group = CONFIG_GROUP_BROWSERS, .kind = CONFIG_COUNT, .offset = SERVER(hsts_s), .max = 63072000,
     .standard = 31536000},

    {"connections_max", "COUNT", "connections over all threads", .group = CONFIG_GROUP_LIMITS,
     .kind = CONFIG_COUNT, .offset = SERVER(connections_max), .min = 1, .max = 1000000, .standard = 1000},
    {"connections_per_ip", "COUNT", "connections from one IPv4 address or IPv6 /64, 0 for no bound",
     .group = CONFIG_GROUP_LIMITS, .kind = CONFIG_COUNT, .offset = SERVER(connections_per_ip), .max = 1000000,
     .standard = 512},
    {"timeout", "SECONDS",
     "a connection without traffic, or on which no request begins, for so long is closed",
     .group = CONFIG_GROUP_LIMITS, .kind = CONFIG_COUNT, .offset = SERVER(timeout_s), .min = 1, .max = 3600,
     .standard = 30},
    {"request_timeout", "SECONDS",
     "a request must have come whole so long after its first line, however much of it comes",
     .group = CONFIG_GROUP_LIMITS, .kind = CONFIG_COUNT, .offset = SERVER(request_timeout_s), .min = 1,
     .max = 3600, .standard = 30},
    {"answer_timeout", "SECONDS", "an answer that is not taken in that time is cut off",
     .group = CONFIG_GROUP_LIMITS, .kind = CONFIG_COUNT, .offset = SERVER(answer_timeout_s), .min = 1,
     .max = 3600, .standard = 60},
    {"header_bytes_max", "BYTES",
     "request line and headers: a ticket of 64 KB fits; where tickets are small, less makes each request cheaper",
     .group = CONFIG_GROUP_LIMITS, .kind = CONFIG_SIZE, .offset = SERVER(header_bytes_max),
     .min = HEADER_BYTES_MIN, .max = 1 << 20, .standard = HEADER_BYTES_STANDARD},
    {"body_bytes_max", "BYTES", "body of a request", .group = CONFIG_GROUP_LIMITS, .kind = CONFIG_SIZE,
     .offset = SERVER(body_bytes_max), .min = 1024, .max = 256 << 20, .standard = 4 << 20},
    {"streams_max", "COUNT", "answers that go on as things happen, at a time; each is a connection too",
     .group = CONFIG_GROUP_LIMITS, .kind = CONFIG_COUNT, .offset = SERVER(streams_max), .max = 100000,
     .standard = 64},
    {"batch_max", "COUNT", "checks in one batch", .group = CONFIG_GROUP_LIMITS, .kind = CONFIG_SIZE,
     .offset = offsetof(struct config, batch_max), .min = 1, .max = 100000, .standard = 1000},

    {"session_max", "COUNT", "sessions in all; one more is 429", .group = CONFIG_GROUP_SESSIONS,
     .kind = CONFIG_SIZE, .offset = SESSION(max), .min = 1, .max = 1000000, .standard = 100000},
    {"session_per_user", "COUNT", "sessions of one user; one more is 429", .group = CONFIG_GROUP_SESSIONS,
     .kind = CONFIG_SIZE, .offset = SESSION(per_user), .min = 1, .max = 1000000, .standard = 1000},
    {"session_idle", "SECONDS", "a session that is not used for so long ends", .group = CONFIG_GROUP_SESSIONS,
     .kind = CONFIG_COUNT, .offset = SESSION(idle_s), .min = 1, .max = 86400, .standard = 900},
    {"session_lifetime", "SECONDS", "the longest a session lives, and never past its ticket",
     .group = CONFIG_GROUP_SESSIONS, .kind = CONFIG_COUNT, .offset = SESSION(lifetime_s), .min = 1,
     .max = 604800, .standard = 28800},

    {"audit", "URL", "the event log: sqlite:FILE or postgresql://USER@HOST/DATABASE",
     .group = CONFIG_GROUP_AUDIT, .without = "sqlite:$STATE_DIRECTORY/audit.db under systemd, else no log",
     .kind = CONFIG_LOG, .offset = AUDIT(store.url), .system = CONFIG_POSIX},
    {"audit_policy", "POLICY", "when the log cannot be written: \"fail_closed\", \"overwrite\" or \"drop\"",
     .group = CONFIG_GROUP_AUDIT, .without = "fail_closed", .kind = CONFIG_FULL,
     .offset = AUDIT(store.policy), .system = CONFIG_POSIX},
    {"audit_retention_days", "DAYS", "events that are older are removed, 0 for none",
     .group = CONFIG_GROUP_AUDIT, .kind = CONFIG_DAYS, .offset = AUDIT(store.retention_s), .max = 36500,
     .system = CONFIG_POSIX},
    {"audit_retention_bytes", "BYTES", "the oldest events are removed beyond that, 0 for no bound",
     .group = CONFIG_GROUP_AUDIT, .kind = CONFIG_BYTES, .offset = AUDIT(store.retention_bytes),
     .max = UINT64_C(1) << 50, .system = CONFIG_POSIX},
    {"audit_queue", "COUNT", "events that may wait to be written; four for each of batch_max",
     .group = CONFIG_GROUP_AUDIT, .kind = CONFIG_SIZE, .offset = AUDIT(store.queue_max), .min = 4096,
     .max = 1 << 20, .standard = 16384, .system = CONFIG_POSIX},
    {"audit_csv", "FILE", "audit.csv: which events are written", .group = CONFIG_GROUP_AUDIT,
     .without = "[Event Audit] of the policy; without one, all", .kind = CONFIG_FILE,
     .offset = AUDIT(subcategories), .must_exist = true, .system = CONFIG_POSIX},
    {"audit_privilege", "YES|NO", "the service holds SeAuditPrivilege, so that it may write events",
     .group = CONFIG_GROUP_AUDIT, .kind = CONFIG_YES_NO, .offset = AUDIT(privilege), .standard = true,
     .system = CONFIG_POSIX},

    {"audit_forward", "URL", "syslog+tcp://HOST:PORT, syslog+tls://HOST:PORT[?ca=FILE] or journal:",
     .group = CONFIG_GROUP_FORWARD, .without = "nowhere", .kind = CONFIG_FORWARD, .system = CONFIG_POSIX},
    {"audit_forward_state", "FOLDER", "where it is kept how far they went", .group = CONFIG_GROUP_FORWARD,
     .without = "$STATE_DIRECTORY, else the folder of the event log's file", .kind = CONFIG_FILE,
     .offset = offsetof(struct config, forward.folder), .must_exist = true, .system = CONFIG_POSIX},

    {"threads", "COUNT", "threads that answer", .group = CONFIG_GROUP_OPERATION,
     .without = "one for each processor", .kind = CONFIG_COUNT, .offset = SERVER(threads), .min = 1,
     .max = CONFIG_THREADS_MAX},
    {"drain", "SECONDS", "how long SIGTERM waits for requests under way, and for the log they wait for",
     .group = CONFIG_GROUP_OPERATION, .kind = CONFIG_COUNT, .offset = SERVER(drain_s), .max = 3600,
     .standard = 10},
    {"log_level", "LEVEL", "error, warning, info or debug", .group = CONFIG_GROUP_OPERATION,
     .without = "info", .kind = CONFIG_LEVEL, .offset = offsetof(struct config, log_level)},
    {0},
};

_Static_assert(sizeof config_keys / sizeof config_keys[0] <= CONFIG_KEYS_MAX,
               "a reader of the configuration notes which were given");
