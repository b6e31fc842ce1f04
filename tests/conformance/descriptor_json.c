/* Every descriptor of our own vectors goes to POST /security-descriptor: SDDL, bytes and JSON of the answer say the same. */
#include "support/descriptor_json.h"
#include "api/routes.h"
#include "base/base64.h"
#include "conformance/vector.h"
#include "support/inprocess.h"

#include <check.h>
#include <stdlib.h>

enum { ARENA_LIMIT = 1 << 24 };

#define DOMAIN  "S-1-5-21-1-2-3"
#define MACHINE "S-1-5-21-4-5-6"

static struct inprocess inprocess;
static struct sid_buffer domain;
static struct sid_buffer machine;

/* Takes over the body. `sound`: it must be converted. */
static void check(struct vector *vector, json_t *body, bool sound)
{
    const struct sddl_domains domains = {
        .machine = sid_of(&machine), .domain = sid_of(&domain), .forest_root = sid_of(&domain)};
    struct inprocess_answer answer;
    char *text = json_dumps(body, 0);
    ck_assert_ptr_nonnull(text);
    inprocess_run(&inprocess, security_descriptor_post, bytes_of_string(text), ARENA_LIMIT, &answer);
    inprocess_parse(&answer);
    ck_assert_msg(answer.status == 200 || !sound, "%s: %s", text, answer.text);
    if (answer.status == 200) {
        const bool exact = json_is_string(json_object_get(body, "securityDescriptor"));
        const char *wrong = descriptor_json_check(&vector->arena, answer.body, &domains, exact);
        ck_assert_msg(wrong == NULL, "%s: %s", wrong, answer.text);
    }
    inprocess_answer_done(&answer);
    free(text);
    json_decref(body);
}

static void check_text(struct vector *vector, const char *sddl, bool sound)
{
    json_t *body =
        json_pack("{s:s, s:s, s:s}", "securityDescriptor", sddl, "domainSid", DOMAIN, "machineSid", MACHINE);
    if (body != NULL) /* some texts are no UTF-8: there is no such JSON */
        check(vector, body, sound);
}

static void check_bytes(struct vector *vector, struct bytes bytes, bool sound)
{
    check(vector,
          json_pack("{s:{s:s}, s:s, s:s}", "securityDescriptor", "base64",
                    base64_encode(&vector->arena, bytes), "domainSid", DOMAIN, "machineSid", MACHINE),
          sound);
}

/* The descriptors of each kind of row, whatever the row asks of them. */
static void check_row(struct vector *vector)
{
    const char *api = vector_text(vector, "api");
    const bool sound = json_object_get(vector->json, "error") == NULL;
    struct descriptor descriptor;
    if (vector_optional(vector, "sd") != NULL)
        check_text(vector, vector_expanded(vector, "sd"), sound);
    if (strcmp(api, "SddlRead") == 0)
        check_text(vector, vector_expanded(vector, "text"), sound);
    if (strcmp(api, "SddlWrite") == 0 || strcmp(api, "IsValidSecurityDescriptor") == 0)
        if (vector_optional(vector, "hex") != NULL)
            check_bytes(vector, vector_bytes(vector, "hex"), sound);
    if (vector_descriptor(vector, &descriptor))
        check_bytes(vector, descriptor.raw, true);
    if (strcmp(api, "Condition") == 0 && vector_optional(vector, "tokens") == NULL)
        check_text(vector,
                   arena_printf(&vector->arena, "D:(XA;;0x1;;;WD;(%s))%s", vector_text(vector, "if"),
                                vector_text(vector, "resource")),
                   true);
    if (strcmp(api, "Condition") == 0 && vector_optional(vector, "tokens") != NULL) {
        vector_condition_descriptor(vector, true, &descriptor);
        check_bytes(vector, descriptor.raw, true);
    }
}

int main(int argc, char **argv)
{
    inprocess_open(&inprocess);
    if (sid_parse(bytes_of_string(DOMAIN), &domain) != ERR_NONE ||
        sid_parse(bytes_of_string(MACHINE), &machine) != ERR_NONE)
        return EXIT_FAILURE;
    int status = vector_run("descriptor_json", argc, argv, check_row);
    inprocess_close(&inprocess);
    return status;
}
