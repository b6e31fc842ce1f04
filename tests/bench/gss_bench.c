/* gss_bench: how many clients a second, beside a bare gss_accept_sec_context loop. See README.md. */
#include "bare_gss.h"
#include "rounds.h"
#include "tokens.h"

#include "base/log.h"
#include "platform/token.h"
#include "support/pac_build.h"
#include "support/stand.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    TOKENS = 1000,
    ROUNDS_STANDARD = 9,
    GROUPS = 20,
    PAC_BYTES = 1 << 16,
    REPLY_BYTES = 1 << 14,
    CONTENDERS = 4
};

struct bench {
    struct stand stand;
    gss_cred_id_t with_file;
    gss_cred_id_t with_memory;
    struct bytes batch[TOKENS];
};

/* False when the token was refused. */
typedef bool accept_function(struct bench *bench, struct bytes token);

static bool accept_bare(gss_cred_id_t credential, struct bytes token)
{
    gss_buffer_desc reply = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor = 0;
    bool accepted = bare_gss_accept(credential, token, &reply);
    (void)gss_release_buffer(&minor, &reply);
    return accepted;
}

static bool accept_with_memory(struct bench *bench, struct bytes token)
{
    return accept_bare(bench->with_memory, token);
}

static bool accept_with_file(struct bench *bench, struct bytes token)
{
    return accept_bare(bench->with_file, token);
}

static struct security_context *negotiate(struct bench *bench, struct bytes token)
{
    AUTO_ARENA arena;
    arena_init(&arena, REPLY_BYTES);
    struct negotiate_reply reply;
    struct security_context *context = NULL;
    if (platform_negotiate(bench->stand.acceptor, &context, token,
                           (struct negotiate_channel){.required = false}, &arena, &reply) != ERR_NONE ||
        reply.outcome != NEGOTIATE_ACCEPTED) {
        platform_security_context_free(context);
        return NULL;
    }
    return context;
}

static bool accept_negotiate(struct bench *bench, struct bytes token)
{
    struct security_context *context = negotiate(bench, token);
    platform_security_context_free(context);
    return context != NULL;
}

static bool accept_token(struct bench *bench, struct bytes token)
{
    struct security_context *context = negotiate(bench, token);
    struct platform_token *opened = NULL;
    bool good = context != NULL &&
                platform_token_open_client(bench->stand.platform, context, &opened) == ERR_NONE &&
                opened != NULL;
    platform_token_free(opened);
    platform_security_context_free(context);
    return good;
}

static const struct {
    const char *name;
    accept_function *accept;
} contenders[CONTENDERS] = {
    {"bare, MEMORY keytab, context kept, replay cache", accept_with_memory},
    {"bare, file keytab, context kept, replay cache", accept_with_file},
    {"platform_negotiate", accept_negotiate},
    {"platform_negotiate + platform_token_open_client", accept_token},
};

