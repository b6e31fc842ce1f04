#include "stream_double.h"

#include <check.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE = 32, FLOOD_PIECE = 100000 };

struct numbers {
    unsigned sent;
    bool said_last;
    char line[LINE];
};

static atomic_uint published;
static atomic_int open;
static atomic_uint asked;

void stream_double_publish(unsigned last)
{
    atomic_store(&published, last);
}

int stream_double_open(void)
{
    return atomic_load(&open);
}

unsigned stream_double_asked(void)
{
    return atomic_load(&asked);
}

static enum stream_state next_number(void *context, bool beat, bool ending, struct bytes *ret_piece)
{
    struct numbers *numbers = context;
    atomic_fetch_add(&asked, 1);
    if (numbers->sent < atomic_load(&published))
        (void)snprintf(numbers->line, LINE, "%u\n", ++numbers->sent);
    else if (ending && numbers->said_last)
        return STREAM_END;
    else if (ending)
        numbers->said_last = snprintf(numbers->line, LINE, "last\n") > 0;
    else if (beat)
        (void)snprintf(numbers->line, LINE, "beat\n");
    else
        return STREAM_WAIT;
    *ret_piece = bytes_of_string(numbers->line);
    return STREAM_PIECE;
}

static enum stream_state next_flood(void *context, bool beat, bool ending, struct bytes *ret_piece)
{
    static char piece[FLOOD_PIECE];
    struct numbers *numbers = context;
    (void)beat;
    atomic_fetch_add(&asked, 1);
    size_t left = FLOOD_BYTES - numbers->sent;
    size_t size = left < sizeof piece ? left : sizeof piece;
    if (size == 0 || ending)
        return STREAM_END;
    memset(piece, 'x', sizeof piece); /* of one thread */
    numbers->sent += (unsigned)size;
    *ret_piece = bytes_of(piece, size);
    return STREAM_PIECE;
}

static void end(void *context)
{
    atomic_fetch_sub(&open, 1);
    free(context);
}

static void begin(struct request *request, struct reply *reply,
                  enum stream_state (*next)(void *, bool, bool, struct bytes *))
{
    struct numbers *numbers = calloc(1, sizeof *numbers);
    ck_assert_ptr_nonnull(numbers);
    const struct stream_source source = {.next = next, .done = end, .context = numbers, .heartbeat_s = 1};
    atomic_fetch_add(&open, 1);
    reply_stream(request, reply, 200, "text/event-stream", &source);
}

void numbers_get(struct request *request, struct reply *reply)
{
    begin(request, reply, next_number);
}

void flood_get(struct request *request, struct reply *reply)
{
    begin(request, reply, next_flood);
}
