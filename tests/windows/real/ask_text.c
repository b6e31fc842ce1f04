#include "windows/real/ask_text.h"

#include "engine/sddl.h"
#include "platform/windows/wide.h"

#include <sddl.h>

const char *ask_hex(struct arena *arena, struct bytes bytes)
{
    char *text = arena_alloc(arena, 2 * bytes.size + 1);
    if (text == NULL)
        return "no memory";
    for (size_t i = 0; i < bytes.size; i++) {
        text[2 * i] = "0123456789abcdef"[bytes.data[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[bytes.data[i] & 15];
    }
    return text;
}

/* Windows' text; NULL, and why, for what no call can be given. */
static wchar_t *wide(struct arena *arena, const char *text, struct asked *ret)
{
    wchar_t *copy = NULL;
    if (wide_of(arena, text, &copy) != ERR_NONE)
        ret->why_not = "the text is no UTF-8";
    return copy;
}

static const char *narrow(struct arena *arena, const wchar_t *text)
{
    const char *copy = NULL;
    return wide_to_text(arena, text, wcslen(text), &copy) == ERR_NONE ? copy : "no text";
}

static const char *sid_answer(struct arena *arena, const struct sid *sid, const char *text)
{
    return arena_printf(arena, "hex %s text %s", ask_hex(arena, bytes_of(sid, sid_size(sid))), text);
}

void ask_sid(const struct machine *machine, const char *text, struct arena *arena, struct asked *ret)
{
    struct sid_buffer buffer;
    char canonical[SID_TEXT_MAX];
    PSID sid = NULL;
    LPWSTR written = NULL;
    *ret = (struct asked){.function = "ConvertStringSidToSidW"};
    const wchar_t *asked = wide(arena, text, ret);
    const enum err err = sddl_read_sid(bytes_of_string(text), &machine->platform.domains, &buffer);
    if (err == ERR_NONE)
        (void)sid_format(sid_of(&buffer), canonical);
    ret->engine =
        err == ERR_NONE ? sid_answer(arena, sid_of(&buffer), canonical) : ask_error(arena, err_win32(err));
    if (asked == NULL)
        return;
    if (!ConvertStringSidToSidW(asked, &sid)) {
        ret->windows = ask_error(arena, GetLastError());
        return;
    }
    if (ConvertSidToStringSidW(sid, &written))
        ret->windows = sid_answer(arena, (const struct sid *)sid, narrow(arena, written));
    else
        ret->windows = ask_error(arena, GetLastError());
    (void)LocalFree(written);
    (void)LocalFree(sid);
}

void ask_sddl_read(const struct machine *machine, const char *text, struct arena *arena, struct asked *ret)
{
    struct bytes raw;
    struct sddl_error error = {0};
    PSECURITY_DESCRIPTOR descriptor = NULL;
    ULONG size = 0;
    *ret = (struct asked){.function = "ConvertStringSecurityDescriptorToSecurityDescriptorW", .sddl = text};
    const wchar_t *asked = wide(arena, text, ret);
    const enum err err = sddl_read(arena, bytes_of_string(text), &machine->platform.domains, &raw, &error);
    ret->engine = err == ERR_NONE ? arena_printf(arena, "hex %s", ask_hex(arena, raw))
                                  : ask_error(arena, err_win32(err));
    if (asked == NULL)
        return;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(asked, SDDL_REVISION_1, &descriptor, &size)) {
        ret->windows = ask_error(arena, GetLastError());
        return;
    }
    ret->windows = arena_printf(arena, "hex %s", ask_hex(arena, bytes_of(descriptor, size)));
    (void)LocalFree(descriptor);
}

void ask_sddl_write(const struct machine *machine, struct bytes raw, uint32_t information,
                    struct arena *arena, struct asked *ret)
{
    struct descriptor descriptor;
    struct bytes text = {0};
    LPWSTR written = NULL;
    *ret = (struct asked){.function = "ConvertSecurityDescriptorToStringSecurityDescriptorW"};
    enum err err = descriptor_parse(raw, &descriptor);
    if (err == ERR_NONE)
        err = sddl_write(arena, &descriptor, information, &machine->platform.domains, &text);
    ret->engine = err == ERR_NONE ? arena_printf(arena, "text %s", (const char *)text.data)
                                  : ask_error(arena, err_win32(err));
    void *aligned = arena_copy(arena, raw.data, raw.size);
    if (aligned == NULL)
        return;
    if (!ConvertSecurityDescriptorToStringSecurityDescriptorW(aligned, SDDL_REVISION_1, information, &written,
                                                              NULL)) {
        ret->windows = ask_error(arena, GetLastError());
        return;
    }
    ret->windows = arena_printf(arena, "text %s", narrow(arena, written));
    (void)LocalFree(written);
}

typedef BOOLEAN WINAPI valid_relative(PSECURITY_DESCRIPTOR descriptor, ULONG size, ULONG required);

void ask_valid(struct bytes raw, struct arena *arena, struct asked *ret)
{
    struct descriptor descriptor;
    valid_relative *valid =
        (valid_relative *)(uintptr_t)machine_function("ntdll.dll", "RtlValidRelativeSecurityDescriptor");
    void *aligned = arena_copy(arena, raw.data, raw.size);
    *ret = (struct asked){.function = "RtlValidRelativeSecurityDescriptor",
                          .engine = descriptor_parse(raw, &descriptor) == ERR_NONE ? "valid" : "invalid"};
    if (valid == NULL || aligned == NULL)
        ret->why_not = "this Windows has no such function";
    else
        ret->windows = valid(aligned, (ULONG)raw.size, 0) ? "valid" : "invalid";
}

void ask_mapping(uint32_t mask, const struct generic_mapping *mapping, struct arena *arena, struct asked *ret)
{
    GENERIC_MAPPING windows = {mapping->read, mapping->write, mapping->execute, mapping->all};
    DWORD mapped = mask;
    MapGenericMask(&mapped, &windows);
    *ret = (struct asked){.function = "MapGenericMask",
                          .engine = arena_printf(arena, "0x%lx", (DWORD)generic_map(mapping, mask)),
                          .windows = arena_printf(arena, "0x%lx", mapped)};
}