static double now(clockid_t clock)
{
    struct timespec at;
    (void)clock_gettime(clock, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void race(struct bench *bench, size_t contender, struct rounds *rounds)
{
    double wall = now(CLOCK_MONOTONIC);
    double cpu = now(CLOCK_THREAD_CPUTIME_ID);
    size_t accepted = 0;
    for (size_t i = 0; i < TOKENS; i++)
        accepted += contenders[contender].accept(bench, bench->batch[i]);
    cpu = now(CLOCK_THREAD_CPUTIME_ID) - cpu;
    wall = now(CLOCK_MONOTONIC) - wall;
    if (accepted != TOKENS) {
        (void)fprintf(stderr, "gss_bench: %s: %zu of %d accepted\n", contenders[contender].name, accepted,
                      TOKENS);
        exit(1);
    }
    rounds_add(rounds, TOKENS, wall, cpu);
}

/* Fresh ones, outside the clock: a token counts once. */
static void fill(struct bench *bench, struct tokens *tokens, struct arena *arena)
{
    for (size_t i = 0; i < TOKENS; i++) {
        struct bytes token = tokens_next(tokens);
        void *copy = arena_copy(arena, token.data, token.size);
        if (copy == NULL)
            abort();
        bench->batch[i] = bytes_of(copy, token.size);
    }
}

static void mint(struct stand *stand)
{
    AUTO_ARENA arena;
    arena_init(&arena, PAC_BYTES);
    struct pac_build_group groups[GROUPS];
    for (uint32_t i = 0; i < GROUPS; i++)
        groups[i] = (struct pac_build_group){.rid = 1600 + i, .attributes = 7};
    const struct pac_build pac = {.account_name = "alice",
                                  .domain_name = "MINT",
                                  .domain_sid = "S-1-5-21-1-2-3",
                                  .user_rid = 1104,
                                  .primary_group_rid = 513,
                                  .groups = groups,
                                  .group_count = GROUPS};
    const struct mint_buffer buffer = {PAC_BUILD_LOGON_INFO, pac_build_logon_info(&arena, &pac)};
    mint_ticket(stand->mint, &(struct mint_order){.buffers = {&buffer, 1}});
}

/* The keys of a file in a MEMORY keytab, as the platform has them. */
static void copy_keytab(krb5_context k5, const char *file, const char *memory)
{
    krb5_keytab from = NULL;
    krb5_keytab to = NULL; /* stays open: it lives as long as a handle does */
    krb5_kt_cursor cursor;
    krb5_keytab_entry entry;
    mint_must(k5, krb5_kt_resolve(k5, file, &from), "krb5_kt_resolve");
    mint_must(k5, krb5_kt_resolve(k5, memory, &to), "krb5_kt_resolve");
    mint_must(k5, krb5_kt_start_seq_get(k5, from, &cursor), "krb5_kt_start_seq_get");
    while (krb5_kt_next_entry(k5, from, &entry, &cursor) == 0) {
        mint_must(k5, krb5_kt_add_entry(k5, to, &entry), "krb5_kt_add_entry");
        mint_must(k5, krb5_free_keytab_entry_contents(k5, &entry), "krb5_free_keytab_entry_contents");
    }
    mint_must(k5, krb5_kt_end_seq_get(k5, from, &cursor), "krb5_kt_end_seq_get");
    mint_must(k5, krb5_kt_close(k5, from), "krb5_kt_close");
}

int main(int argc, char **argv)
{
    static struct bench bench;
    size_t wanted = rounds_wanted(argc > 1 ? argv[1] : NULL, ROUNDS_STANDARD);
    log_set_level(LOG_LEVEL_WARNING);
    stand_make(&bench.stand);
    mint(&bench.stand);
    char file[sizeof bench.stand.keytab + 8];
    char replay_cache[sizeof bench.stand.replay_cache + 16];
    (void)snprintf(file, sizeof file, "FILE:%s", bench.stand.keytab);
    (void)snprintf(replay_cache, sizeof replay_cache, "file2:%s-bare", bench.stand.replay_cache);
    copy_keytab(mint_krb5(bench.stand.mint), file, "MEMORY:bare");
    bench.with_file = bare_gss_acquire(file, replay_cache);
    bench.with_memory = bare_gss_acquire("MEMORY:bare", replay_cache);

    static struct rounds rounds[CONTENDERS];
    struct tokens *tokens = tokens_open(mint_path(bench.stand.mint, MINT_CCACHE));
    for (size_t round = 0; round < wanted; round++)
        for (size_t i = 0; i < CONTENDERS; i++) {
            AUTO_ARENA arena;
            arena_init(&arena, (size_t)TOKENS << 14);
            fill(&bench, tokens, &arena);
            rounds[i].name = contenders[i].name;
            race(&bench, i, &rounds[i]);
        }
    rounds_print(rounds, CONTENDERS, "accepts");
    tokens_close(tokens);
    OM_uint32 minor = 0;
    (void)gss_release_cred(&minor, &bench.with_file);
    (void)gss_release_cred(&minor, &bench.with_memory);
    stand_done(&bench.stand);
    return 0;
}
