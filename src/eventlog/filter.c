#include "eventlog/filter.h"

#include "eventlog/fold.h"
#include "eventlog/record.h"

static bool fold(struct arena *arena, const char *text, struct bytes *ret)
{
    *ret = (struct bytes){0};
    if (text == NULL)
        return true;
    struct bytes plain = bytes_of_string(text);
    uint8_t *data = arena_alloc(arena, fold_room(plain.size));
    if (data == NULL)
        return false;
    *ret = bytes_of(data, fold_text(plain, data));
    return true;
}

enum err filter_init(struct filter *filter, struct arena *arena, const struct event_filter *conditions)
{
    const char *user = conditions->user;
    *filter = (struct filter){.conditions = conditions, .arena = arena};
    filter->user_is_sid = user != NULL && (strncmp(user, "S-1-", 4) == 0 || strncmp(user, "s-1-", 4) == 0);
    if (!fold(arena, user, &filter->user) || !fold(arena, conditions->object, &filter->object) ||
        !fold(arena, conditions->text, &filter->text))
        return ERR_NO_MEMORY;
    filter->account = filter->user;
    const uint8_t *backslash = user == NULL ? NULL : memrchr(filter->user.data, '\\', filter->user.size);
    if (backslash != NULL)
        filter->account = bytes_from(filter->user, (size_t)(backslash - filter->user.data) + 1);
    return ERR_NONE;
}

bool filter_may_span(const struct filter *filter, int64_t since_ns, int64_t until_ns)
{
    const struct event_filter *conditions = filter->conditions;
    return until_ns >= conditions->since_ns && (conditions->until_ns == 0 || since_ns < conditions->until_ns);
}

bool filter_may_keys(const struct filter *filter, const uint8_t keys[ZONE_KEYS_SIZE])
{
    const struct event_filter *conditions = filter->conditions;
    uint8_t id[2];
    le16_store(id, conditions->event_id);
    if (conditions->event_id != 0 && !zone_key_may(keys, ZONE_EVENT_ID, bytes_of(id, sizeof id)))
        return false;
    if (conditions->session != NULL &&
        !zone_key_may(keys, ZONE_SESSION, bytes_of_string(conditions->session)))
        return false;
    if (conditions->user == NULL)
        return true;
    return filter->user_is_sid ? zone_key_may(keys, ZONE_SID, filter->user)
                               : zone_key_may(keys, ZONE_ACCOUNT, filter->account);
}

bool filter_has_text(const struct filter *filter)
{
    return filter->object.size > 0 || filter->text.size > 0;
}

bool filter_may_text(const struct filter *filter, const uint8_t text[ZONE_TEXT_SIZE])
{
    return zone_text_may(text, filter->object) && zone_text_may(text, filter->text);
}

/* Folds into the scratch buffer, which grows. */
static enum err fold_value(struct filter *filter, struct bytes text, struct bytes *ret)
{
    size_t room = fold_room(text.size);
    if (room > filter->scratch_size) {
        filter->scratch = arena_alloc(filter->arena, room * 2);
        filter->scratch_size = filter->scratch == NULL ? 0 : room * 2;
    }
    if (filter->scratch == NULL)
        return ERR_NO_MEMORY;
    *ret = bytes_of(filter->scratch, fold_text(text, filter->scratch));
    return ERR_NONE;
}

static enum err contains(struct filter *filter, const char *text, struct bytes part, bool *ret)
{
    struct bytes folded;
    if (text == NULL) {
        *ret = false;
        return ERR_NONE;
    }
    enum err err = fold_value(filter, bytes_of_string(text), &folded);
    if (err == ERR_NONE)
        *ret = memmem(folded.data, folded.size, part.data, part.size) != NULL;
    return err;
}

static enum err match_user(struct filter *filter, const struct event *event, bool *ret)
{
    struct bytes folded;
    const char *name = event->subject_name;
    *ret = false;
    if (filter->user_is_sid) {
        *ret = event->subject_sid != NULL && bytes_equal(filter->user, bytes_of_string(event->subject_sid));
        return ERR_NONE;
    }
    if (name == NULL)
        return ERR_NONE;
    bool whole = filter->account.size < filter->user.size;
    enum err err = fold_value(filter, whole ? bytes_of_string(name) : zone_account(name), &folded);
    if (err == ERR_NONE)
        *ret = bytes_equal(folded, filter->user);
    return err;
}

static enum err match_text(struct filter *filter, struct bytes fields, bool *ret)
{
    struct event_field field;
    size_t at = 0;
    enum err err = ERR_NONE;
    *ret = false;
    while (err == ERR_NONE && !*ret && record_fields_next(fields, &at, &field))
        err = contains(filter, field.value, filter->text, ret);
    return err;
}

static bool match_plain(const struct event_filter *conditions, const struct event *event)
{
    if (event->time_ns < conditions->since_ns ||
        (conditions->until_ns != 0 && event->time_ns >= conditions->until_ns))
        return false;
    if (conditions->event_id != 0 && event->event_id != conditions->event_id)
        return false;
    if (conditions->outcome != EVENT_ANY_OUTCOME && event->success != (conditions->outcome == EVENT_SUCCESS))
        return false;
    return conditions->session == NULL ||
           (event->session != NULL && strcmp(event->session, conditions->session) == 0);
}

enum err filter_match(struct filter *filter, const struct event *event, struct bytes fields, bool *ret)
{
    const struct event_filter *conditions = filter->conditions;
    enum err err = ERR_NONE;
    *ret = match_plain(conditions, event);
    if (*ret && conditions->user != NULL)
        err = match_user(filter, event, ret);
    if (err == ERR_NONE && *ret && filter->object.size > 0)
        err = contains(filter, event->object_name, filter->object, ret);
    if (err == ERR_NONE && *ret && filter->text.size > 0)
        err = match_text(filter, fields, ret);
    return err;
}
