#include "support/pac_text.h"

#include "base/utf16.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct text {
    struct arena *arena;
    char *data;
    size_t size;
    size_t room;
};

static __attribute__((format(printf, 2, 3))) void add(struct text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    size_t size = (size_t)vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (text->room - text->size <= size) {
        text->room = 2 * text->room + size + 1024;
        char *moved = arena_alloc(text->arena, text->room);
        if (moved == NULL)
            abort();
        if (text->size != 0)
            memcpy(moved, text->data, text->size);
        text->data = moved;
    }
    (void)vsnprintf(text->data + text->size, size + 1, format, again);
    va_end(again);
    text->size += size;
}

static void add_string(struct text *text, const char *name, const char *value)
{
    if (value != NULL)
        add(text, "%s %s\n", name, value);
}

static void add_sid(struct text *text, const char *name, const struct sid *sid)
{
    char written[SID_TEXT_MAX];
    (void)sid_format(sid, written);
    add(text, "%s %s\n", name, written);
}

static void add_list(struct text *text, const char *name, struct sid_list list)
{
    for (size_t i = 0; i < list.count; i++) {
        char written[SID_TEXT_MAX];
        (void)sid_format(list.items[i].sid, written);
        add(text, "%s %s:%" PRIx32 "\n", name, written, list.items[i].attributes);
    }
}

static const char *utf8_of(struct arena *arena, struct bytes wide)
{
    struct bytes utf8 = {0};
    return utf16_to_utf8(arena, wide, &utf8) == ERR_NONE ? (const char *)utf8.data : "(no UTF-16)";
}

static void add_claims(struct text *text, const char *name, struct claim_set set)
{
    for (size_t i = 0; i < set.count; i++) {
        const struct claim *claim = &set.claims[i];
        add(text, "%s %s %d", name, utf8_of(text->arena, claim->name), (int)claim->type);
        for (size_t j = 0; j < claim->value_count; j++) {
            if (claim->type == CLAIM_STRING)
                add(text, " %s", utf8_of(text->arena, claim->values[j].data));
            else
                add(text, " %" PRIu64, claim->values[j].number);
        }
        add(text, "\n");
    }
}

const char *pac_to_text(struct arena *arena, const struct pac_identity *identity)
{
    struct text text = {.arena = arena};
    add_sid(&text, "user", identity->user);
    add_sid(&text, "domain", identity->logon_domain);
    add_string(&text, "account_name", identity->account_name);
    add_string(&text, "domain_name", identity->domain_name);
    add_string(&text, "upn", identity->upn);
    add_string(&text, "dns_domain", identity->dns_domain);
    add(&text, "user_flags %" PRIx32 "\n", identity->user_flags);
    add(&text, "primary_group_rid %" PRIu32 "\n", identity->primary_group_rid);
    add_list(&text, "group", identity->groups);
    add_list(&text, "extra", identity->extra_sids);
    add_list(&text, "resource", identity->resource_groups);
    add_claims(&text, "user_claim", identity->user_claims);
    if (identity->has_device)
        add(&text, "device\n");
    add_list(&text, "device_group", identity->device_groups);
    add_list(&text, "device_extra", identity->device_extra_sids);
    add_claims(&text, "device_claim", identity->device_claims);
    return text.data;
}
