#include "api/read.h"
#include "platform/sddl.h"

static enum err read_sddl(struct reader *reader, struct bytes text, struct bytes *ret,
                          struct sddl_error *ret_error)
{
    if (reader->platform == NULL)
        return sddl_read(reader->arena, text, &reader->domains, ret, ret_error);
    return platform_sddl_read(reader->platform, reader->arena, text, ret, ret_error);
}

static struct bytes sddl_to_bytes(struct reader *reader, const struct place *place)
{
    struct bytes bytes = {0};
    struct sddl_error error = {0};
    struct bytes text = read_string(reader, place);
    if (reader->failed)
        return bytes;
    enum err err = read_sddl(reader, text, &bytes, &error);
    if (err == ERR_NO_MEMORY) {
        read_out_of_memory(reader);
    } else if (err == ERR_FAILED) {
        read_refuse(reader, place,
                    (struct problem){.kind = problem_of(err), .detail = "the SDDL could not be read"});
    } else if (err != ERR_NONE) {
        struct problem problem = {.kind = PROBLEM_INVALID_SDDL, .win32 = err, .offset = error.offset};
        problem.expected = error.expected == NULL ? "valid SDDL" : error.expected;
        problem.detail =
            arena_printf(reader->arena, "SDDL: expected %s at character %zu", problem.expected, error.offset);
        read_refuse(reader, place, problem);
    }
    return bytes;
}

static struct bytes base64_to_bytes(struct reader *reader, const struct place *place)
{
    static const char *const members[] = {"base64", NULL};
    if (!read_object(reader, place, members))
        return (struct bytes){0};
    struct place base64 = place_member(place, "base64");
    return read_base64(reader, &base64);
}

void read_descriptor(struct reader *reader, const struct place *place, struct descriptor *ret,
                     bool *ret_from_sddl)
{
    struct bytes bytes = {0};
    bool from_sddl = json_is(place->value, JSON_KIND_STRING);
    if (from_sddl)
        bytes = sddl_to_bytes(reader, place);
    else if (json_is(place->value, JSON_KIND_OBJECT))
        bytes = base64_to_bytes(reader, place);
    else
        read_fail(reader, place, "%s SDDL text, or {\"base64\": self-relative bytes}",
                  place_there(place) ? "must be" : "is required:");
    if (reader->failed)
        return;
    struct descriptor descriptor;
    enum err err = descriptor_parse(bytes, &descriptor);
    if (err != ERR_NONE) {
        struct place base64 = place_member(place, "base64");
        read_refuse(
            reader, from_sddl ? place : &base64,
            (struct problem){.kind = PROBLEM_INVALID_DESCRIPTOR, .win32 = err, .detail = err_text(err)});
        return;
    }
    *ret = descriptor;
    if (ret_from_sddl != NULL)
        *ret_from_sddl = from_sddl;
}
