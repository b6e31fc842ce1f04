/* accept: in which of our forms a client takes an answer: RFC 9110 12.5.1. */
#ifndef NTOKEND_API_ACCEPT_H
#define NTOKEND_API_ACCEPT_H

#include <stddef.h>

struct accept_form {
    const char *type;
    const char *subtype;
    const char *
        version; /* what a parameter `version` of a range must say, if it is there; NULL: that is not looked at */
};

enum { ACCEPT_FORMS_MAX = 4 };

/* The index of the form that the client likes best, and of those that it likes alike the first; `count`, at most
 * ACCEPT_FORMS_MAX, when it takes none. `accept` is the header's value; NULL or empty: the client does not care. A range that is malformed is
 * passed over; parameters other than q and version are not looked at. */
size_t accept_choose(const char *accept, const struct accept_form *forms, size_t count);

#endif
