/* Our own vectors, each row of the files a test of its own, named by its id. */
#include "conformance/vector.h"

#include <check.h>

static const struct {
    const char *api;
    void (*check)(struct vector *vector);
} kinds[] = {
    {"AccessCheck", vector_check_access},
    {"AccessCheckByType", vector_check_access},
    {"AccessCheckByTypeResultList", vector_check_access},
    {"AccessCheckAndAuditAlarm", vector_check_audit},
    {"AccessCheckByTypeAndAuditAlarm", vector_check_audit},
    {"AccessCheckByTypeResultListAndAuditAlarm", vector_check_audit},
    {"Condition", vector_check_condition},
    {"PrivilegeCheck", vector_check_privileges},
    {"AdjustTokenPrivileges", vector_check_adjustment},
    {"MapGenericMask", vector_check_mapping},
    {"ConvertStringSidToSid", vector_check_sid},
    {"IsValidSecurityDescriptor", vector_check_bytes},
    {"SddlRead", vector_check_reading},
    {"SddlWrite", vector_check_writing},
};

static void check_row(struct vector *vector)
{
    const char *api = vector_text(vector, "api");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].api, api) == 0) {
            kinds[i].check(vector);
            return;
        }
    }
    ck_abort_msg("no api '%s'", api);
}

int main(int argc, char **argv)
{
    return vector_run("vectors", argc, argv, check_row);
}
