#include "tokens.h"

#include "support/initiator.h"

#include <stdio.h>
#include <stdlib.h>

struct tokens {
    struct initiator client;
};

struct tokens *tokens_open(const char *ccache)
{
    struct tokens *tokens = calloc(1, sizeof *tokens);
    if (tokens == NULL)
        abort();
    tokens->client.flags = GSS_C_MUTUAL_FLAG;
    initiator_init(&tokens->client, ccache, "HTTP@localhost");
    return tokens;
}

void tokens_close(struct tokens *tokens)
{
    initiator_done(&tokens->client);
    free(tokens);
}

struct bytes tokens_next(struct tokens *tokens)
{
    OM_uint32 minor = 0;
    struct bytes token = {0};
    (void)gss_delete_sec_context(&minor, &tokens->client.context, GSS_C_NO_BUFFER);
    if (!initiator_step(&tokens->client, token, &token)) {
        (void)fprintf(stderr, "tokens: the client has no ticket\n");
        exit(1);
    }
    return token;
}
