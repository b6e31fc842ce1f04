/* Bytes or SDDL go to POST /security-descriptor: the three forms of its answer say the same. */
#include "api/routes.h"
#include "base/base64.h"
#include "fuzz/fuzz.h"
#include "support/descriptor_json.h"
#include "support/inprocess.h"

#include <string.h>

enum { ARENA_BYTES = 64 << 20 };

static struct inprocess inprocess;

/* Bytes start with their revision, 1; everything else is text. NULL when it is no UTF-8. */
static json_t *body_of(struct arena *arena, struct bytes input)
{
    if (input.size == 0 || input.data[0] != SD_REVISION)
        return json_pack("{s:s%}", "securityDescriptor", (const char *)input.data, input.size);
    return json_pack("{s:{s:s}}", "securityDescriptor", "base64", base64_encode(arena, input));
}

static void check(struct arena *arena, const json_t *body)
{
    struct inprocess_answer answer;
    char *text = json_dumps(body, 0);
    FUZZ_ASSERT(text != NULL);
    inprocess_run(&inprocess, security_descriptor_post, bytes_of_string(text), ARENA_BYTES, &answer);
    free(text);
    inprocess_parse(&answer);
    FUZZ_ASSERT(json_is_object(answer.body));
    if (answer.status == 200) {
        const bool exact = json_is_string(json_object_get(body, "securityDescriptor"));
        const char *wrong =
            descriptor_json_check(arena, answer.body, platform_domains(inprocess.platform), exact);
        if (wrong != NULL)
            (void)fprintf(stderr, "%s: %s\n", wrong, answer.text);
        FUZZ_ASSERT(wrong == NULL);
    }
    inprocess_answer_done(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_BYTES);
    if (inprocess.platform == NULL)
        inprocess_open(&inprocess);
    json_t *body = body_of(&arena, bytes_of(data, size));
    if (body != NULL)
        check(&arena, body);
    json_decref(body);
    return 0;
}
