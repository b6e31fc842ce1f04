/* session: the bounded table of sessions. Each keeps the token of a caller who proved itself once; whoever shows the bearer
 * token of the session, which only its hash in the table knows, is that caller until the session ends.
 *
 * Any thread may call anything. Sessions lie in shards with a lock each, which is held for a few memory accesses: threads do
 * not wait for each other unless they want the same shard at the same moment. */
#ifndef NTOKEND_HTTP_SESSION_H
#define NTOKEND_HTTP_SESSION_H

#include "http/session_key.h"
#include "platform/privilege.h"

struct session_settings {
    size_t max;          /* sessions in all, at least 1 */
    size_t per_user;     /* of one user, at least 1 */
    unsigned idle_s;     /* a session that nobody used for so long ends; at least 1 */
    unsigned lifetime_s; /* the longest that it may live; at least 1 */
};

/* Passed in, so that tests need not wait. */
struct session_time {
    int64_t wall_s;   /* since the epoch: what the end of a ticket is compared with */
    int64_t steady_s; /* never goes back, from any start: what idleness and lifetime are counted in */
};
struct session_time session_time_now(void);

struct sessions;
/* The settings are copied. ERR_NO_MEMORY, ERR_IO (no randomness). */
enum err sessions_new(const struct session_settings *settings, struct sessions **ret) MUST_USE;
/* Ends every session and wipes the key. No request may be under way. */
void sessions_free(struct sessions *sessions);
const struct session_settings *sessions_settings(const struct sessions *sessions);
size_t sessions_count(const struct sessions *sessions);

struct session_figures {
    uint64_t open;
    uint64_t opened;  /* since the start, as those below */
    uint64_t expired; /* idle, too old, or with their ticket */
    uint64_t ended;   /* by sessions_end */
};
void sessions_figures(const struct sessions *sessions, struct session_figures *ret);

/* What a session is known by once its token was checked: no secret. */
struct session_details {
    struct session_hash id;
    int64_t created_at; /* wall_s */
    int64_t expires_at; /* wall_s, if it is used before it is idle for too long */
};

enum session_opening {
    SESSION_TICKET_ENDED = 0, /* the ticket behind the token is no longer good */
    SESSION_TABLE_FULL,
    SESSION_USER_FULL, /* the user's share is used up */
    SESSION_OPENED,
};

struct session_opened {
    enum session_opening outcome;
    char text[SESSION_TOKEN_MAX]; /* for the client alone; wipe it */
    struct session_details details;
};

/* A session with a duplicate of `token`. Sessions that have expired make room first. ERR_NO_MEMORY, ERR_IO; no session then. */
enum err sessions_open(struct sessions *sessions, const struct platform_token *token, struct session_time now,
                       struct session_opened *ret) MUST_USE;

/* What a request holds of its session: the session's token as it was at that moment, whole, whatever others change. */
struct session;
struct session_use {
    struct session *session; /* NULL: nothing is held */
    const struct platform_token *token;
    struct session_details details;
};

/* `text` is what the client showed, of any size. False, and nothing is held, for a session that is unknown or has expired.
 * Otherwise the session counts as used. */
bool sessions_find(struct sessions *sessions, struct bytes text, struct session_time now,
                   struct session_use *ret) MUST_USE;
void session_use_done(struct session_use *use);
/* Whether a session still lives: for an answer that goes on as long as it does. It counts as used. */
bool sessions_touch(struct sessions *sessions, const struct session_hash *id,
                    struct session_time now) MUST_USE;

/* At once, for all who ask from now on; requests under way keep what they hold. Nothing when it is gone already. */
void sessions_end(struct sessions *sessions, const struct session_hash *id);

/* AdjustTokenPrivileges on the session's token, as platform_privilege_adjust: later requests see all of it, those under way
 * none. *ret_state is the outcome. ERR_NONE, ERR_NOT_ALL_ASSIGNED after the rest was done; ERR_NOT_FOUND when the session is
 * gone, ERR_NO_MEMORY: nothing changed. */
enum err sessions_adjust(struct sessions *sessions, const struct session_hash *id,
                         const struct privilege_change *change, struct privilege_state *ret_state,
                         struct privilege_state *ret_previous, privilege_set *ret_changed) MUST_USE;

/* Ends what has expired and returns how many that were. About once a second; costs no more than what expired and a few
 * sessions that must be looked at again. */
size_t sessions_sweep(struct sessions *sessions, struct session_time now);

#endif
