#include "support/stand.h"

#include <stdio.h>
#include <stdlib.h>

enum { REPLY_BYTES_MAX = 1 << 17, LEGS = 8 };

static void must(enum err err, const char *what)
{
    if (err == ERR_NONE)
        return;
    (void)fprintf(stderr, "stand: %s: %s\n", what, err_text(err));
    exit(99);
}

void stand_make(struct stand *stand)
{
    *stand = (struct stand){0};
    folder_make(&stand->folder);
    stand->mint = mint_open(stand->folder.path);
    (void)snprintf(stand->keytab, sizeof stand->keytab, "%s", mint_path(stand->mint, MINT_KEYTAB));
    (void)snprintf(stand->replay_cache, sizeof stand->replay_cache, "%s", mint_path(stand->mint, "rcache"));
    if (setenv("KRB5_CONFIG", mint_path(stand->mint, MINT_CONFIG), 1) != 0)
        abort();
    mint_ticket(stand->mint, &(struct mint_order){0});
    stand->settings =
        (struct platform_settings){.keytab = stand->keytab, .replay_cache = stand->replay_cache};
    must(platform_start(&stand->settings, &stand->platform), "platform_start");
    must(platform_acceptor_new(stand->platform, &stand->acceptor), "platform_acceptor_new");
}

void stand_done(struct stand *stand)
{
    platform_acceptor_free(stand->acceptor);
    platform_stop(stand->platform);
    mint_close(stand->mint);
    folder_remove(&stand->folder);
}

struct stand stand_of_test;

void stand_setup(void)
{
    stand_make(&stand_of_test);
}

void stand_teardown(void)
{
    stand_done(&stand_of_test);
}

void verdict_done(struct verdict *verdict)
{
    platform_security_context_free(verdict->context);
    verdict->context = NULL;
}

static struct negotiate_reply leg(struct stand *stand, struct bytes token, struct negotiate_channel channel,
                                  struct arena *arena, struct verdict *verdict)
{
    struct negotiate_reply reply;
    must(platform_negotiate(stand->acceptor, &verdict->context, token, channel, arena, &reply),
         "platform_negotiate");
    verdict->outcome = reply.outcome;
    verdict->reason = reply.reason;
    verdict->reply_size = reply.token.size;
    verdict->legs++;
    return reply;
}

void stand_offer(struct stand *stand, struct bytes token, struct verdict *ret)
{
    *ret = (struct verdict){0};
    AUTO_ARENA arena;
    arena_init(&arena, REPLY_BYTES_MAX);
    (void)leg(stand, token, (struct negotiate_channel){.required = false}, &arena, ret);
    if (ret->outcome == NEGOTIATE_CONTINUE)
        verdict_done(ret);
}

void stand_shake(struct stand *stand, const struct mint_order *order, struct initiator *client,
                 struct negotiate_channel channel, struct verdict *ret)
{
    *ret = (struct verdict){0};
    mint_ticket(stand->mint, order);
    initiator_init(client, mint_path(stand->mint, order->ccache != NULL ? order->ccache : MINT_CCACHE),
                   "HTTP@localhost");
    AUTO_ARENA arena;
    arena_init(&arena, REPLY_BYTES_MAX);
    struct bytes input = {0};
    struct bytes token = {0};
    for (unsigned i = 0; i < LEGS && initiator_step(client, input, &token) && token.size != 0; i++) {
        struct negotiate_reply reply = leg(stand, token, channel, &arena, ret);
        if (reply.outcome == NEGOTIATE_REFUSED)
            break;
        input = reply.token;
        if (reply.outcome == NEGOTIATE_ACCEPTED) {
            ret->client_content = client->done || (input.size != 0 && initiator_step(client, input, &token) &&
                                                   client->done && token.size == 0);
            break;
        }
    }
    if (ret->outcome != NEGOTIATE_ACCEPTED)
        verdict_done(ret);
    initiator_done(client);
}
