/* Conditional expressions and resource attributes as bytes and as text: both say the same. Input: the size of an attribute, its
 * bytes, those of an expression behind its signature; or a byte 0xFF and the text of a condition. */
#include "engine/condition.h"
#include "engine/sddl.h"
#include "fuzz/fuzz.h"
#include "support/acl_writer.h"
#include "support/condition_text.h"
#include "support/token_text.h"

enum {
    TEXT_MODE = 0xFF,
    /* so that no condition runs out of the work or the depth that the engine allows */
    EXPRESSION_MAX = 500,
    MEMORY_MAX = 1 << 22,
};

static struct {
    struct arena arena;
    const struct token *token;
} world;

static void make_world(void)
{
    arena_init(&world.arena, MEMORY_MAX);
    struct token *token = token_text_read(&world.arena, "groups=WD,BA,BU!,SY- device=AU,WD!");
    token->user_claims = condition_text_claims(
        &world.arena, "a=1 b=0 y=?1 s='x,'Y t*='Foo e= n=1,2 u=u0xffffffffffffffff m=-1 o=#0102 sid=SID(BA)");
    token->device_claims = condition_text_claims(&world.arena, "a=?1 s='x");
    token->local_claims = condition_text_claims(&world.arena, "a=7 o=#01");
    world.token = token;
}

/* The ACE of one descriptor with it alone, in its DACL or SACL. */
static struct ace only_ace(struct bytes raw, bool in_sacl)
{
    struct descriptor descriptor;
    struct acl_iterator iterator = {0};
    struct ace ace = {0};
    FUZZ_ASSERT(descriptor_parse(raw, &descriptor) == ERR_NONE);
    const struct acl *acl = in_sacl ? &descriptor.sacl : &descriptor.dacl;
    FUZZ_ASSERT(acl->ace_count == 1 && acl_next(acl, &iterator, &ace));
    return ace;
}

static struct bytes with_ace(struct arena *arena, uint8_t type, struct bytes application_data, bool in_sacl)
{
    struct acl_writer writer;
    struct descriptor descriptor;
    acl_writer_init(&writer);
    acl_writer_add(&writer, &(struct acl_writer_ace){
                                .type = type, .sid = SID_EVERYONE, .application_data = application_data});
    acl_writer_descriptor(arena, SID_EVERYONE, in_sacl ? NULL : &writer, in_sacl ? &writer : NULL,
                          &descriptor);
    return descriptor.raw;
}

/* The ACE as text, read again; false when SDDL has no words for it. */
static bool reread(struct arena *arena, const struct ace *ace, bool in_sacl, struct ace *ret)
{
    struct bytes text;
    struct bytes raw;
    struct sddl_error error = {0};
    if (sddl_write_ace(arena, ace, NULL, &text) != ERR_NONE)
        return false;
    const char *whole = arena_printf(arena, "%s%s", in_sacl ? "S:" : "D:", (const char *)text.data);
    FUZZ_ASSERT(whole != NULL && strlen((const char *)text.data) == text.size);
    FUZZ_ASSERT(sddl_read(arena, bytes_of_string(whole), NULL, &raw, &error) == ERR_NONE);
    *ret = only_ace(raw, in_sacl);
    return true;
}

static enum truth value_of(struct bytes condition, const struct acl *sacl, bool deny)
{
    size_t work = CONDITION_WORK_MAX;
    const struct condition_subject subject = {.token = world.token, .sacl = sacl, .work = &work};
    const enum truth truth = condition_evaluate(condition, &subject, deny);
    FUZZ_ASSERT(work != 0);
    return truth;
}

static void same_attribute(struct bytes a, struct bytes b)
{
    struct claim_entry first;
    struct claim_entry second;
    FUZZ_ASSERT(claim_entry_parse(a, &first) == ERR_NONE && claim_entry_parse(b, &second) == ERR_NONE);
    FUZZ_ASSERT(bytes_equal(first.name, second.name) && first.type == second.type);
    FUZZ_ASSERT(first.flags == second.flags && first.value_count == second.value_count);
    for (size_t i = 0; i < first.value_count; i++) {
        struct claim_value one;
        struct claim_value other;
        claim_entry_value(&first, i, &one);
        claim_entry_value(&second, i, &other);
        FUZZ_ASSERT(one.number == other.number && bytes_equal(one.data, other.data));
    }
}

static void from_bytes(struct arena *arena, struct bytes attribute, struct bytes expression)
{
    const struct ace resource =
        only_ace(with_ace(arena, ACE_SYSTEM_RESOURCE_ATTRIBUTE, attribute, true), true);
    const struct ace callback =
        only_ace(with_ace(arena, ACE_ACCESS_ALLOWED_CALLBACK, expression, false), false);
    struct ace resource_again;
    struct ace callback_again;
    struct acl_writer writer;
    struct descriptor descriptor;
    if (reread(arena, &resource, true, &resource_again))
        same_attribute(resource.application_data, resource_again.application_data);
    if (!reread(arena, &callback, false, &callback_again))
        return;
    acl_writer_init(&writer);
    acl_writer_add(&writer, &(struct acl_writer_ace){.type = ACE_SYSTEM_RESOURCE_ATTRIBUTE,
                                                     .sid = SID_EVERYONE,
                                                     .application_data = attribute});
    acl_writer_descriptor(arena, SID_EVERYONE, NULL, &writer, &descriptor);
    for (int deny = 0; deny < 2; deny++)
        FUZZ_ASSERT(value_of(callback.application_data, &descriptor.sacl, deny != 0) ==
                    value_of(callback_again.application_data, &descriptor.sacl, deny != 0));
}

/* What is read is written, and read again the same to the byte. */
static void from_text(struct arena *arena, struct bytes text)
{
    struct bytes condition;
    struct ace again;
    struct sddl_error error = {0};
    const enum err err = sddl_read_condition(arena, text, NULL, &condition, &error);
    if (err != ERR_NONE) {
        FUZZ_ASSERT(err == ERR_NO_MEMORY || (error.expected != NULL && error.offset <= text.size));
        return;
    }
    if (condition.size > EXPRESSION_MAX)
        return;
    const struct ace ace = only_ace(with_ace(arena, ACE_ACCESS_ALLOWED_CALLBACK, condition, false), false);
    FUZZ_ASSERT(reread(arena, &ace, false, &again));
    FUZZ_ASSERT(bytes_equal(ace.application_data, again.application_data));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    arena_init(&arena, MEMORY_MAX);
    if (world.token == NULL)
        make_world();
    if (size > 0 && data[0] == TEXT_MODE) {
        from_text(&arena, bytes_of(data + 1, size - 1));
    } else if (size > 0 && size - 1 >= data[0] && size - 1 - data[0] <= EXPRESSION_MAX) {
        const size_t length = size - 1 - data[0];
        uint8_t expression[4 + EXPRESSION_MAX] = "artx";
        memcpy(expression + 4, data + 1 + data[0], length);
        from_bytes(&arena, bytes_of(data + 1, data[0]), bytes_of(expression, 4 + length));
    }
    return 0;
}
