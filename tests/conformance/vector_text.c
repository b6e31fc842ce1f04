/* Rows about text and bytes. The aliases of rows without "not_joined" stand for the machine S-1-5-21-4-5-6 in the domain
 * S-1-5-21-1-2-3 of the forest S-1-5-21-7-8-9. */
#include "conformance/vector.h"
#include "engine/sddl.h"

#include <check.h>

struct domains {
    struct sid_buffer sids[3];
    struct sddl_domains value;
};

static void make_domains(const struct vector *vector, struct domains *ret)
{
    static const char *const names[] = {"S-1-5-21-4-5-6", "S-1-5-21-1-2-3", "S-1-5-21-7-8-9"};
    *ret = (struct domains){0};
    if (json_is_true(json_object_get(vector->json, "not_joined")))
        return;
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(sid_parse(bytes_of_string(names[i]), &ret->sids[i]), ERR_NONE);
    ret->value = (struct sddl_domains){.machine = sid_of(&ret->sids[0]),
                                       .domain = sid_of(&ret->sids[1]),
                                       .forest_root = sid_of(&ret->sids[2])};
}

static const char *hex(struct arena *arena, struct bytes bytes)
{
    char *text = arena_alloc(arena, 2 * bytes.size + 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < bytes.size; i++) {
        text[2 * i] = "0123456789abcdef"[bytes.data[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[bytes.data[i] & 15];
    }
    text[2 * bytes.size] = '\0';
    return text;
}

static void assert_bytes(struct vector *vector, struct bytes got)
{
    if (vector_optional(vector, "hex") != NULL)
        ck_assert_str_eq(hex(&vector->arena, got), hex(&vector->arena, vector_bytes(vector, "hex")));
}

/* ConvertStringSidToSid, and back where "canonical" says what comes back. */
void vector_check_sid(struct vector *vector)
{
    struct domains domains;
    struct sid_buffer sid;
    const char *canonical = vector_optional(vector, "canonical");
    make_domains(vector, &domains);
    enum err err = sddl_read_sid(bytes_of_string(vector_text(vector, "text")), &domains.value, &sid);
    ck_assert_msg(err == vector_err(vector, "error"), "error %s", err_win32_name(err));
    if (err != ERR_NONE)
        return;
    assert_bytes(vector, bytes_of(&sid, sid_size(sid_of(&sid))));
    char text[SID_TEXT_MAX];
    (void)sid_format(sid_of(&sid), text);
    if (canonical != NULL)
        ck_assert_str_eq(text, canonical);
}

/* The state of the DACL is the answer to sound bytes: "absent", "null" or how many ACEs there are. */
static const char *dacl_of(struct arena *arena, const struct descriptor *descriptor)
{
    switch (descriptor->dacl_state) {
    case ACL_ABSENT:
        return "absent";
    case ACL_NULL:
        return "null";
    default:
        return arena_printf(arena, "%u", (unsigned)descriptor->dacl.ace_count);
    }
}

void vector_check_bytes(struct vector *vector)
{
    struct descriptor descriptor = {0};
    enum err err = descriptor_parse(vector_bytes(vector, "hex"), &descriptor);
    ck_assert_msg(err == vector_err(vector, "error"), "error %s", err_win32_name(err));
    if (err == ERR_NONE)
        ck_assert_str_eq(dacl_of(&vector->arena, &descriptor), vector_text(vector, "dacl_state"));
}

/* With ALL_SECURITY_INFORMATION unless "information" says less; NULL when it has no text. */
static const char *written(struct vector *vector, struct bytes raw, const struct sddl_domains *domains,
                           enum err *ret_err)
{
    struct descriptor descriptor;
    struct bytes text = {0};
    ck_assert_int_eq(descriptor_parse(raw, &descriptor), ERR_NONE);
    uint32_t information = vector_optional(vector, "information") != NULL ? vector_mask(vector, "information")
                                                                          : ALL_SECURITY_INFORMATION;
    *ret_err = sddl_write(&vector->arena, &descriptor, information, domains, &text);
    return *ret_err == ERR_NONE ? (const char *)text.data : NULL;
}

/* Text to bytes, and the canonical text of those bytes, which reads as the same bytes again. */
void vector_check_reading(struct vector *vector)
{
    struct domains domains;
    struct bytes raw;
    struct bytes again;
    struct sddl_error error = {0};
    make_domains(vector, &domains);
    enum err err = sddl_read(&vector->arena, bytes_of_string(vector_expanded(vector, "text")), &domains.value,
                             &raw, &error);
    ck_assert_msg(err == vector_err(vector, "error"), "error %s: at %zu expected %s", err_win32_name(err),
                  error.offset, error.expected);
    if (err != ERR_NONE)
        return;
    assert_bytes(vector, raw);
    const char *text = written(vector, raw, &domains.value, &err);
    if (vector_optional(vector, "canonical") == NULL)
        return;
    ck_assert_int_eq(err, ERR_NONE);
    ck_assert_str_eq(text, vector_expanded(vector, "canonical"));
    ck_assert_int_eq(sddl_read(&vector->arena, bytes_of_string(text), &domains.value, &again, &error),
                     ERR_NONE);
    ck_assert_str_eq(written(vector, again, &domains.value, &err), text);
}

/* From bytes, or from the text of a descriptor of which only a part is asked for. */
void vector_check_writing(struct vector *vector)
{
    struct domains domains;
    struct bytes raw;
    struct sddl_error error;
    make_domains(vector, &domains);
    if (vector_optional(vector, "hex") != NULL)
        raw = vector_bytes(vector, "hex");
    else
        ck_assert_int_eq(sddl_read(&vector->arena, bytes_of_string(vector_expanded(vector, "sd")),
                                   &domains.value, &raw, &error),
                         ERR_NONE);
    enum err err = ERR_FAILED;
    const char *text = written(vector, raw, &domains.value, &err);
    ck_assert_msg(err == vector_err(vector, "error"), "error %s", err_win32_name(err));
    if (err == ERR_NONE)
        ck_assert_str_eq(text, vector_expanded(vector, "canonical"));
}
