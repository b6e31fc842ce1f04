/* Any bytes as a conditional expression, and as a resource attribute that it may ask for, by the engine and by the oracle. The
 * first byte is the size of the attribute, which follows; the rest is the expression behind its signature. */
#include "engine/condition.h"
#include "fuzz/fuzz.h"
#include "oracle/oracle_internal.h"
#include "support/acl_writer.h"
#include "support/condition_text.h"
#include "support/token_text.h"

enum {
    /* so that no condition runs out of the work or the depth that the engine allows: the oracle knows no such limit */
    EXPRESSION_MAX = 500,
    WORLD_LIMIT = 1 << 18,
};

static struct {
    struct arena arena;
    const struct token *token;
    struct bytes attributes[2];
} world;

static void make_world(void)
{
    arena_init(&world.arena, WORLD_LIMIT);
    struct token *token = token_text_read(&world.arena, "groups=WD,BA,BU!,SY- device=AU,WD!");
    token->user_claims = condition_text_claims(
        &world.arena, "a=1 b=0 y=?1 s='x,'Y t*='Foo e= n=1,2 u=u0xffffffffffffffff m=-1 "
                      "off-=1 deny!=1 o=#0102 sid=SID(BA),SID(WD) a!=2");
    token->device_claims = condition_text_claims(&world.arena, "a=?1 s='x");
    token->local_claims = condition_text_claims(&world.arena, "a=7 o=#01");
    world.token = token;
    const struct claim_set resource = condition_text_claims(&world.arena, "r='HR,'x q=1,2");
    for (size_t i = 0; i < resource.count; i++)
        world.attributes[i] = condition_text_relative(&world.arena, &resource.claims[i]);
}

static void add_attribute(struct acl_writer *writer, struct bytes attribute)
{
    acl_writer_add(writer, &(struct acl_writer_ace){.type = ACE_SYSTEM_RESOURCE_ATTRIBUTE,
                                                    .sid = SID_EVERYONE,
                                                    .application_data = attribute});
}

static void compare(const struct descriptor *descriptor, struct bytes expression, bool deny)
{
    static const enum oracle_truth same[] = {
        [TRUTH_FALSE] = ORACLE_FALSE, [TRUTH_UNKNOWN] = ORACLE_UNKNOWN, [TRUTH_TRUE] = ORACLE_TRUE};
    size_t work = CONDITION_WORK_MAX;
    const struct condition_subject subject = {.token = world.token, .sacl = &descriptor->sacl, .work = &work};
    struct oracle_trace trace = {0};
    const struct oracle oracle = {.token = world.token, .descriptor = descriptor, .trace = &trace};
    const enum truth truth = condition_evaluate(expression, &subject, deny);
    FUZZ_ASSERT(work != 0);
    FUZZ_ASSERT(same[truth] == oracle_condition(&oracle, expression, deny));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t signature[4] = {'a', 'r', 't', 'x'};
    struct acl_writer writer;
    struct descriptor descriptor;
    if (size < 1 || size - 1 < data[0] || size - 1 - data[0] > EXPRESSION_MAX)
        return 0;
    if (world.token == NULL)
        make_world();
    const size_t length = size - 1 - data[0];
    acl_writer_init(&writer);
    for (size_t i = 0; i < 2; i++)
        add_attribute(&writer, world.attributes[i]);
    add_attribute(&writer, bytes_of(data + 1, data[0]));
    AUTO_ARENA arena;
    arena_init(&arena, WORLD_LIMIT);
    acl_writer_descriptor(&arena, SID_ADMINISTRATORS, NULL, &writer, &descriptor);
    /* with its end where the memory ends, for AddressSanitizer */
    uint8_t *exact = malloc(4 + length);
    FUZZ_ASSERT(exact != NULL);
    memcpy(exact, signature, sizeof signature);
    memcpy(exact + 4, data + 1 + data[0], length);
    compare(&descriptor, bytes_of(exact, 4 + length), false);
    compare(&descriptor, bytes_of(exact, 4 + length), true);
    free(exact);
    return 0;
}
