/* engine_bench: what an access check costs, beside a plain evaluator and a lower bound, in one run. See README.md. */
#include "peers.h"

#include "engine/sddl.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS_DEFAULT = 25, ROUNDS_MAX = 1001, CONTENDERS = 4, SLICE_NS = 300000, MATCH_RID = 500 };

struct workload {
    const char *name;
    const char *what;
    unsigned aces;
    unsigned sids; /* the user and the groups */
    bool match;    /* the last ACE names the last group */
    bool maximum;
    unsigned nodes; /* 0: no object type list */
};

static const struct workload workloads[] = {
    {"W1", "5 ACEs x 20 SIDs, match at the last", 5, 20, true, false, 0},
    {"W2", "20 ACEs x 100 SIDs, match at the last", 20, 100, true, false, 0},
    {"W3", "100 ACEs x 1,000 SIDs, no match", 100, 1000, false, false, 0},
    {"W4", "as W2, MAXIMUM_ALLOWED", 20, 100, true, true, 0},
    {"W5", "tree of 30 nodes, 20 object ACEs x 100 SIDs, all match", 20, 100, true, false, 30},
};

struct bench {
    struct token token;
    struct peers_set set;
    struct bytes raw;
    struct descriptor descriptor;
    struct access_request request;
    struct object_node nodes[32];
};

static const uint64_t key[2] = {UINT64_C(0x243F6A8885A308D3), UINT64_C(0x13198A2E03707344)};

static void *need(void *memory)
{
    if (memory == NULL)
        abort();
    return memory;
}

static const struct sid *domain_sid(struct arena *arena, uint32_t rid)
{
    struct sid_buffer *buffer = need(arena_alloc(arena, sizeof *buffer));
    const uint32_t parts[] = {21, 1004336348, 1177238915, 682003330, rid};
    if (sid_make(buffer, 5, parts, 5) != ERR_NONE)
        abort();
    return sid_of(buffer);
}

static void make_token(struct arena *arena, unsigned sids, struct token *ret)
{
    struct sid_and_attributes *groups = need(arena_alloc_array(arena, sids, sizeof *groups));
    for (unsigned i = 0; i + 1 < sids; i++)
        groups[i] =
            (struct sid_and_attributes){.sid = domain_sid(arena, i + 2 == sids ? MATCH_RID : 10000 + 7 * i),
                                        .attributes = SE_GROUP_ENABLED};
    *ret = (struct token){.type = TOKEN_IMPERSONATION,
                          .level = SECURITY_IMPERSONATION,
                          .user = domain_sid(arena, 1000),
                          .groups = {.items = groups, .count = sids - 1},
                          .integrity_level = INTEGRITY_MEDIUM,
                          .mandatory_policy = TOKEN_MANDATORY_POLICY_NO_WRITE_UP};
    if (token_index(ret, arena, key) != ERR_NONE)
        abort();
}

static struct guid guid_of(unsigned number)
{
    struct guid guid = {.bytes = {0x10, 0x20}};
    le32_store(guid.bytes + 12, number);
    return guid;
}

/* Nodes 1 to 5 below the root and the others below those: the leaves are what the ACEs name. */
static void make_nodes(struct bench *bench, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        bench->nodes[i] = (struct object_node){.level = (uint16_t)(i == 0       ? 0
                                                                   : i % 6 == 1 ? 1
                                                                                : 2),
                                               .guid = guid_of(i)};
}

static struct bytes make_dacl(struct arena *arena, const struct workload *workload)
{
    const size_t ace_size = (workload->nodes != 0 ? 28 : 8) + 28;
    const size_t size = ACL_HEADER_SIZE + workload->aces * ace_size;
    uint8_t *dacl = need(arena_alloc(arena, size));
    dacl[0] = workload->nodes != 0 ? ACL_REVISION_DS : ACL_REVISION;
    le16_store(dacl + 2, (uint16_t)size);
    le16_store(dacl + 4, (uint16_t)workload->aces);
    for (unsigned i = 0; i < workload->aces; i++) {
        uint8_t *ace = dacl + ACL_HEADER_SIZE + i * ace_size;
        bool match = workload->nodes != 0 || (workload->match && i + 1 == workload->aces);
        ace[0] = workload->nodes != 0 ? ACE_ACCESS_ALLOWED_OBJECT : ACE_ACCESS_ALLOWED;
        le16_store(ace + 2, (uint16_t)ace_size);
        le32_store(ace + 4, 0x1);
        if (workload->nodes != 0) {
            struct guid guid = guid_of(2 + i + i / 5);
            le32_store(ace + 8, ACE_OBJECT_TYPE_PRESENT);
            memcpy(ace + 12, &guid, sizeof guid);
        }
        memcpy(ace + ace_size - 28, domain_sid(arena, match ? MATCH_RID : 50000 + i), 28);
    }
    return bytes_of(dacl, size);
}

