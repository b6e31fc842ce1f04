/* differential [--count N] [--seed S]: the engine beside the oracle on random cases, as TAP. */
#include "oracle/case.h"

#include <getopt.h>
#include <stdlib.h>

enum { DIFFERENCES_SHOWN = 5 };

struct options {
    unsigned long long count;
    unsigned long long seed;
};

/* Which answers came up how often. */
enum tally {
    TALLY_ALLOWED,
    TALLY_DENIED,
    TALLY_PARTIAL_NODE,
    TALLY_ALLOWED_NODE,
    TALLY_ALLOWED_MAXIMUM,
    TALLY_ALLOWED_TREE,
    TALLY_ALLOWED_RESTRICTED,
    TALLY_ALLOWED_APP_CONTAINER,
    TALLY_GENERIC_NOT_MAPPED,
    TALLY_PRIMARY,
    TALLY_BAD_LEVEL,
    TALLY_BAD_LIST,
    TALLY_BAD_DESCRIPTOR,
    TALLY_PRIVILEGE_NOT_HELD,
    TALLIES
};
static const char *const tally_names[TALLIES] = {
    [TALLY_ALLOWED] = "allowed",
    [TALLY_DENIED] = "denied",
    [TALLY_PARTIAL_NODE] = "node denied with a partial mask",
    [TALLY_ALLOWED_NODE] = "node allowed",
    [TALLY_ALLOWED_MAXIMUM] = "MAXIMUM_ALLOWED allowed",
    [TALLY_ALLOWED_TREE] = "a tree allowed at its root",
    [TALLY_ALLOWED_RESTRICTED] = "a restricted token allowed",
    [TALLY_ALLOWED_APP_CONTAINER] = "an AppContainer allowed",
    [TALLY_GENERIC_NOT_MAPPED] = "generic rights refused",
    [TALLY_PRIMARY] = "primary token refused",
    [TALLY_BAD_LEVEL] = "anonymous level refused",
    [TALLY_BAD_LIST] = "object list refused",
    [TALLY_BAD_DESCRIPTOR] = "descriptor refused",
    [TALLY_PRIVILEGE_NOT_HELD] = "denied for want of a privilege",
};

struct run {
    struct oracle_trace trace;
    unsigned long long tallies[TALLIES];
    unsigned long long differences;
    unsigned long long broken; /* properties */
};

static void count_nodes(struct run *run, const struct access_case *one, const struct case_answer *answer)
{
    for (size_t i = 0; i < one->request.node_count; i++) {
        const struct object_node *node = &answer->nodes[i];
        run->tallies[TALLY_ALLOWED_NODE] += node->allowed;
        run->tallies[TALLY_PARTIAL_NODE] += !node->allowed && node->granted != 0;
    }
}

static void count_answer(struct run *run, const struct access_case *one, const struct case_answer *answer)
{
    bool allowed = answer->answer.allowed;
    run->tallies[TALLY_GENERIC_NOT_MAPPED] += answer->err == ERR_GENERIC_NOT_MAPPED;
    run->tallies[TALLY_PRIMARY] += answer->err == ERR_NO_IMPERSONATION_TOKEN;
    run->tallies[TALLY_BAD_LEVEL] += answer->err == ERR_BAD_IMPERSONATION_LEVEL;
    run->tallies[TALLY_BAD_LIST] += answer->err == ERR_INVALID_PARAMETER;
    run->tallies[TALLY_BAD_DESCRIPTOR] += answer->err == ERR_INVALID_SECURITY_DESCR;
    if (answer->err != ERR_NONE)
        return;
    run->tallies[TALLY_ALLOWED] += allowed;
    run->tallies[TALLY_DENIED] += !allowed;
    run->tallies[TALLY_PRIVILEGE_NOT_HELD] += answer->answer.reason == ERR_PRIVILEGE_NOT_HELD;
    run->tallies[TALLY_ALLOWED_MAXIMUM] += allowed && (one->request.desired & RIGHT_MAXIMUM_ALLOWED) != 0;
    run->tallies[TALLY_ALLOWED_TREE] += allowed && one->request.node_count > 1;
    run->tallies[TALLY_ALLOWED_RESTRICTED] += allowed && one->token.restricted;
    run->tallies[TALLY_ALLOWED_APP_CONTAINER] += allowed && one->token.package != NULL;
    if (one->request.result_list)
        count_nodes(run, one, answer);
}

