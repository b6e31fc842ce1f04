#include "engine/condition.h"

/* No expression is evaluated yet, and so none is known to be true or false: deny ACEs apply and allow ACEs do not
 * (reference 3.10, the row UNKNOWN). That refuses too much and never grants too much. */
enum truth condition_evaluate(struct bytes application_data, const struct condition_subject *subject,
                              bool deny_only)
{
    (void)application_data;
    (void)subject;
    (void)deny_only;
    return TRUTH_UNKNOWN;
}
