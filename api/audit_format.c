#include "api/audit_format.h"

#include "api/accept.h"

enum audit_format audit_format_of(const char *accept)
{
    static const struct accept_form forms[] = {
        {"application", "json", NULL}, {"application", "xml", NULL}, {"text", "event-stream", NULL}};
    enum { FORMS = sizeof forms / sizeof forms[0] };
    const size_t chosen = accept_choose(accept, forms, FORMS);
    return chosen < FORMS ? (enum audit_format)(AUDIT_FORMAT_JSON + chosen) : AUDIT_FORMAT_NONE;
}
