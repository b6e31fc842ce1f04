#include "eventlog/postgres_query.h"

#include "base/utf16.h"

enum walk { WALK_SESSION, WALK_SID, WALK_ACCOUNT, WALK_EVENT_ID, WALK_TIME };

#define NEWEST_FIRST " ORDER BY time_ns DESC, uuid DESC"

static enum walk walk_of(const struct filter *filter)
{
    const struct event_filter *conditions = filter->conditions;
    if (conditions->session != NULL)
        return WALK_SESSION;
    if (conditions->user != NULL)
        return filter->user_is_sid ? WALK_SID : WALK_ACCOUNT;
    return conditions->event_id != 0 ? WALK_EVENT_ID : WALK_TIME;
}

void postgres_query_init(struct postgres_query *query, const struct filter *filter, struct arena *arena)
{
    const struct event_filter *conditions = filter->conditions;
    enum walk walk = walk_of(filter);
    *query = (struct postgres_query){.filter = filter, .arena = arena};
    query->by_rest = conditions->outcome != EVENT_ANY_OUTCOME ||
                     (conditions->user != NULL && walk == WALK_SESSION) ||
                     (conditions->event_id != 0 && walk != WALK_EVENT_ID);
    /* What the server knows of a name is its account, and of a long one the beginning. */
    bool whole_name =
        conditions->user != NULL && !filter->user_is_sid &&
        (filter->account.size < filter->user.size || filter->account.size >= POSTGRES_ACCOUNT_MAX);
    query->by_filter = filter_has_text(filter) || whole_name;
}

/* The text of a condition with the number of its value; "" where there is none, NULL when memory is exhausted. */
static const char *compare(struct arena *arena, const char *column, int number)
{
    return arena_printf(arena, " AND %s $%d", column, number);
}

static const char *by_text(struct arena *arena, struct postgres_values *values, const char *column,
                           struct bytes text)
{
    uint8_t *clean = arena_alloc(arena, 3 * text.size);
    if (clean == NULL)
        return NULL;
    struct bytes value = bytes_of(clean, utf8_clean(text, clean));
    return compare(arena, column, postgres_values_add(values, POSTGRES_TEXT, value));
}

static const char *by_user(const struct postgres_query *query, struct postgres_values *values)
{
    const struct filter *filter = query->filter;
    if (filter->user_is_sid)
        return by_text(query->arena, values, "subject_sid =", filter->user);
    return by_text(query->arena, values, "account =", postgres_row_account(filter->account));
}

static const char *by_id(const struct postgres_query *query, struct postgres_values *values)
{
    int number = postgres_values_number(values, query->filter->conditions->event_id);
    return compare(query->arena, "event_id =", number);
}

static const char *walked(const struct postgres_query *query, struct postgres_values *values)
{
    switch (walk_of(query->filter)) {
    case WALK_SESSION:
        return by_text(query->arena, values,
                       "session =", bytes_of_string(query->filter->conditions->session));
    case WALK_SID:
    case WALK_ACCOUNT:
        return by_user(query, values);
    case WALK_EVENT_ID:
        return by_id(query, values);
    default:
        return "";
    }
}

static const char *rest(const struct postgres_query *query, struct postgres_values *values)
{
    const struct event_filter *conditions = query->filter->conditions;
    enum walk walk = walk_of(query->filter);
    const char *user = "";
    const char *id = "";
    const char *outcome = "";
    if (conditions->user != NULL && walk == WALK_SESSION)
        user = by_user(query, values);
    if (conditions->event_id != 0 && walk != WALK_EVENT_ID)
        id = by_id(query, values);
    if (conditions->outcome != EVENT_ANY_OUTCOME)
        outcome = conditions->outcome == EVENT_SUCCESS ? " AND success" : " AND NOT success";
    if (user == NULL || id == NULL)
        return NULL;
    return arena_printf(query->arena, "%s%s%s", user, id, outcome);
}

/* From the position, or the newest, down to the oldest that is asked for. */
static const char *span(const struct postgres_query *query, const struct event_position *after,
                        struct postgres_values *values)
{
    const struct event_filter *conditions = query->filter->conditions;
    const char *until = "";
    const char *from = "";
    const char *since =
        compare(query->arena, "time_ns >=", postgres_values_number(values, conditions->since_ns));
    if (conditions->until_ns != 0)
        until = compare(query->arena, "time_ns <", postgres_values_number(values, conditions->until_ns));
    if (after != NULL) {
        int time = postgres_values_number(values, after->time_ns);
        int uuid = postgres_values_add(values, POSTGRES_UUID, bytes_of(after->uuid.bytes, EVENT_UUID_SIZE));
        from = arena_printf(query->arena, " AND (time_ns, uuid) < ($%d, $%d)", time, uuid);
    }
    if (since == NULL || until == NULL || from == NULL)
        return NULL;
    return arena_printf(query->arena, "%s%s%s", since, until, from);
}

enum err postgres_query_rows(const struct postgres_query *query, const struct event_position *after,
                             size_t window, size_t rows, struct postgres_values *values, const char **ret)
{
    *values = (struct postgres_values){0};
    const char *within = span(query, after, values);
    const char *first = walked(query, values);
    const char *then = rest(query, values);
    if (within == NULL || first == NULL || then == NULL)
        return ERR_NO_MEMORY;
    int window_at = postgres_values_number(values, (int64_t)window);
    int rows_at = postgres_values_number(values, (int64_t)rows);
    const char *sql = arena_printf(query->arena,
                                   "SELECT " POSTGRES_ROW_COLUMNS " FROM (SELECT * FROM " POSTGRES_LOG_TABLE
                                   " WHERE true%s%s" NEWEST_FIRST
                                   " LIMIT $%d) AS walked WHERE true%s" NEWEST_FIRST " LIMIT $%d",
                                   within, first, window_at, then, rows_at);
    *ret = sql;
    return sql == NULL ? ERR_NO_MEMORY : ERR_NONE;
}

enum err postgres_query_end(const struct postgres_query *query, const struct event_position *after,
                            size_t window, struct postgres_values *values, const char **ret)
{
    *values = (struct postgres_values){0};
    const char *within = span(query, after, values);
    const char *first = walked(query, values);
    if (within == NULL || first == NULL)
        return ERR_NO_MEMORY;
    int window_at = postgres_values_number(values, (int64_t)window - 1);
    const char *sql = arena_printf(query->arena,
                                   "SELECT record_id, time_ns, uuid FROM " POSTGRES_LOG_TABLE
                                   " WHERE true%s%s" NEWEST_FIRST " OFFSET $%d LIMIT 1",
                                   within, first, window_at);
    *ret = sql;
    return sql == NULL ? ERR_NO_MEMORY : ERR_NONE;
}
