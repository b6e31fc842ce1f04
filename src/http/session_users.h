/* session_users: how many sessions each user has, so that one user's clients cannot take the places of all others. */
#ifndef NTOKEND_HTTP_SESSION_USERS_H
#define NTOKEND_HTTP_SESSION_USERS_H

#include "engine/sid.h"
#include "http/session_key.h"

struct session_users;
struct session_user;

/* There are never more users than `sessions_max` sessions. ERR_NO_MEMORY. */
enum err session_users_new(size_t sessions_max, size_t per_user, struct session_users **ret) MUST_USE;
/* Everybody has left. */
void session_users_free(struct session_users *users);

/* Any thread. *ret is NULL when the user's share is used up; otherwise it is paid back with one session_users_leave. `key`
 * hashes the SID. ERR_NO_MEMORY. */
enum err session_users_enter(struct session_users *users, const struct session_key *key,
                             const struct sid *sid, struct session_user **ret) MUST_USE;
void session_users_leave(struct session_users *users, struct session_user *user);

#endif
