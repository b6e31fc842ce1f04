/* mint_ticket: `mint_ticket DIR [option]...` writes DIR/krb5.conf, DIR/http.keytab and a credential cache. See usage(). */
#include "support/mint.h"
#include "support/mint_person.h"

#include <stdio.h>
#include <stdlib.h>

enum { BUFFERS_MAX = 16, BUFFER_SIZE_MAX = 1 << 20, OPTIONS_MAX = 64, PAC_BYTES_MAX = 1 << 22 };

struct options {
    struct mint_order order;
    struct mint_person person;
    struct mint_buffer buffers[BUFFERS_MAX];
    struct mint_buffer second[BUFFERS_MAX];
};

static void usage(void)
{
    (void)fprintf(
        stderr,
        "usage: mint_ticket DIR [option]...\n"
        "  --user NAME          the client: alice (default), host/pc, bob@OTHER.TEST\n"
        "  --service NAME       HTTP/localhost\n"
        "  --ccache FILE        in DIR unless absolute (default: ccache)\n"
        "  --append             beside the tickets that the cache holds for the same client\n"
        "  --keytab FILE        in DIR unless absolute (default: http.keytab); its keys are used again\n"
        "  --keep-keytab        never add a key to the keytab\n"
        "  --foreign-key        encrypt with a key that nobody has\n"
        "  --enctype NUMBER     18 (default), 17, 19, 20, 23\n"
        "  --kvno NUMBER        1\n"
        "  --starts-in SECONDS  0\n"
        "  --ends-in SECONDS    36000\n"
        "  --pac-buffer TYPE=FILE    a raw buffer of the PAC, in order\n"
        "  --second-buffer TYPE=FILE the same for the second PAC of the flaw two-pacs\n"
        "  --flaw NAME          one of:");
    for (int i = 0; mint_flaw_name((enum mint_flaw)i) != NULL; i++)
        (void)fprintf(stderr, " %s", mint_flaw_name((enum mint_flaw)i));
    (void)fprintf(stderr, "\n");
    mint_person_usage();
}

static void refuse(const char *why, const char *value)
{
    (void)fprintf(stderr, "mint_ticket: %s: %s\n", why, value);
    usage();
    exit(2);
}

static int64_t number_of(const char *text)
{
    char *end = NULL;
    long long number = strtoll(text, &end, 10);
    if (*text == '\0' || *end != '\0')
        refuse("not a number", text);
    return number;
}

static enum mint_flaw flaw_of(const char *name)
{
    for (int i = 0; mint_flaw_name((enum mint_flaw)i) != NULL; i++)
        if (strcmp(mint_flaw_name((enum mint_flaw)i), name) == 0)
            return (enum mint_flaw)i;
    refuse("no such flaw", name);
    return MINT_SOUND;
}

/* Reads TYPE=FILE; the bytes live until the end of the process. */
static void add_buffer(struct mint_buffer *items, struct mint_buffers *list, const char *text)
{
    char *end = NULL;
    unsigned long type = strtoul(text, &end, 10);
    FILE *file = *end == '=' ? fopen(end + 1, "rbe") : NULL;
    uint8_t *data = calloc(1, BUFFER_SIZE_MAX);
    if (file == NULL || data == NULL || list->count == BUFFERS_MAX) {
        refuse("cannot take the buffer", text);
        return;
    }
    items[list->count++] =
        (struct mint_buffer){(uint32_t)type, bytes_of(data, fread(data, 1, BUFFER_SIZE_MAX, file))};
    list->items = items;
    (void)fclose(file);
}

static const struct option own_options[] = {
    {"user", required_argument, NULL, 'u'},
    {"service", required_argument, NULL, 's'},
    {"ccache", required_argument, NULL, 'c'},
    {"append", no_argument, NULL, 'a'},
    {"keytab", required_argument, NULL, 'k'},
    {"keep-keytab", no_argument, NULL, 'K'},
    {"foreign-key", no_argument, NULL, 'F'},
    {"enctype", required_argument, NULL, 'e'},
    {"kvno", required_argument, NULL, 'v'},
    {"starts-in", required_argument, NULL, 'b'},
    {"ends-in", required_argument, NULL, 'E'},
    {"pac-buffer", required_argument, NULL, 'p'},
    {"second-buffer", required_argument, NULL, 'P'},
    {"flaw", required_argument, NULL, 'f'},
    {"help", no_argument, NULL, 'h'},

};

static void take_pac_option(struct options *options, int option)
{
    switch (option) {
    case 'p':
        add_buffer(options->buffers, &options->order.buffers, optarg);
        break;
    case 'P':
        add_buffer(options->second, &options->order.second, optarg);
        break;
    case 'f':
        options->order.flaw = flaw_of(optarg);
        break;
    case 'h':
        usage();
        exit(0);
    default:
        if (!mint_person_take(&options->person, option, optarg))
            refuse("cannot take", optarg != NULL ? optarg : "the option");
    }
}

static void take_option(struct options *options, int option)
{
    struct mint_order *order = &options->order;
    switch (option) {
    case 'u':
        order->client = optarg;
        break;
    case 's':
        order->service = optarg;
        break;
    case 'c':
        order->ccache = optarg;
        break;
    case 'a':
        order->append = true;
        break;
    case 'k':
        order->keytab = optarg;
        break;
    case 'K':
        order->keep_keytab = true;
        break;
    case 'F':
        order->foreign_key = true;
        break;
    case 'e':
        order->enctype = (krb5_enctype)number_of(optarg);
        break;
    case 'v':
        order->kvno = (krb5_kvno)number_of(optarg);
        break;
    case 'b':
        order->starts_in = number_of(optarg);
        break;
    case 'E':
        order->ends_in = number_of(optarg);
        break;
    default:
        take_pac_option(options, option);
    }
}

/* The described person's buffers come before raw ones. */
static void add_person(struct options *options, struct arena *arena)
{
    struct mint_buffer all[PERSON_BUFFERS + BUFFERS_MAX];
    struct mint_buffers *list = &options->order.buffers;
    const char *user = options->order.client != NULL ? options->order.client : "alice";
    size_t count = mint_person_buffers(&options->person, user, arena, all);
    if (count + list->count > BUFFERS_MAX)
        refuse("too many buffers of the PAC for", user);
    memcpy(all + count, options->buffers, list->count * sizeof all[0]);
    list->count += count;
    memcpy(options->buffers, all, list->count * sizeof all[0]);
    list->items = options->buffers;
}

int main(int argc, char **argv)
{
    static struct options options;
    struct option rows[OPTIONS_MAX] = {{0}};
    size_t count = mint_person_options(rows);
    memcpy(rows + count, own_options, sizeof own_options);
    for (int option; (option = getopt_long(argc, argv, "", rows, NULL)) != -1;)
        take_option(&options, option);
    if (optind + 1 != argc) {
        usage();
        return 2;
    }
    AUTO_ARENA arena;
    arena_init(&arena, PAC_BYTES_MAX);
    add_person(&options, &arena);
    struct mint *mint = mint_open(argv[optind]);
    mint_ticket(mint, &options.order);
    mint_close(mint);
    return 0;
}
