/* A cursor is ours or refused, and what was accepted is written back the same. Input: a byte that chooses conditions, then the text. */
#include "eventlog/position.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct event_filter filters[] = {{0}, {.event_id = 4656}, {.user = "alice", .text = "x"}};
    AUTO_ARENA arena;
    struct event_position position;
    arena_init(&arena, 4096);
    if (size == 0)
        return 0;
    const struct event_filter *filter = &filters[data[0] % 3];
    const struct event_filter *other = &filters[(data[0] + 1) % 3];
    struct bytes text = bytes_of(data + 1, size - 1);
    enum err err = position_parse(text, filter, &position);
    FUZZ_ASSERT(err == ERR_NONE || err == ERR_MALFORMED);
    if (err == ERR_NONE) {
        const char *again = position_format(&arena, &position, filter);
        FUZZ_ASSERT(again != NULL && bytes_equal(bytes_of_string(again), text));
        FUZZ_ASSERT(position_parse(text, other, &position) == ERR_MALFORMED);
    }
    /* The bytes as a position: what we write we read. */
    uint8_t made[32] = {0};
    memcpy(made, text.data, text.size < sizeof made ? text.size : sizeof made);
    position = (struct event_position){.record_id = le64_load(made), .time_ns = (int64_t)le64_load(made + 8)};
    memcpy(position.uuid.bytes, made + 16, EVENT_UUID_SIZE);
    const char *written = position_format(&arena, &position, filter);
    struct event_position back;
    FUZZ_ASSERT(written != NULL && position_parse(bytes_of_string(written), filter, &back) == ERR_NONE);
    FUZZ_ASSERT(back.record_id == position.record_id && back.time_ns == position.time_ns &&
                memcmp(&back.uuid, &position.uuid, sizeof back.uuid) == 0);
    return 0;
}