static void check_properties(struct run *run, struct chance *chance, struct access_case *one,
                             unsigned long long seed)
{
    const char *broken = case_broken_property(chance, one);
    if (broken == NULL || run->broken++ >= DIFFERENCES_SHOWN)
        return;
    (void)printf("# seed %llu: this does not hold: %s\n", seed, broken);
    case_show(stdout, one);
}

static void compare(struct run *run, unsigned long long seed)
{
    static struct access_case one;
    struct chance chance = chance_of_seed(seed);
    struct case_answer engine, oracle;
    make_case(&chance, &one);
    case_run(&one, &run->trace, &engine, &oracle);
    count_answer(run, &one, &engine);
    check_properties(run, &chance, &one, seed);
    if (!case_differs(&one, &engine, &oracle))
        return;
    if (run->differences++ >= DIFFERENCES_SHOWN)
        return;
    (void)printf("# a difference, seed %llu (--seed %llu --count 1)\n", seed, seed);
    case_shrink(&one);
    case_show(stdout, &one);
}

static void point(bool holds, const char *what, unsigned long long count)
{
    static unsigned number;
    (void)printf("%s %u - %s: %llu\n", holds ? "ok" : "not ok", ++number, what, count);
}

static bool is_operator(unsigned code)
{
    return (code >= 0x80 && code <= 0x93) || (code >= 0xA0 && code <= 0xA2);
}

/* All tokens of an expression that the reference lists, 2.4. */
static bool is_token(unsigned code)
{
    return (code >= 1 && code <= 4) || code == 0x10 || code == 0x18 || code == 0x50 || code == 0x51 ||
           is_operator(code) || code >= 0xF8;
}

/* Operators that never came to one of the three values. */
static unsigned operators_untried(const struct oracle_trace *trace)
{
    unsigned never = 0;
    for (unsigned code = 0; code <= 0xFF; code++) {
        for (unsigned truth = 0; truth < ORACLE_TRUTHS && is_operator(code); truth++)
            never += trace->results[code][truth] == 0;
    }
    return never;
}

static void report(const struct run *run, unsigned long long count)
{
    unsigned never = 0;
    for (unsigned code = 0; code <= 0xFB; code++)
        never += is_token(code) && run->trace.tokens[code] == 0;
    point(run->differences == 0, "cases on which the engine and the oracle differ", run->differences);
    point(run->broken == 0, "cases that lack a property of every check", run->broken);
    point(never == 0, "tokens of conditions never met", never);
    never = operators_untried(&run->trace);
    point(never == 0, "values of operators never seen", never);
    for (unsigned i = 0; i < TALLIES; i++)
        point(run->tallies[i] > 0, tally_names[i], run->tallies[i]);
    for (unsigned i = 0; i < ORACLE_MARKS; i++)
        point(run->trace.marks[i] > 0, oracle_mark_name((enum oracle_mark)i), run->trace.marks[i]);
    (void)printf("# %llu cases\n1..%d\n", count, 4 + TALLIES + ORACLE_MARKS);
}

static bool read_options(int argc, char **argv, struct options *ret)
{
    static const struct option names[] = {
        {"count", required_argument, NULL, 'c'}, {"seed", required_argument, NULL, 's'}, {NULL, 0, NULL, 0}};
    char *end = NULL;
    int name = 0;
    while ((name = getopt_long(argc, argv, "", names, NULL)) != -1) {
        unsigned long long number = name == '?' ? 0 : strtoull(optarg, &end, 0);
        if (name == '?' || end == optarg || *end != '\0')
            return false;
        *(name == 'c' ? &ret->count : &ret->seed) = number;
    }
    return optind == argc;
}

int main(int argc, char **argv)
{
    static struct run run;
    struct options options = {.count = 300000, .seed = 1};
    if (!read_options(argc, argv, &options)) {
        (void)fprintf(stderr, "usage: differential [--count N] [--seed S]\n");
        return 2;
    }
    case_init();
    for (unsigned long long i = 0; i < options.count; i++)
        compare(&run, options.seed + i);
    report(&run, options.count);
    return EXIT_SUCCESS;
}