static void make(struct arena *arena, const struct workload *workload, struct bench *ret)
{
    make_token(arena, workload->sids, &ret->token);
    const struct descriptor_parts parts = {.control = SE_DACL_PRESENT,
                                           .owner = domain_sid(arena, 1),
                                           .group = domain_sid(arena, 2),
                                           .dacl = make_dacl(arena, workload)};
    if (peers_set_make(arena, &ret->token, &ret->set) != ERR_NONE ||
        descriptor_build(arena, &parts, &ret->raw) != ERR_NONE ||
        descriptor_parse(ret->raw, &ret->descriptor) != ERR_NONE)
        abort();
    make_nodes(ret, workload->nodes);
    ret->request = (struct access_request){.descriptor = &ret->descriptor,
                                           .desired = workload->maximum ? RIGHT_MAXIMUM_ALLOWED : 0x1,
                                           .mapping = {0x120089, 0x120116, 0x1200A0, 0x1F01FF},
                                           .nodes = workload->nodes != 0 ? ret->nodes : NULL,
                                           .node_count = workload->nodes};
}

static uint32_t run_engine(struct bench *bench)
{
    struct access_answer answer;
    if (decide_access(&bench->token, &bench->request, &answer) != ERR_NONE)
        abort();
    return answer.granted;
}

static uint32_t run_engine_from_bytes(struct bench *bench)
{
    if (descriptor_parse(bench->raw, &bench->descriptor) != ERR_NONE)
        abort();
    return run_engine(bench);
}

static uint32_t run_compare(struct bench *bench)
{
    return bench->request.nodes != NULL
               ? peers_compare_tree(&bench->token, bench->raw, bench->nodes, bench->request.node_count)
               : peers_compare(&bench->token, bench->raw, bench->request.desired);
}

static uint32_t run_bound(struct bench *bench)
{
    return bench->request.nodes != NULL
               ? peers_bound_tree(&bench->set, bench->raw, bench->nodes, bench->request.node_count)
               : peers_bound(&bench->set, bench->raw, bench->request.desired);
}

typedef uint32_t (*contender)(struct bench *bench);
static const contender contenders[CONTENDERS] = {run_engine, run_engine_from_bytes, run_compare, run_bound};

/* CPU time of this thread, so that other programs on the machine disturb less. */
static double now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static volatile uint32_t sink;

/* Nanoseconds for one call, of as many calls as fill a slice. */
static double measure(contender run, struct bench *bench, unsigned *calls)
{
    for (;;) {
        double start = now_ns();
        for (unsigned i = 0; i < *calls; i++)
            sink = run(bench);
        double spent = now_ns() - start;
        if (spent >= SLICE_NS)
            return spent / *calls;
        *calls *= 2;
    }
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

static double median(double *values, unsigned count)
{
    qsort(values, count, sizeof *values, by_size);
    return values[count / 2];
}

static void race(struct bench *bench, unsigned rounds, double ret[CONTENDERS])
{
    static double times[CONTENDERS][ROUNDS_MAX];
    unsigned calls[CONTENDERS] = {1, 1, 1, 1};
    for (unsigned round = 0; round < rounds; round++) {
        for (size_t i = 0; i < CONTENDERS; i++)
            times[i][round] = measure(contenders[i], bench, &calls[i]);
    }
    for (size_t i = 0; i < CONTENDERS; i++)
        ret[i] = median(times[i], rounds);
}

static void print_checks(unsigned rounds)
{
    printf("access check, ns (CPU), medians of %u alternated rounds\n", rounds);
    printf("%-4s %8s %8s %10s %8s %13s %14s\n", "", "engine", "+parse", "compare", "bound", "engine/bound",
           "compare/engine");
    for (size_t i = 0; i < sizeof workloads / sizeof workloads[0]; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, 10000000);
        struct bench bench;
        make(&arena, &workloads[i], &bench);
        uint32_t answer = run_bound(&bench);
        if (run_engine(&bench) != answer || run_compare(&bench) != answer)
            abort(); /* no race between different answers */
        double ns[CONTENDERS];
        race(&bench, rounds, ns);
        printf("%-4s %8.0f %8.0f %10.0f %8.0f %12.2fx %13.1fx  %s\n", workloads[i].name, ns[0], ns[1], ns[2],
               ns[3], ns[0] / ns[3], ns[2] / ns[0], workloads[i].what);
    }
}

