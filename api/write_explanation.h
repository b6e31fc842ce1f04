/* write_explanation: why a check came out as it did, as JSON. */
#ifndef NTOKEND_API_WRITE_EXPLANATION_H
#define NTOKEND_API_WRITE_EXPLANATION_H

#include "api/explainer.h"

/* How much may be written to explain all the checks of one request, about; and for one right or ACE beside its texts. */
enum { EXPLANATION_ROOM = 2 << 20, EXPLANATION_LINE = 300 };

/* The explanation of a check that was made. *room shrinks; what no longer fits is left out, and the answer says so. */
json_t *write_explanation(struct writer *writer, struct explanation *explanation,
                          const struct access_answer *answer, const struct sddl_domains *domains,
                          size_t *room);

#endif
