/* shadow: every check once more by the engine, on a snapshot of the token, when the operator wants it or an explanation is asked for;
 * and the SDDL of requests read once more. A difference is logged and counted; the answer is always the system's. */
#ifndef NTOKEND_PLATFORM_WINDOWS_SHADOW_H
#define NTOKEND_PLATFORM_WINDOWS_SHADOW_H

#include "platform/windows/token_storage.h"

struct shadow {
    bool decided; /* the engine was asked, and there was memory for its answer */
    enum err err;
    struct access_answer answer;
    struct object_node *nodes; /* as the engine left them; NULL for none */
};

/* Fills the explanation of the request, if it has one. Before the system is asked, since both write to the nodes. */
void shadow_begin(struct shadow *shadow, const struct platform_token *token,
                  const struct access_request *request);
/* `err`, `answer` and the nodes are what the system said. */
void shadow_end(struct shadow *shadow, const struct platform_token *token,
                const struct access_request *request, enum err err, const struct access_answer *answer);

/* What came of reading SDDL. */
struct sddl_reading {
    enum err err;
    struct bytes bytes;      /* with ERR_NONE */
    struct sddl_error error; /* the engine's, of a refusal */
};
/* Compares what both made of a text, unless memory was lacking for one of them. */
void shadow_read(struct platform *platform, struct bytes text, const struct sddl_reading *system,
                 const struct sddl_reading *engine);

#endif
