/* The engine beside the oracle (tests/oracle), and what holds of every check. The first byte says what the rest is: 0:
 * choices for a whole case; else choices for a token and a request, behind which a descriptor comes as it is. */
#include "fuzz/fuzz.h"
#include "oracle/case.h"

enum {
    CHOICES = 192,
    /* so that no condition runs out of the work that the engine allows: the oracle knows no such limit */
    DESCRIPTOR_MAX = 512,
};

/* Central access policies are none of the oracle's. */
static bool names_a_policy(const struct descriptor *descriptor)
{
    struct acl_iterator iterator = {0};
    struct ace ace;
    while (descriptor->sacl_state == ACL_THERE && acl_next(&descriptor->sacl, &iterator, &ace)) {
        if (ace.type == ACE_SYSTEM_SCOPED_POLICY_ID)
            return true;
    }
    return false;
}

static bool make(struct bytes input, struct chance *chance, struct access_case *ret)
{
    struct descriptor descriptor;
    if (input.size < 1)
        return false;
    if (input.data[0] == 0) {
        *chance = chance_of_bytes(bytes_of(input.data + 1, input.size - 1));
        make_case(chance, ret);
        return true;
    }
    if (input.size < 1 + CHOICES || input.size - 1 - CHOICES > DESCRIPTOR_MAX)
        return false;
    *chance = chance_of_bytes(bytes_of(input.data + 1, CHOICES));
    make_case(chance, ret);
    ret->whole = bytes_of(input.data + 1 + CHOICES, input.size - 1 - CHOICES);
    return descriptor_parse(ret->whole, &descriptor) == ERR_NONE && !names_a_policy(&descriptor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct access_case one;
    struct oracle_trace trace = {0};
    struct case_answer engine, oracle;
    struct chance chance;
    case_init();
    if (!make(bytes_of(data, size), &chance, &one))
        return 0;
    case_run(&one, &trace, &engine, &oracle);
    const char *broken = case_broken_property(&chance, &one);
    bool differs = case_differs(&one, &engine, &oracle);
    if (differs || broken != NULL)
        case_show(stderr, &one);
    if (broken != NULL)
        (void)fprintf(stderr, "this does not hold: %s\n", broken);
    FUZZ_ASSERT(!differs);
    FUZZ_ASSERT(broken == NULL);
    return 0;
}