static void print_ace_cost(unsigned rounds)
{
    printf("\nnanoseconds per ACE (100 ACEs, no match): engine, compare, bound\n");
    const unsigned sids[] = {100, 1000};
    for (size_t i = 0; i < sizeof sids / sizeof sids[0]; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, 10000000);
        const struct workload workload = {.aces = 100, .sids = sids[i]};
        struct bench bench;
        make(&arena, &workload, &bench);
        double ns[CONTENDERS];
        race(&bench, rounds, ns);
        printf("%5u SIDs: %6.2f %9.2f %6.2f\n", sids[i], ns[0] / 100, ns[2] / 100, ns[3] / 100);
    }
}

/* W6: one conditional ACE of three terms. The peers know no conditions. */
static void print_condition_cost(unsigned rounds)
{
    static const char sddl[] =
        "O:SYG:SYD:(XA;;0x1;;;S-1-5-21-1004336348-1177238915-682003330-1000;"
        "(@User.a == 1 && @User.b == \"HR\" && Member_of{SID(S-1-5-21-1004336348-1177238915-682003330-500)}))";
    static const struct claim_value values[] = {{.number = 1}, {.data = {(const uint8_t *)"H\0R", 4}}};
    static const struct claim claims[] = {
        {.name = {(const uint8_t *)"a", 2}, .type = CLAIM_INT64, .values = &values[0], .value_count = 1},
        {.name = {(const uint8_t *)"b", 2}, .type = CLAIM_STRING, .values = &values[1], .value_count = 1}};
    static double times[ROUNDS_MAX];
    const struct sddl_domains none = {0};
    struct sddl_error error;
    struct bench bench = {0};
    unsigned calls = 1;
    AUTO_ARENA arena;
    arena_init(&arena, 10000000);
    make_token(&arena, 20, &bench.token);
    bench.token.user_claims = (struct claim_set){.claims = claims, .count = 2};
    bench.request = (struct access_request){.descriptor = &bench.descriptor, .desired = 0x1};
    if (sddl_read(&arena, bytes_of_string(sddl), &none, &bench.raw, &error) != ERR_NONE ||
        descriptor_parse(bench.raw, &bench.descriptor) != ERR_NONE || run_engine(&bench) != 0x1)
        abort();
    for (unsigned round = 0; round < rounds; round++)
        times[round] = measure(run_engine, &bench, &calls);
    printf("W6   %8.0f  one conditional ACE of three terms; the peers know no conditions\n",
           median(times, rounds));
}

static double index_ns(struct token *token)
{
    enum { CALLS = 100 };
    double start = now_ns();
    for (unsigned call = 0; call < CALLS; call++) {
        AUTO_ARENA fresh;
        arena_init(&fresh, 1000000);
        if (token_index(token, &fresh, key) != ERR_NONE)
            abort();
    }
    return (now_ns() - start) / CALLS;
}

static void print_index_cost(unsigned rounds)
{
    printf("\nmaking the index of a token, once per token: ns\n");
    const unsigned sids[] = {20, 100, 1000};
    static double times[ROUNDS_MAX];
    for (size_t i = 0; i < sizeof sids / sizeof sids[0]; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, 10000000);
        struct token token;
        make_token(&arena, sids[i], &token);
        for (unsigned round = 0; round < rounds; round++)
            times[round] = index_ns(&token);
        printf("%5u SIDs: %7.0f\n", sids[i], median(times, rounds));
    }
}

int main(int argc, char **argv)
{
    unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : ROUNDS_DEFAULT;
    if (argc > 2 || rounds < 5 || rounds > ROUNDS_MAX) {
        fprintf(stderr, "usage: engine_bench [ROUNDS, 5 to %d]\n", ROUNDS_MAX);
        return EXIT_FAILURE;
    }
    print_checks((unsigned)rounds);
    print_condition_cost((unsigned)rounds);
    print_ace_cost((unsigned)rounds);
    print_index_cost((unsigned)rounds);
    return EXIT_SUCCESS;
}
